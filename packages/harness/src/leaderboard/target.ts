import type { MetricSpec } from '../cell/suite.ts';
import { median } from '../statistics/describe.ts';
import type { Entry } from './entry.ts';

/** A value of a metric that learning curves are timed to. */
export interface Target {
  readonly metric: string;
  readonly value: number;
  readonly direction: 'higher' | 'lower';
}

const partOfTheWay = 0.9;

/**
 * A target for records of one point that name none: nine tenths of the way from where the curves begin to the best that any method ends
 * at, medians over seeds.
 *
 * @returns undefined where no method got better
 */
export function commonTarget(records: readonly Entry[], spec: MetricSpec): Target | undefined {
  const sign = spec.direction === 'higher' ? 1 : -1;
  const at = (record: Entry, position: 0 | -1): readonly number[] => {
    const value = record.training?.curve.at(position)?.metrics[spec.name];
    return value === undefined || value === null ? [] : [value];
  };
  const start = median(records.flatMap((record) => at(record, 0)));
  const methods = [...new Set(records.map((record) => record.config.method))];
  const ends = methods.flatMap((method) => {
    const own = records
      .filter((record) => record.config.method === method)
      .flatMap((record) => at(record, -1));
    return own.length === 0 ? [] : [sign * median(own)];
  });
  const best = sign * Math.max(...ends);
  if (!(sign * (best - start) > 0)) return undefined;
  return { metric: spec.name, value: start + partOfTheWay * (best - start), direction: spec.direction };
}
