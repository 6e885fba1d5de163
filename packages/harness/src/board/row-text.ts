import { numberText } from './format.ts';
import type { BoardRow } from './row.ts';

/** Near 1 what matters is the distance from 1. */
export function cosineText(cosine: number | undefined): string {
  if (cosine === undefined || Number.isNaN(cosine)) return '';
  if (cosine > 1 - 5e-7) return cosine.toFixed(6);
  return cosine > 0.9995 ? `1 − ${numberText(1 - cosine)}` : cosine.toFixed(3).replace('-', '−');
}

/** Accuracy as percent, anything else as a number. */
export function metricText({ metric }: Pick<BoardRow, 'metric'>): string {
  if (metric === undefined) return '';
  if (!Number.isFinite(metric.median)) return 'missed';
  return metric.spec.name === 'accuracy' && metric.spec.unit === undefined
    ? `${(100 * metric.median).toFixed(2)} %`
    : `${numberText(metric.median)}${metric.spec.unit === undefined ? '' : ` ${metric.spec.unit}`}`;
}
