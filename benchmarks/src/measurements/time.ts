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
import { underRoof } from './roof/floor.ts';
import { plainPhase } from './rows.ts';

/**
 * How long sampling goes on, by profile; what is not listed is sampled like `standard`. A time rests on several cells, three at least, so one is
 * short: what differs between cells is not told by more samples of one.
 */
const sampling: Readonly<Record<string, SamplingOptions>> = {
  quick: { minimumSamples: 2, maximumSamples: 8, timeBudgetMs: 17, warmUpCalls: 1, warmUpMs: 0 },
  standard: { minimumSamples: 4, maximumSamples: 34, timeBudgetMs: 85, warmUpCalls: 2, warmUpMs: 20 },
  full: { minimumSamples: 8, maximumSamples: 68, timeBudgetMs: 1400, warmUpCalls: 3, warmUpMs: 50 },
};

/** A run that takes this long has its noise averaged out, and its first one has warmed everything up. */
const longRunMs: Readonly<Record<string, number>> = { quick: 100, standard: 1000 };
/** An order and its reverse: fewer would leave the two arms unbalanced. */
const fewestSamples = 2;

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
    const held = underRoof(device);
    const { phases, noise } = await sampleArms(
      [
        { name: primaryPhase, run: () => held(() => run.compute()) },
        { name: plainPhase, run: () => held(() => plain.compute()) },
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
      kernelChoices: run.engine.choices,
      ...(noise === undefined ? {} : { noise }),
    };
  });
}
