/** @file The pass `training`: φ is learned over a fixed number of inner steps, the same for every method, and judged now and then on the test tasks. */
import type { NonPositiveCurvature } from '@longhorizon/bilevel';
import {
  CellFailure,
  finiteOrNull,
  type Measurement,
  owned,
  phaseTimer,
  timeSection,
} from '@longhorizon/harness';
import { digest } from '../gradient.ts';
import { underRoof } from '../roof/floor.ts';
import { meansOf, type Scores, samplesOf } from '../scores.ts';
import { type InitialisationCase, withInitialisation } from './case.ts';
import { MetaTest } from './meta-test.ts';
import { metaTrain } from './meta-training.ts';

const trainingPhase = 'stretch of inner steps';

export async function initialisationTraining(cell: InitialisationCase): Promise<Measurement> {
  const { device, tuned, signal } = cell;
  const { innerSteps, every, judgedAt, metaTest } = cell.recipe();
  const timer = phaseTimer();
  const held = underRoof(device);
  return withInitialisation(cell, async (run) => {
    using judge = owned(await MetaTest.make(device, metaTest.taskSet, metaTest.steps));
    const curve: { step: number; timeMs: number; metrics: Record<string, number | null> }[] = [];
    let [scores, trainLoss]: [Scores, number | null] = [{}, null];
    let nonPositiveCurvature: NonPositiveCurvature | undefined;
    for await (const stretch of metaTrain(run, {
      steps: innerSteps,
      every,
      judgedAt,
      judge,
      timed: (work) => timer.time(trainingPhase, () => held(work)),
      evaluated: (work) => timer.evaluate(work),
    })) {
      if (signal.aborted) throw new CellFailure('timeout', `stopped after ${stretch.step} inner steps.`);
      if (stretch.scores !== undefined) scores = stretch.scores;
      trainLoss = stretch.trainLoss;
      nonPositiveCurvature ??= stretch.nonPositiveCurvature;
      const judged = stretch.scores === undefined ? {} : meansOf(stretch.scores);
      const trained = trainLoss === null ? {} : { trainLoss: finiteOrNull(trainLoss) };
      curve.push({ step: stretch.step, timeMs: timer.elapsedMs(), metrics: { ...trained, ...judged } });
    }
    return {
      status: 'ok',
      training: {
        curve,
        final: {
          ...meansOf(scores),
          ...(trainLoss === null ? {} : { trainLoss: finiteOrNull(trainLoss) }),
        },
        finalSamples: samplesOf(scores),
        selectionSplit: 'train',
        reportSplit: `${metaTest.taskSet.title}, after ${metaTest.steps} inner steps from φ`,
      },
      time: timeSection(timer.phases(), {
        primaryPhase: trainingPhase,
        compileMs: null,
        evaluationMs: timer.evaluationMs(),
      }),
      counters: { ...run.counters },
      artifacts: { phi: digest(await run.read('initial')) },
      ...detailsOf(tuned, nonPositiveCurvature),
    };
  });
}

/** How β was chosen, and where a solver's matrix was not positive definite: what it gives then is no solution that theory promises. */
function detailsOf(
  tuned: InitialisationCase['tuned'],
  nonPositiveCurvature: NonPositiveCurvature | undefined,
): Pick<Measurement, 'details'> {
  if (tuned === undefined && nonPositiveCurvature === undefined) return {};
  return {
    details: {
      ...(tuned === undefined
        ? {}
        : {
            metaStepSize: tuned.beta,
            chosenFrom: [...tuned.rates],
            chosenAt: { horizon: tuned.horizon, seed: 0 },
            trainingLossOfEach: [...tuned.losses],
          }),
      ...(nonPositiveCurvature === undefined ? {} : { nonPositiveCurvature: { ...nonPositiveCurvature } }),
    },
  };
}
