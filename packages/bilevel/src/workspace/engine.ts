/** @file What carries out a workspace's actions: a device, or float64 on the host. */
import type { DeviceArray, Plan, Tensor } from '@longhorizon/tensor';
import type { Counts } from './counts.ts';
import type { Action, Variable } from './workspace.ts';

/** What an engine has done so far. */
export interface EngineStatistics {
  /** Runs of computations. */
  readonly runs: number;
  /** Dispatches on the device; 0 on the reference. */
  readonly dispatches: number;
  /** Milliseconds from the first action until all are done, the device's queue included. */
  readonly wallMs: number;
}

/** A plan that an engine has, and how often it was performed. */
export interface PerformedPlan {
  readonly plan: Plan;
  readonly runs: number;
}

/** What carries out a program: a device, or the float64 interpreter. */
export interface Engine {
  readonly kind: 'device' | 'float64';
  /** Derivative work done so far. */
  readonly counts: Counts;
  /** The hand-written kernels that were chosen, and how many of all kernels each is; none on the reference. */
  readonly variants: Readonly<Record<string, string>>;
  /** For each product and convolution the kernel, and what chose it. */
  readonly choices: Readonly<Record<string, string>>;
  /** What was performed on the device so far, plan by plan: for who times plans, or asks how much arithmetic a run is. None on the reference. */
  performed(): readonly PerformedPlan[];
  /** Performs actions in order; returns when all are done. */
  perform(actions: Iterable<Action>): Promise<EngineStatistics>;
  /** The numbers in a variable, in double precision. */
  read(variable: Variable): Promise<Float64Array>;
  /** Replaces the numbers in a variable. */
  write(variable: Variable, values: ArrayLike<number>): void;
  /** The array that a variable is on the device. Only a device engine has arrays. */
  array(variable: Variable): DeviceArray;
  /** Computes values from the variables once, beside the computations: for reports, not for methods. */
  evaluate(outputs: readonly Tensor[], index?: number): Promise<Float64Array[]>;
  destroy(): void;
}
