/** @file Batch norm as a block, with the three ways to treat its statistics. */
import type { Tensor } from '@longhorizon/tensor';
import type { ParameterDescription } from '../initial/initialise.ts';
import { fill, ones, zeros } from '../initial/initialisers.ts';
import {
  atStep,
  batchStatistics,
  channelCount,
  normaliseBy,
  type Statistics,
  updateRunning,
  withRowAtStep,
} from '../layers/batch-norm.ts';
import { groupNorm } from '../layers/group-norm.ts';
import type { Block, Scope } from './block.ts';

/** Options of batch norm: which statistics it uses, and how they are kept. */
export interface BatchNormOptions {
  /**
   * - `none` (the default): the statistics of the batch at hand, in evaluation as well, as MAML does;
   * - `shared`: one running mean and variance for each channel, used in evaluation;
   * - `{ steps }`: one for each inner step (MAML++); steps beyond use the last.
   */
  readonly running?: 'none' | 'shared' | { readonly steps: number };
  /** With `{ steps }`: a scale and a shift for each step, too. False when left out. */
  readonly affinePerStep?: boolean;
  readonly epsilon?: number;
  /** Weight of the batch in the running statistics, 0.1 when left out. */
  readonly momentum?: number;
  readonly part?: ParameterDescription['part'];
}

/** `name.scale` and `name.shift` [channels], and running statistics `name.mean` and `name.variance`. */
export function batchNormBlock(name: string, channels: number, options: BatchNormOptions = {}): Block {
  const { running = 'none', affinePerStep = false, epsilon = 1e-5, momentum = 0.1, part = 'body' } = options;
  const steps = typeof running === 'object' ? running.steps : undefined;
  if (steps !== undefined && (!Number.isInteger(steps) || steps < 1))
    throw new RangeError(
      `batch norm '${name}': statistics for ${steps} steps were asked for; give 1 or more.`,
    );
  if (affinePerStep && steps === undefined)
    throw new RangeError(
      `batch norm '${name}': a scale for each step was asked for without the number of steps; add running: { steps }.`,
    );
  const perStep = (wanted: boolean) => (wanted && steps !== undefined ? [steps, channels] : [channels]);
  const describe = (what: string, initial = fill(0)): ParameterDescription => ({
    name: `${name}.${what}`,
    shape: perStep(affinePerStep),
    initial,
    fan: { in: channels, out: channels },
    part,
  });
  const stepOf = (scope: Scope): Tensor => {
    if (scope.step === undefined)
      throw new TypeError(`batch norm '${name}' keeps statistics for each inner step; pass { step: t }.`);
    return scope.step;
  };
  /** What is kept for each step, at this step. */
  const current = (scope: Scope, value: Tensor, isPerStep: boolean) =>
    isPerStep ? atStep(value, stepOf(scope)) : value;
  const statisticsFor = (scope: Scope, x: Tensor): Statistics => {
    if (running === 'none') return batchStatistics(x);
    if (scope.running === undefined) {
      if (scope.mode === 'train') return batchStatistics(x);
      throw new TypeError(
        `batch norm '${name}' is evaluated by its running statistics, and none were given; pass { statistics }.`,
      );
    }
    const rows = { mean: scope.running(`${name}.mean`), variance: scope.running(`${name}.variance`) };
    const kept: Statistics = {
      mean: current(scope, rows.mean, steps !== undefined),
      variance: current(scope, rows.variance, steps !== undefined),
    };
    if (scope.mode === 'evaluate') return kept;
    const batch = batchStatistics(x);
    const next = updateRunning(kept, batch, channelCount(x), momentum);
    for (const what of ['mean', 'variance'] as const)
      scope.fresh.set(
        `${name}.${what}`,
        steps === undefined ? next[what] : withRowAtStep(rows[what], next[what], stepOf(scope)),
      );
    return batch;
  };
  return {
    parameters: [describe('scale', ones), describe('shift', zeros)],
    statistics:
      running === 'none'
        ? []
        : [
            { name: `${name}.mean`, shape: perStep(true), start: 0 },
            { name: `${name}.variance`, shape: perStep(true), start: 1 },
          ],
    apply: (scope, x) =>
      normaliseBy(
        x,
        statisticsFor(scope, x),
        current(scope, scope.parameter(`${name}.scale`), affinePerStep),
        current(scope, scope.parameter(`${name}.shift`), affinePerStep),
        epsilon,
      ),
  };
}

/** `name.scale` and `name.shift` [channels]. See `groupNorm`. */
export function groupNormBlock(
  name: string,
  channels: number,
  groups: number,
  part: ParameterDescription['part'] = 'body',
): Block {
  const fan = { in: channels, out: channels };
  const [scale, shift] = [`${name}.scale`, `${name}.shift`];
  return {
    parameters: [
      { name: scale, shape: [channels], initial: ones, fan, part },
      { name: shift, shape: [channels], initial: zeros, fan, part },
    ],
    statistics: [],
    apply: ({ parameter }, x) => groupNorm(x, groups, parameter(scale), parameter(shift)),
  };
}
