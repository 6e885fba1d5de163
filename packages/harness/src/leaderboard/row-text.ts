import type { MetricSpec } from '../cell/suite.ts';
import { numberText } from './format.ts';
import type { Metric } from './row.ts';

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

/** The interval of the metric, `72.6–74.2`; empty where there is none. */
export function metricIntervalText({ metric }: { readonly metric?: Metric | undefined }): string {
  if (metric === undefined || metric.interval.level === 0) return '';
  const { spec, interval } = metric;
  // A seed that never got there has no end.
  const [low, high] = [interval.low, interval.high].map((end) => metricNumber(spec, end));
  return `${low}–${high}`;
}

function isShare({ name, unit, share }: MetricSpec): boolean {
  return share ?? (name === 'accuracy' && unit === undefined);
}

function metricNumber(spec: MetricSpec, value: number): string {
  return isShare(spec) && Number.isFinite(value) ? (100 * value).toFixed(2) : numberText(value);
}
