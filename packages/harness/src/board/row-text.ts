import { numberText } from './format.ts';
import type { BoardRow } from './row.ts';

/** Near 1 what matters is the distance from 1. */
export function cosineText(cosine: number | undefined): string {
  if (cosine === undefined || Number.isNaN(cosine)) return '';
  if (cosine > 1 - 5e-7) return cosine.toFixed(6);
  return cosine > 0.9995 ? `1 − ${numberText(1 - cosine)}` : cosine.toFixed(3).replace('-', '−');
}

/** Accuracy as percent, anything else as a number with its unit. */
export function metricText({ metric }: Pick<BoardRow, 'metric'>): string {
  if (metric === undefined) return '';
  if (!Number.isFinite(metric.median)) return 'missed';
  const unit = isPercent(metric) ? '%' : metric.spec.unit;
  return [metricNumber(metric, metric.median), unit].filter((part) => part !== undefined).join(' ');
}

/** The interval of the metric, `72.6–74.2`; empty where there is none. */
export function metricIntervalText({ metric }: Pick<BoardRow, 'metric'>): string {
  if (metric === undefined || metric.interval.level === 0) return '';
  return `${metricNumber(metric, metric.interval.low)}–${metricNumber(metric, metric.interval.high)}`;
}

type Metric = NonNullable<BoardRow['metric']>;

function isPercent({ spec }: Metric): boolean {
  return spec.name === 'accuracy' && spec.unit === undefined;
}

function metricNumber(metric: Metric, value: number): string {
  return isPercent(metric) ? (100 * value).toFixed(2) : numberText(value);
}
