/** @file The pass `training`: λ is learned with the method's hypergradients, and judged where nothing was learned. */
import type { Run } from '@longhorizon/bilevel';
import type { MetaOptions } from '@longhorizon/bilevel/authoring';
import { CellFailure, finiteOrNull, type Measurement, phaseTimer, timeSection } from '@longhorizon/harness';
import { adapt } from './adapt.ts';
import type { Case } from './case.ts';
import { clippedAdam } from './clipped-adam.ts';
import { digest } from './gradient.ts';
import { requireFinite, withRun } from './prepare.ts';
import type { Batch, Recipe } from './rows.ts';

const trainingPhase = 'inner optimisation';

/** What a test batch came to, metric by metric. */
type Scores = Readonly<Record<string, readonly number[]>>;

export async function trainingPass(cell: Case): Promise<Measurement> {
  const { recipe } = cell;
  if (recipe === undefined)
    throw new CellFailure('unsupported', `nothing is learned on the problem ${cell.config.problem}.`);
  return withRun(
    cell,
    (run) => withRun(cell, (judge) => train(cell, recipe, run, judge), { method: adapt }),
    { meta: metaOf(recipe, cell.config.horizon) },
  );
}

function metaOf(recipe: Recipe, horizon: number): MetaOptions {
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
  const curve: { step: number; timeMs: number; metrics: Record<string, number | null> }[] = [];
  let scores: Scores = {};
  const evaluate = async (step: number): Promise<void> => {
    const timeMs = timer.elapsedMs();
    scores = await timer.evaluate(() => judged(recipe, run, judge));
    curve.push({ step, timeMs, metrics: meansOf(scores) });
  };
  await evaluate(0);
  for (let number = 0; number < recipe.innerOptimisations; number++) {
    if (cell.signal.aborted) throw new CellFailure('timeout', `stopped after ${number} inner optimisations.`);
    write(run, recipe.tasks?.(number));
    requireFinite(await timer.time(trainingPhase, () => run.metaStep()));
    const done = number + 1;
    if (done % recipe.evaluateEvery === 0 || done === recipe.innerOptimisations) await evaluate(done);
  }
  const phases = timer.phases();
  return {
    status: 'ok',
    training: {
      curve,
      final: meansOf(scores),
      finalSamples: Object.fromEntries(Object.entries(scores).map(([name, values]) => [name, [...values]])),
      ...(recipe.test === undefined ? {} : { selectionSplit: 'train', reportSplit: 'test' }),
    },
    time: timeSection(phases, {
      primaryPhase: trainingPhase,
      compileMs: null,
      evaluationMs: timer.evaluationMs(),
    }),
    counters: { ...run.counters },
    kernelVariants: run.engine.variants,
    artifacts: { lambda: digest(await run.read('lambda')) },
  };
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

function meansOf(scores: Scores): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(scores).map(([name, values]) => [
      name,
      finiteOrNull(values.reduce((sum, value) => sum + value, 0) / values.length),
    ]),
  );
}
