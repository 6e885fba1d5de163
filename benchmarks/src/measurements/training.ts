/** @file The pass `training`: λ is learned with the method's hypergradients, and judged where nothing was learned. Trials of `bench tune` are the same, judged at the end alone. */
import type { Run } from '@longhorizon/bilevel';
import type { Counts, MetaOptions } from '@longhorizon/bilevel/authoring';
import { CellFailure, type Measurement, phaseTimer, timeSection, trialPass } from '@longhorizon/harness';
import { adapt } from './adapt.ts';
import type { Case } from './case.ts';
import { clippedAdam } from './clipped-adam.ts';
import { proposal } from './controls.ts';
import { digest } from './gradient.ts';
import { requireFinite, withRun } from './prepare.ts';
import { underRoof } from './roof/floor.ts';
import { type Batch, type Recipe, rateAt } from './rows.ts';
import { meansOf, type Scores, samplesOf } from './scores.ts';

const trainingPhase = 'inner optimisation';

/** One inner optimisation of a number from 0, and what becomes of λ after it; how often λ moved so far. */
interface Learner {
  readonly step: (number: number) => Promise<void>;
  readonly updates: () => Promise<number>;
}

export async function trainingPass(cell: Case): Promise<Measurement> {
  const { recipe } = cell;
  if (recipe === undefined)
    throw new CellFailure('unsupported', `nothing is learned on the problem ${cell.config.problem}.`);
  const options = cell.control === undefined ? { meta: metaOf(recipe, cell.config.horizon) } : {};
  return withRun(
    cell,
    (run) => withRun(cell, (judge) => train(cell, recipe, run, judge), { method: adapt }),
    options,
  );
}

/** What `prepare` is told of a recipe. */
export function metaOf(recipe: Recipe, horizon: number): MetaOptions {
  return {
    optimiser: clippedAdam(recipe.clip),
    rate: recipe.rate,
    every: Math.min(recipe.every ?? horizon, horizon),
    ...(recipe.initialisation === undefined ? {} : { initialisation: recipe.initialisation }),
    ...(recipe.initialisationRate === undefined ? {} : { initialisationRate: recipe.initialisationRate }),
  };
}

async function train(cell: Case, recipe: Recipe, run: Run, judge: Run): Promise<Measurement> {
  const timer = phaseTimer();
  const learner = learnerOf(cell, recipe, run);
  const held = underRoof(cell.device);
  const curve: NonNullable<Measurement['training']>['curve'] = [];
  let scores: Scores = {};
  const evaluate = async (step: number): Promise<void> => {
    const timeMs = timer.elapsedMs();
    const evaluations = evaluationsOf(run.counters);
    scores = await timer.evaluate(() => judged(recipe, run, judge));
    curve.push({ step, timeMs, evaluations, metrics: meansOf(scores) });
  };
  const isTrial = cell.config.pass === trialPass;
  await evaluate(0);
  for (let number = 0; number < recipe.innerOptimisations; number++) {
    if (cell.signal.aborted) throw new CellFailure('timeout', `stopped after ${number} inner optimisations.`);
    write(run, recipe.tasks?.(number));
    await timer.time(trainingPhase, () => held(() => learner.step(number)));
    const done = number + 1;
    if ((done % recipe.evaluateEvery === 0 && !isTrial) || done === recipe.innerOptimisations)
      await evaluate(done);
  }
  const time = timeSection(timer.phases(), {
    primaryPhase: trainingPhase,
    compileMs: null,
    evaluationMs: timer.evaluationMs(),
  });
  return {
    status: 'ok',
    training: {
      curve,
      updates: await learner.updates(),
      final: meansOf(scores),
      finalSamples: samplesOf(scores),
      ...(recipe.test === undefined ? {} : { selectionSplit: 'train', reportSplit: 'test' }),
    },
    // What learns nothing takes no time that says anything.
    ...(cell.control === 'none' ? {} : { time }),
    counters: { ...run.counters },
    kernelVariants: run.engine.variants,
    kernelChoices: run.engine.choices,
    artifacts: { lambda: digest(await run.read('lambda')) },
  };
}

/** How λ is learned: with a method's hypergradients, or as a control does. */
export function learnerOf(cell: Pick<Case, 'control' | 'seeds'>, recipe: Recipe, run: Run): Learner {
  switch (cell.control) {
    case undefined:
      return {
        step: async (number) => {
          if (recipe.decays === true) run.setRate(rateAt(recipe, number));
          requireFinite(await run.metaStep());
        },
        updates: () => run.updates(),
      };
    case 'none':
      return { step: async () => {}, updates: async () => 0 };
    case 'random':
      return randomSearch(cell, recipe, run);
    default:
      return cell.control satisfies never;
  }
}

/** Moves of λ that are kept where the outer loss is lower after them. λ as it is runs again where the tasks are new. */
function randomSearch({ seeds }: Pick<Case, 'seeds'>, recipe: Recipe, run: Run): Learner {
  let moves = 0;
  let least: number | undefined;
  const lossAt = async (lambda: Float64Array): Promise<number> => {
    run.write('lambda', lambda);
    const { outerLoss } = await run.compute();
    return Number.isFinite(outerLoss) ? outerLoss : Number.POSITIVE_INFINITY;
  };
  return {
    step: async (number) => {
      const lambda = await run.read('lambda');
      if (least === undefined || recipe.tasks !== undefined) least = await lossAt(lambda);
      const moved = proposal(lambda, { seed: seeds.noise ?? 0, number, deviation: rateAt(recipe, number) });
      const loss = await lossAt(moved);
      if (loss < least) {
        least = loss;
        moves++;
      } else run.write('lambda', lambda);
    },
    updates: async () => moves,
  };
}

/** Gradients of the inner loss that derivative work amounts to: a product with a second derivative costs about two. */
function evaluationsOf({ gradients, vjps, jvps, hvps }: Counts): number {
  return gradients + 2 * (vjps + jvps + hvps);
}

/** Adapts to the test batches with λ, and φ where it is no part of λ, as they are now; the samples of each metric, batch by batch. */
async function judged(recipe: Recipe, run: Run, judge: Run): Promise<Scores> {
  judge.write('lambda', await run.read('lambda'));
  if (run.inner.initial !== undefined) judge.write('initial', await run.read('initial'));
  const scores: Record<string, number[]> = {};
  for (let batch = 0; batch < (recipe.test?.batches ?? 1); batch++) {
    write(judge, recipe.test?.tasks(batch));
    const { outerLoss } = requireFinite(await judge.compute());
    for (const [name, value] of Object.entries({ outerLoss, ...(await judge.metrics()) }))
      scores[name] = [...(scores[name] ?? []), value];
  }
  return scores;
}

function write(run: Run, batch: Batch | undefined): void {
  for (const [name, values] of Object.entries(batch ?? {})) run.writeGiven(name, values);
}
