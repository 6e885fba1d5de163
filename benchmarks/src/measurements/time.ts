/**
 * @file The pass `time`: seconds of one hypergradient until the queue is done, in turns with the same T inner steps without one. The ratio
 * of the two holds on a noisy machine where neither does.
 */
import { type Measurement, type SamplingOptions, sampleArms, timeSection } from '@longhorizon/harness';
import { adapt } from './adapt.ts';
import { canaryOf } from './canary.ts';
import type { Case } from './case.ts';
import { compileMsOf, withFirstRun, withRun } from './prepare.ts';
import { plainPhase } from './rows.ts';

/** How long sampling goes on, by profile; what is not listed is sampled like `standard`. */
const sampling: Readonly<Record<string, SamplingOptions>> = {
  quick: { minimumSamples: 6, maximumSamples: 20, timeBudgetMs: 50, warmUpCalls: 1, warmUpMs: 0 },
  standard: { minimumSamples: 10, maximumSamples: 100, timeBudgetMs: 250, warmUpCalls: 2, warmUpMs: 20 },
  full: { minimumSamples: 20, maximumSamples: 200, timeBudgetMs: 4000, warmUpCalls: 3, warmUpMs: 50 },
};

/** A run that takes this long has its noise averaged out, and its first one has warmed everything up. */
const longRunMs: Readonly<Record<string, number>> = { quick: 100, standard: 1000 };
/** Fewer could not tell methods apart, whatever they take: six differences of one sign are what no chance explains. */
const fewestSamples = 6;

const primaryPhase = 'hypergradient';

/** How a profile samples a run whose first time took so long. */
export function samplingAt(profile: string): (firstMs: number) => SamplingOptions {
  const usual = sampling[profile] ?? sampling.standard!;
  const fromMs = longRunMs[profile] ?? longRunMs.standard!;
  return (firstMs) =>
    firstMs < fromMs ? usual : { ...usual, minimumSamples: fewestSamples, warmUpCalls: 0, warmUpMs: 0 };
}

export async function timePass(cell: Case): Promise<Measurement> {
  const { device, config, signal } = cell;
  const options = samplingAt(config.profile);
  return withFirstRun(cell, async (run, { dispatches, counts, wallMs }) =>
    withRun(
      cell,
      async (plain) => {
        const { phases, noise } = await sampleArms(
          [
            { name: primaryPhase, run: () => run.compute() },
            { name: plainPhase, run: () => plain.compute() },
          ],
          { ...options(wallMs), canary: await canaryOf(device), signal },
        );
        return {
          status: 'ok',
          time: timeSection(phases, {
            primaryPhase,
            compileMs: compileMsOf(cell),
            clock: { host: 'performance.now', synchronisation: 'map-read' },
          }),
          counters: { ...counts, dispatches },
          kernelVariants: run.engine.variants,
          ...(noise === undefined ? {} : { noise }),
        };
      },
      { method: adapt },
    ),
  );
}
