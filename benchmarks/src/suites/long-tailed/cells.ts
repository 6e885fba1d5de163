/** @file The cells of the suite `long-tailed`: bytes and seconds of a step of the second stage, and what a whole run comes to. */
import {
  type CellConfig,
  CellFailure,
  type Measurement,
  owned,
  phaseTimer,
  type RunCell,
  timeSection,
} from '@longhorizon/harness';
import { momentum, stepSchedule } from '@longhorizon/nn';
import type { Device } from '@longhorizon/tensor';
import { sharedDevice } from '../../measurements/device.ts';
import { digest } from '../../measurements/gradient.ts';
import { memoryBetween } from '../../measurements/memory.ts';
import { underRoof } from '../../measurements/roof/floor.ts';
import type { Seeds } from '../../measurements/rows.ts';
import { stepTime } from '../../measurements/step-time.ts';
import { methods } from './methods.ts';
import { type Judgement, judge } from './model/evaluation.ts';
import { OnlineTraining, type TrainingOptions } from './model/online-training.ts';
import { type TailCase, tailCase } from './problems.ts';

const trainingPhase = 'training';

/** Shares of a run after which the learning rate falls to a fifth; the second stage begins with the first. */
const milestones = [0.8, 0.9];
const rateAtFirst = 0.05;
const fall = 0.2;

export const runLongTailedCell: RunCell = async (config, { seeds, adapter, signal }) => {
  const device = await sharedDevice(adapter);
  const found = tailCase(config, seeds);
  const options = optionsOf(config, seeds, found);
  if (config.pass === 'memory') return memoryCell(device, options);
  if (config.pass === 'time')
    return withTraining(device, options, (training) =>
      stepTime(
        device,
        { step: () => training.run('second', 0, 1), plain: () => training.run('first', 0, 1) },
        config,
        signal,
      ),
    );
  return trainingCell(device, options, found, signal);
};

/** Everything that a run of a cell depends on. */
function optionsOf(
  config: CellConfig,
  seeds: Seeds,
  { data, classifier, profile }: TailCase,
): TrainingOptions {
  const row = methods.find(({ name }) => name === config.method);
  if (row === undefined) throw new Error(`internal: long-tailed has no method ${config.method}.`);
  const rate = stepSchedule(
    rateAtFirst,
    fall,
    milestones.map((share) => Math.round(share * profile.steps)),
  );
  return {
    data,
    classifier,
    batch: config.dimension,
    optimiser: momentum({ rate, momentum: 0.9, nesterov: true, weightDecay: 5e-4 }),
    first: row.first,
    second:
      typeof row.second === 'string' ? row.second : { ...row.second(seeds), horizon: config.horizon, rate },
    // The order of the batches and the start of the network are the same for every method.
    seed: seeds.order ?? 0,
  };
}

async function withTraining<Result>(
  device: Device,
  options: TrainingOptions,
  use: (training: OnlineTraining) => Promise<Result>,
): Promise<Result> {
  using training = owned(await OnlineTraining.make(device, options));
  return await use(training);
}

async function memoryCell(device: Device, options: TrainingOptions): Promise<Measurement> {
  return memoryBetween(device, (measured) =>
    withTraining(device, options, async (training) => {
      await training.run('first', 0, 1);
      const before = training.engine.counts;
      const { dispatches } = await training.run('second', 1, 1);
      const { gradients, vjps, jvps, hvps } = training.engine.counts;
      return {
        status: 'ok',
        memory: measured(training.predicted),
        kernelVariants: training.engine.variants,
        kernelChoices: training.engine.choices,
        counters: {
          gradients: gradients - before.gradients,
          vjps: vjps - before.vjps,
          jvps: jvps - before.jvps,
          hvps: hvps - before.hvps,
          dispatches,
        },
      };
    }),
  );
}

async function trainingCell(
  device: Device,
  options: TrainingOptions,
  { data, classifier, profile }: TailCase,
  signal: AbortSignal,
): Promise<Measurement> {
  return withTraining(device, options, async (training) => {
    const held = underRoof(device);
    const timer = phaseTimer();
    const curve: { step: number; timeMs: number; metrics: Record<string, number> }[] = [];
    let judgement: Judgement | undefined;
    const evaluate = async (step: number): Promise<void> => {
      const timeMs = timer.elapsedMs();
      judgement = await timer.evaluate(() => judge(training, data, classifier));
      if (!Number.isFinite(judgement.loss))
        throw new CellFailure(
          'diverged',
          `after step ${step} the model is no longer finite; a smaller learning rate may help.`,
          step,
        );
      curve.push({ step, timeMs, metrics: metricsOf(judgement) });
    };
    const secondStage = Math.round(milestones[0]! * profile.steps);
    // Halfway through the first stage, at its end, halfway through the second, at its end.
    const stops = [secondStage / 2, secondStage, (secondStage + profile.steps) / 2, profile.steps].map(
      Math.round,
    );
    let done = 0;
    for (const stop of stops) {
      if (signal.aborted)
        throw new CellFailure('timeout', `stopped after ${done} of ${profile.steps} steps.`);
      const stage = stop <= secondStage ? 'first' : 'second';
      await timer.time(`${trainingPhase}, ${stage} stage`, () =>
        held(() => training.run(stage, done, stop - done)),
      );
      done = stop;
      await evaluate(done);
    }
    const final = judgement!;
    return {
      status: 'ok',
      training: {
        curve,
        final: metricsOf(final),
        reportSplit: 'balanced test set',
        stopReason: 'all steps done',
      },
      time: timeSection(timer.phases(), {
        primaryPhase: `${trainingPhase}, second stage`,
        compileMs: null,
        evaluationMs: timer.evaluationMs(),
      }),
      counters: { ...training.engine.counts },
      artifacts: { weights: digest(await training.read('weights')) },
      details: {
        trainingExamples: [...data.counts],
        accuracyByClass: [...final.byClass],
        groups: [...data.groups],
        ...(typeof options.second === 'string' ? {} : { learned: await learnedWeights(training) }),
      },
    };
  });
}

function metricsOf({ accuracy, loss, byGroup }: Judgement): Record<string, number> {
  return { accuracy, ...byGroup, loss };
}

/** How large the last ∂V/∂λ was, and how many of its examples would lower V. */
async function learnedWeights(training: OnlineTraining) {
  const values = await training.read('hypergradient');
  const size = values.length;
  return {
    meanSizeOfDerivative: values.reduce((sum, value) => sum + Math.abs(value), 0) / size,
    shareBelowZero: values.filter((value) => value < 0).length / size,
  };
}
