/**
 * @file Training on a target set by the released protocol: Adam at 0.001 with decay 5e-4, the rate times 0.3 at 40, 70 and 90 % of the run, κ rising
 * from 0 to 1 over its first 40 %, φ frozen.
 */
import { batchPositions } from '@longhorizon/datasets';
import { phiLayout } from '@longhorizon/metaperturb';
import { adam, crossEntropy, type Model, type Part, type Schedule, stepSchedule } from '@longhorizon/nn';
import {
  add,
  cast,
  type Device,
  DeviceArray,
  foldIn,
  gather,
  Loop,
  minimum,
  multiply,
  randomKey,
  reshape,
  state,
  type Tensor,
  valueAndGradWithAuxiliary,
} from '@longhorizon/tensor';
import type { TransferTask } from '../../../problem-parts/drawn-task.ts';
import type { Arm } from '../arms/arm.ts';

export interface TargetOptions {
  readonly host: Model;
  readonly arm: Arm;
  readonly task: TransferTask;
  readonly steps: number;
  readonly batch: number;
  readonly seeds: { readonly initialisation: number; readonly order: number; readonly noise: number };
}

/** The arrays of a run that its training, its evaluation and attacks on it share. */
export interface TargetArrays {
  readonly trainX: DeviceArray;
  readonly trainLabels: DeviceArray;
  readonly phi: DeviceArray;
}

const share = (steps: number, of: number) => Math.max(1, Math.floor(of * steps));

/** κ of a step: min(1, t / ⌊0.4·T⌋). */
export function kappaOf(step: Tensor, steps: number): Tensor {
  return minimum(multiply(cast(step, 'f32'), 1 / share(steps, 0.4)), 1);
}

/** Adam's rate in a run of so many steps. */
export function rateOf(steps: number): Schedule {
  return stepSchedule(
    1e-3,
    0.3,
    [0.4, 0.7, 0.9].map((of) => share(steps, of)),
  );
}

/** Weights, and φ where an arm has one. */
export const partsOf = ({ host, arm }: TargetOptions, w: Tensor, phi: Tensor): readonly Part[] =>
  arm.phi === undefined
    ? [[host.layout, w]]
    : [
        [host.layout, w],
        [phiLayout, phi],
      ];

const scalar = state([], { class: 'scratch' });

/** One training run. */
export class TargetTraining {
  readonly options: TargetOptions;
  readonly arrays: TargetArrays;
  readonly loop: Awaited<ReturnType<typeof makeLoop>>;

  private constructor(options: TargetOptions, arrays: TargetArrays, loop: TargetTraining['loop']) {
    this.options = options;
    this.arrays = arrays;
    this.loop = loop;
  }

  static async make(device: Device, options: TargetOptions, arrays = targetArrays(device, options)) {
    const loop = await makeLoop(device, options, arrays);
    const { host, seeds } = options;
    loop.carry.w.write(host.initialise(foldIn(randomKey(seeds.initialisation), 0, 'target')));
    loop.carry.statistics.write(trainedModel(options).startStatistics());
    return new TargetTraining(options, arrays, loop);
  }

  /** Mean training loss of the steps. */
  async run(from: number, steps: number): Promise<number> {
    this.loop.carry.lossSum.write([0]);
    await this.loop.run(steps, { from });
    return (await this.loop.carry.lossSum.read())[0]! / steps;
  }

  destroy(): void {
    this.loop.destroy();
    for (const array of Object.values(this.arrays)) array.destroy();
  }
}

/** Uploads what a run is given. */
export function targetArrays(device: Device, { host, arm, task, seeds }: TargetOptions): TargetArrays {
  const { x, labels } = task.train;
  return {
    trainX: DeviceArray.from(device, x, [labels.length, ...host.inputShape]),
    trainLabels: DeviceArray.from(device, labels, [labels.length], { dtype: 'u32' }),
    phi: DeviceArray.from(device, arm.phi?.(seeds.noise) ?? new Float32Array(phiLayout.paddedLength), [
      phiLayout.paddedLength,
    ]),
  };
}

/** The network of an arm in training, with κ = 1: its layout of statistics. */
const trainedModel = ({ arm, host }: TargetOptions): Model => arm.network(host, { kappa: 1, training: true });

function makeLoop(device: Device, options: TargetOptions, arrays: TargetArrays) {
  const { host, arm, task, steps, batch, seeds } = options;
  const optimiser = adam({ rate: rateOf(steps), weightDecay: 5e-4 });
  const length = host.layout.paddedLength;
  return Loop.make(device, {
    label: `${arm.name} on ${host.name}`,
    carry: {
      w: state([length]),
      moments: optimiser.state([length]),
      statistics: state([trainedModel(options).statistics!.paddedLength]),
      lossSum: scalar,
    },
    given: { ...arrays },
    step: (carry, given, step) => {
      const examples = task.train.labels.length;
      const drawn = reshape(batchPositions([0, seeds.order], step, { examples, batch }), [batch]);
      const [x, labels] = [gather(given.trainX, drawn), gather(given.trainLabels, drawn)];
      const key = foldIn(randomKey(seeds.noise), step, 'step');
      const model = arm.network(host, { kappa: kappaOf(step, steps), training: true });
      const [loss, gradient, statistics] = valueAndGradWithAuxiliary((w: Tensor) => {
        const applied = model.apply(partsOf(options, w, given.phi), x, {
          key,
          statistics: carry.statistics,
        });
        const found = arm.loss?.(applied.outputs, labels, key) ?? crossEntropy(applied.outputs, labels);
        return [found, applied.statistics!] as const;
      })(carry.w);
      const next = optimiser.update(carry.w, gradient, carry.moments, step);
      return { w: next.w, moments: next.state, statistics, lossSum: add(carry.lossSum, loss) };
    },
  });
}
