/** @file The measured parts of a row, each over all seeds: time, memory, gradient, metrics. */
import type { MetricSpec, TimedBeside } from '../cell/suite.ts';
import { median, quantile } from '../statistics/describe.ts';
import { centreEstimate, type Replicates } from '../statistics/paired.ts';
import type { RankedTime } from './entry.ts';
import { type Find, type Found, present } from './found.ts';
import type { LeaderboardRow, Metric, Quantity } from './row.ts';

/** A quantity over seeds; undefined when no seed has it and none has missed it. */
function quantityOf(
  replicates: Replicates,
  centre: (values: readonly number[]) => number = median,
): Quantity | undefined {
  const centres = replicates.filter((seed) => seed.length > 0).map(centre);
  if (centres.length === 0) return undefined;
  return { median: median(centres), q1: quantile(centres, 0.25), q3: quantile(centres, 0.75), replicates };
}

const miss = [Number.POSITIVE_INFINITY];

export function timeOf(find: Find, timedBeside: TimedBeside | undefined): Pick<LeaderboardRow, 'time'> {
  const found = find(
    ['time', 'kernel'],
    ({ time, run }) => time && { ...time, cellsAtOnce: run.cellsAtOnce ?? 1 },
  );
  const replicates = found.map((entry) => {
    if (entry === undefined || entry === 'missed') return entry === 'missed' ? miss : [];
    return entry.phases[entry.primaryPhase]?.samples ?? [];
  });
  const sections = present(found);
  const quantity = quantityOf(replicates);
  if (quantity === undefined) return {};
  const compile = sections.flatMap((section) => section.compileMs ?? []);
  const spread = spreadInside(replicates) ?? {};
  const phase = sections[0]?.primaryPhase ?? '';
  const beside = timedBeside === undefined ? undefined : besideOf(found, timedBeside.phase);
  return {
    time: {
      ...quantity,
      ...spread,
      phase,
      compileMs: compile.length === 0 ? null : median(compile),
      cellsAtOnce: Math.max(1, ...sections.map(({ cellsAtOnce }) => cellsAtOnce)),
      ...(beside === undefined ? {} : { beside }),
    },
  };
}

/**
 * Each sample over the one of another phase that was taken in the same round: what slows the machine down slows both, so the ratio holds
 * where milliseconds do not. Undefined where some seed's samples were not taken in turns.
 */
function besideOf(found: readonly Found<RankedTime>[], phase: string): Quantity | undefined {
  const replicates: (readonly number[])[] = [];
  for (const entry of found) {
    if (entry === undefined || entry === 'missed') {
      replicates.push(entry === 'missed' ? miss : []);
      continue;
    }
    const { phases, primaryPhase } = entry;
    const [own, other] = [phases[primaryPhase]?.samples ?? [], phases[phase]?.samples ?? []];
    if (own.length === 0 || own.length !== other.length) return undefined;
    replicates.push(own.map((ms, round) => ms / (other[round] as number)));
  }
  const quantity = quantityOf(replicates);
  return quantity === undefined ? undefined : { ...quantity, ...spreadInside(replicates) };
}

/** With few seeds the quartiles of all samples say more than those of two or three medians. */
function spreadInside(replicates: Replicates): { readonly q1: number; readonly q3: number } | undefined {
  const all = replicates.flat();
  return all.length < 4 ? undefined : { q1: quantile(all, 0.25), q3: quantile(all, 0.75) };
}

export function memoryOf(find: Find): Pick<LeaderboardRow, 'memory'> {
  const found = find(['memory'], (record) => record.memory);
  const quantity = quantityOf(
    found.map((entry) => (entry === undefined ? [] : entry === 'missed' ? miss : [entry.peakBytes])),
  );
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
  const pick = (name: 'cosine' | 'relativeError'): Quantity | undefined =>
    quantityOf(
      found.map((entry) =>
        entry === undefined || entry === 'missed' ? [] : [entry[name] ?? Number.NaN].filter(Number.isFinite),
      ),
    );
  const [cosine, relativeError] = [pick('cosine'), pick('relativeError')];
  if (cosine === undefined && relativeError === undefined) return {};
  return {
    gradient: {
      ...(cosine === undefined ? {} : { cosine }),
      ...(relativeError === undefined ? {} : { relativeError }),
      reference: sections[0]?.reference ?? '',
    },
  };
}

export function metricOf(find: Find, spec: MetricSpec | undefined): Metric | undefined {
  if (spec === undefined) return undefined;
  const worst = spec.direction === 'lower' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const found = find(['training'], (record) => record.training);
  const replicates = found.map((entry) => {
    if (entry === undefined || entry === 'missed') return entry === 'missed' ? [worst] : [];
    const final = entry.final[spec.name];
    return entry.finalSamples?.[spec.name] ?? (final === undefined || final === null ? [] : [final]);
  });
  const quantity = quantityOf(
    replicates,
    (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  );
  const paired = replicates.some((seed) => seed.length > 1);
  if (quantity === undefined) return undefined;
  const { low, high, level } = centreEstimate(replicates, { inside: 'mean' });
  return { ...quantity, spec, paired, interval: { low, high, level } };
}
