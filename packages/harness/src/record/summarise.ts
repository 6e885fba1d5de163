import { mean, medianAbsoluteDeviation } from 'simple-statistics';
import { median, medianInterval, quantile } from '../statistics/describe.ts';
import { finiteOrNull } from './build.ts';
import type { Summary } from './measurement.ts';

/** What a record says about raw samples. No sample is removed; outliers are counted. */
export function summarise(samples: readonly number[], level = 0.95): Summary {
  const q1 = quantile(samples, 0.25);
  const q3 = quantile(samples, 0.75);
  const reach = 1.5 * (q3 - q1);
  const interval = medianInterval(samples, level);
  const some = samples.length > 0;
  return {
    count: samples.length,
    median: finiteOrNull(median(samples)),
    q1: finiteOrNull(q1),
    q3: finiteOrNull(q3),
    mad: some ? finiteOrNull(medianAbsoluteDeviation([...samples])) : null,
    minimum: some ? finiteOrNull(quantile(samples, 0)) : null,
    maximum: some ? finiteOrNull(quantile(samples, 1)) : null,
    mean: some ? finiteOrNull(mean([...samples])) : null,
    p95: finiteOrNull(quantile(samples, 0.95)),
    outliers: samples.filter((sample) => sample < q1 - reach || sample > q3 + reach).length,
    interval: {
      level: interval.level,
      low: finiteOrNull(interval.low),
      high: finiteOrNull(interval.high),
      method: 'order statistics of the median',
    },
  };
}
