/** @file What a search found as lines of a table. */
import { loadavg } from 'node:os';
import type { Device } from '@longhorizon/tensor';
import type { TableEntry } from '../../../measurements/kernel-tables/entry.ts';
import type { Clock } from './bench.ts';
import type { Trial } from './exploration.ts';
import { medianOf } from './median.ts';
import type { KernelProblem } from './problems.ts';
import type { SearchResult } from './search.ts';
import type { Strategy } from './strategies.ts';

/** The winner as entries: for each problem that its program has, and for how its sum is cut. Empty where nothing was found. */
export function entriesOf(
  device: Device,
  { family }: KernelProblem,
  result: SearchResult,
  { strategy, clock }: { readonly strategy: Strategy; readonly clock: Clock },
): readonly TableEntry[] {
  const [winner, ...tied] = result.winners;
  if (winner === undefined) return [];
  const { candidate } = winner;
  const { SPLIT = 1, ...configuration } = candidate.configuration;
  const shared = {
    format: 1,
    adapter: device.adapter.device,
    driver: device.adapter.description,
    variant: candidate.name,
    tied: tied.map((one) => one.candidate.name),
    fingerprint: winner.fingerprint ?? null,
    candidates: result.trials.length,
    rounds: result.rounds,
    strategy,
    clock,
    date: new Date().toISOString().slice(0, 10),
    load: Math.round(100 * (loadavg()[0] ?? 0)) / 100,
  } as const;
  const ms = callMs(winner);
  return [
    ...candidate.keys.map((key): TableEntry => ({ ...shared, family, key, configuration, ms })),
    // Sums of a pointwise kernel are never cut.
    ...(candidate.splitKey === undefined || family === 'pointwise'
      ? []
      : [
          {
            ...shared,
            family: `${family} split`,
            key: candidate.splitKey,
            configuration: { SPLIT },
            ms,
          } satisfies TableEntry,
        ]),
  ];
}

/** Milliseconds of a call, to four digits. */
function callMs({ samples }: Trial): number {
  return Number(medianOf(samples).toPrecision(4));
}
