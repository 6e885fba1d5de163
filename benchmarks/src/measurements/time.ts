/**
 * @file The pass `time`: seconds of one hypergradient until the queue is done, in turns with the same T inner steps without one. The ratio
 * of the two holds on a noisy machine where neither does.
 */
import type { Outcome, Run } from '@longhorizon/bilevel';
import { type Measurement, type SamplingOptions, sampleArms, timeSection } from '@longhorizon/harness';
import { adapt } from './adapt.ts';
import type { Case } from './case.ts';
import { controlOf } from './control.ts';
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

/** Hands over the two runs that are timed in turns: the method's, and as many inner steps without one. */
export async function withArms<Result>(
  cell: Case,
  use: (run: Run, plain: Run, first: Outcome) => Promise<Result>,
): Promise<Result> {
  return withFirstRun(cell, (run, first) =>
    withRun(cell, (plain) => use(run, plain, first), { method: adapt }),
  );
}

export async function timePass(cell: Case): Promise<Measurement> {
  const { device, config, signal } = cell;
  const options = samplingAt(config.profile);
  return withArms(cell, async (run, plain, { dispatches, counts, wallMs }) => {
    const { phases, noise } = await sampleArms(
      [
        { name: primaryPhase, run: () => run.compute() },
        { name: plainPhase, run: () => plain.compute() },
      ],
      { ...options(wallMs), control: await controlOf(device), signal },
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
  });
}
