import { statusWords } from '../cell/config.ts';
import type { MetricSpec } from '../cell/suite.ts';
import { minimumForInterval, sorted } from '../statistics/describe.ts';
import { numberText } from './format.ts';
import { unitValues } from './quantity.ts';
import type { Metric, Trouble } from './row.ts';

/** Near 1 what matters is the distance from 1. */
export function cosineText(cosine: number | undefined): string {
  if (cosine === undefined || Number.isNaN(cosine)) return '';
  if (cosine > 1 - 5e-7) return cosine.toFixed(6);
  return cosine > 0.9995 ? `1 − ${numberText(1 - cosine)}` : cosine.toFixed(3).replace('-', '−');
}

/** A share as percent, anything else as a number with its unit. */
export function metricText({ metric }: { readonly metric?: Metric | undefined }): string {
  if (metric === undefined) return '';
  return Number.isFinite(metric.median) ? metricValueText(metric.spec, metric.median) : 'missed';
}

/** A value of a metric with its unit: `72.60 %`. */
export function metricValueText(spec: MetricSpec, value: number): string {
  const unit = isShare(spec) ? '%' : spec.unit;
  return [metricNumber(spec, value), unit].filter((part) => part !== undefined).join(' ');
}

/** A value of a metric on an axis: `72.6 %`. */
export function metricTickText(spec: MetricSpec): (value: number) => string {
  return isShare(spec) ? (value) => `${Math.round(1000 * value) / 10} %` : numberText;
}

/**
 * What the seeds say beyond the median: up to five are named one by one, `309, 340, 352`; more have the interval of their median with its
 * level, `309–352 (97 %)`.
 */
export function metricSeedsText({ metric }: { readonly metric?: Metric | undefined }): string {
  if (metric === undefined) return '';
  const { spec, interval } = metric;
  if (interval !== undefined) {
    const [low, high] = [interval.low, interval.high].map((end) => metricNumber(spec, end));
    return `${low}–${high} (${Math.floor(100 * interval.level)} %)`;
  }
  const values = sorted(unitValues(metric));
  if (values.length < 2 || values.length >= minimumForInterval) return '';
  return values.map((value) => (Number.isFinite(value) ? metricNumber(spec, value) : 'failed')).join(', ');
}

/** `1 of 3 diverged`, the method's failures first; what it does not support is no failure and said elsewhere. */
export function failuresText({ troubles }: { readonly troubles: readonly Trouble[] }): string {
  return [...troubles]
    .filter(({ blame }) => blame !== 'not-applicable')
    .sort((a, b) => Number(a.blame === 'harness') - Number(b.blame === 'harness'))
    .map(({ pass, status, seeds, of, blame }) => {
      const whose = blame === 'harness' ? ' (ours)' : '';
      return `${pass}: ${seeds.length} of ${of} ${statusWords[status]}${whose}`;
    })
    .join(', ');
}

/** Whether a metric is a share, shown as percent and compared by difference. */
export function isShare({ name, unit, share }: MetricSpec): boolean {
  return share ?? (name === 'accuracy' && unit === undefined);
}

/** A value of a metric without its unit: shares in percent. */
export function metricNumber(spec: MetricSpec, value: number): string {
  return isShare(spec) && Number.isFinite(value) ? (100 * value).toFixed(2) : numberText(value);
}
