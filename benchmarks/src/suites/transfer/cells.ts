/** @file The cells of the suite `transfer`: bytes and seconds of a training step beside the host's own, and what a run comes to. */
import {
  CellFailure,
  type Measurement,
  owned,
  phaseTimer,
  type RunCell,
  timeSection,
} from '@longhorizon/harness';
import type { Device } from '@longhorizon/tensor';
import { sharedDevice } from '../../measurements/device.ts';
import { digest } from '../../measurements/gradient.ts';
import { memoryBetween } from '../../measurements/memory.ts';
import { underRoof } from '../../measurements/roof/floor.ts';
import { stepTime } from '../../measurements/step-time.ts';
import type { Examples } from '../../problem-parts/drawn-task.ts';
import { base } from './arms/base.ts';
import { armOf } from './methods.ts';
import { attacked, judge, pgd } from './model/judgement.ts';
import { type TargetOptions, TargetTraining, targetArrays } from './model/target-training.ts';
import { type TransferProfile, transferCase } from './problems.ts';

/** Of the noise, where pictures that were learned from are judged. */
const drawsOnTraining = 10;

export const runTransferCell: RunCell = async (config, { seeds, adapter, signal }) => {
  const device = await sharedDevice(adapter);
  const { task, host, profile } = transferCase(config, seeds);
  const options: TargetOptions = {
    host,
    task,
    arm: armOf(config.method),
    steps: config.horizon,
    batch: profile.batch,
    // The same start, order and noise for every arm.
    seeds: {
      initialisation: seeds.initialisation ?? 0,
      order: seeds.order ?? 0,
      noise: seeds.noise ?? 0,
    },
  };
  if (config.pass === 'memory') return memoryCell(device, options);
  if (config.pass === 'time')
    return withTraining(device, options, (training) =>
      withTraining(device, { ...options, arm: base }, (plain) =>
        stepTime(
          device,
          {
            step: () => training.run(0, 1),
            plain: () => plain.run(0, 1),
          },
          config,
          signal,
        ),
      ),
    );
  return trainingCell(device, options, profile, signal);
};

async function withTraining<Result>(
  device: Device,
  options: TargetOptions,
  use: (training: TargetTraining) => Promise<Result>,
): Promise<Result> {
  using training = owned(await TargetTraining.make(device, options));
  return await use(training);
}

/** Bytes of the training step; the pictures, which every arm has, were there before. */
async function memoryCell(device: Device, options: TargetOptions): Promise<Measurement> {
  const arrays = targetArrays(device, options);
  let training: TargetTraining | undefined;
  try {
    return await memoryBetween(device, async (measured) => {
      training = await TargetTraining.make(device, options, arrays);
      await training.run(0, 1);
      const { predicted, plan } = training.loop;
      return {
        status: 'ok',
        memory: measured(predicted),
        counters: { dispatches: plan.dispatchCount, parameters: options.host.layout.size },
      };
    });
  } finally {
    if (training === undefined) for (const array of Object.values(arrays)) array.destroy();
    else training.destroy();
  }
}

const firstOf = ({ x, labels }: Examples, count: number, classes: number): Examples => {
  // Examples are ordered by class: an equal number of each is taken.
  const size = x.length / labels.length;
  const each = labels.length / classes;
  const places = Array.from(labels.keys()).filter((k) => k % each < count / classes);
  const chosen = new Float32Array(places.length * size);
  places.forEach((place, k) => {
    chosen.set(x.subarray(place * size, (place + 1) * size), k * size);
  });
  return { x: chosen, labels: Uint32Array.from(places, (place) => labels[place]!) };
};

async function trainingCell(
  device: Device,
  options: TargetOptions,
  profile: TransferProfile,
  signal: AbortSignal,
): Promise<Measurement> {
  return withTraining(device, options, async (training) => {
    const { steps, task } = options;
    const held = underRoof(device);
    const timer = phaseTimer();
    const curve: { step: number; timeMs: number; metrics: Record<string, number> }[] = [];
    const stops = [0.25, 0.5, 0.75, 1].map((share) => Math.round(share * steps));
    let done = 0;
    for (const stop of stops) {
      if (signal.aborted) throw new CellFailure('timeout', `stopped after ${done} of ${steps} steps.`);
      const from = done;
      const trainLoss = await timer.time('training', () => held(() => training.run(from, stop - from)));
      done = stop;
      if (!Number.isFinite(trainLoss))
        throw new CellFailure(
          'diverged',
          `after step ${done} the training loss is no longer finite; a smaller learning rate may help.`,
          done,
        );
      curve.push({ step: done, timeMs: timer.elapsedMs(), metrics: { trainLoss } });
    }
    const judged = await timer.evaluate(async () => ({
      test: await judge(device, training, task.test, profile.draws),
      // Of the training pictures only the accuracy is shown, which few draws settle.
      train: await judge(device, training, task.train, Math.min(profile.draws, drawsOnTraining)),
    }));
    const { accuracy, nll, ece } = judged.test;
    const final: Record<string, number> = {
      accuracy,
      nll,
      ece,
      trainAccuracy: judged.train.accuracy,
      trainNll: judged.train.nll,
      gap: judged.train.accuracy - accuracy,
      trainLoss: curve.at(-1)!.metrics.trainLoss!,
    };
    if (profile.attacked > 0)
      await timer.evaluate(async () => {
        const some = firstOf(task.test, profile.attacked, task.classes);
        const moved = await attacked(device, training, some, pgd);
        final.attackedAccuracy = (await judge(device, training, moved, profile.draws)).accuracy;
      });
    return {
      status: 'ok',
      training: { curve, final, reportSplit: 'test pictures', stopReason: 'all steps done' },
      time: timeSection(timer.phases(), {
        primaryPhase: 'training',
        compileMs: null,
        evaluationMs: timer.evaluationMs(),
      }),
      counters: { dispatchesPerStep: training.loop.plan.dispatchCount, parameters: options.host.layout.size },
      artifacts: { weights: digest(Float64Array.from(await training.loop.carry.w.read())) },
      details: {
        reliability: judged.test.bins.map((bin) => ({ ...bin })),
        pictures: { train: task.train.labels.length, test: task.test.labels.length },
        draws: options.arm.drawsAtTest ? profile.draws : 1,
        ...(profile.attacked > 0 ? { attack: { ...pgd } } : {}),
      },
    };
  });
}
