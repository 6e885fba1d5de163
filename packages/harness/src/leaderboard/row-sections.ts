/** @file The measured parts of a row, each over all seeds: memory, gradient, metrics. */
import type { MetricSpec } from '../cell/suite.ts';
import { seedInterval } from '../statistics/describe.ts';
import { type Find, present } from './found.ts';
import { quantityOf, unitsOf, unitValues } from './quantity.ts';
import type { LeaderboardRow, Metric, Quantity } from './row.ts';

export function memoryOf(find: Find): Pick<LeaderboardRow, 'memory'> {
  const found = find(['memory'], (record) => record.memory);
  const quantity = quantityOf(unitsOf(found, ({ peakBytes }) => peakBytes));
  if (quantity === undefined) return {};
  const [section] = present(found);
  return {
    memory: {
      ...quantity,
      predicted: section?.predictedPeakBytes ?? null,
      byClass: section?.peakBytesByClass ?? {},
    },
  };
}

export function gradientOf(find: Find): Pick<LeaderboardRow, 'gradient'> {
  const found = find(['gradient'], (record) => record.gradient);
  const sections = present(found);
  const pick = (name: 'cosine' | 'relativeError' | 'signAgreement'): Quantity | undefined =>
    quantityOf(found.map((entry) => (typeof entry === 'object' ? (entry[name] ?? undefined) : undefined)));
  const [cosine, relativeError] = [pick('cosine'), pick('relativeError')];
  const signAgreement = pick('signAgreement');
  if (cosine === undefined && relativeError === undefined) return {};
  return {
    gradient: {
      ...(cosine === undefined ? {} : { cosine }),
      ...(relativeError === undefined ? {} : { relativeError }),
      ...(signAgreement === undefined ? {} : { signAgreement }),
      reference: sections[0]?.reference ?? '',
    },
  };
}

/** A metric, one number a seed: of a seed whose tasks were scored one by one, their mean. */
export function metricOf(find: Find, spec: MetricSpec | undefined): Metric | undefined {
  if (spec === undefined) return undefined;
  const worst = spec.direction === 'lower' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const found = find(['training'], (record) => record.training);
  const quantity = quantityOf(
    unitsOf(
      found,
      ({ final, finalSamples }) => {
        const tasks = finalSamples?.[spec.name] ?? [];
        if (tasks.length === 0) return final[spec.name] ?? undefined;
        return tasks.reduce((sum, value) => sum + value, 0) / tasks.length;
      },
      worst,
    ),
  );
  if (quantity === undefined) return undefined;
  const interval = seedInterval(unitValues(quantity));
  return {
    ...quantity,
    spec,
    start: unitsOf(found, ({ curve }) => curve[0]?.metrics[spec.name] ?? undefined, Number.NaN),
    ...(interval === undefined ? {} : { interval }),
  };
}
