/**
 * @file The method interface. A method is an idea about dL^val/dλ, written once, in its paper's symbols; the horizon loop, the data, the
 * counters, the bytes and the clocks are common to all methods (run.ts).
 */
import type { Device } from '@longhorizon/tensor';
import type { ByteCounts } from '@longhorizon/tensor/compiler';
import type { CurvatureWatch } from '../solvers/curvature.ts';
import type { DeviceEngine } from '../workspace/device-engine.ts';
import type { PerformedPlan } from '../workspace/engine.ts';
import type { Action } from '../workspace/workspace.ts';
import type { Facts } from './facts.ts';
import type { Inner } from './inner.ts';

/** What a method costs as formulas in the horizon T, d weights and p hyperparameters. */
export interface Complexity {
  /** Products with A or B, or what takes their place, for one hypergradient at the end of T steps. */
  readonly offline?: string;
  /** The same, summed over an inner optimisation in which λ is updated after every step. */
  readonly online?: string;
  /** Memory beyond the weights, their optimiser's state and the data. */
  readonly memory: string;
}

/** A method with its options chosen. */
export interface Method {
  /** Unique among all methods: the family and the name, such as `hyper/drmad`. */
  readonly id: `hyper/${string}`;
  /** A short name for records and commands, such as `drmad`. */
  readonly name: string;
  /** The name with its options as papers write them: `Neumann IFT (N = 5)`. */
  readonly title: string;
  /** Authors, venue, and the equation or algorithm that the code follows. */
  readonly source: string;
  readonly complexity: Complexity;
  /** `online` methods give a hypergradient after any step; `offline` ones are updated from once, at the end. */
  readonly form: 'online' | 'offline';
  /** Whether what it gives is dL^val/dλ to rounding. */
  readonly exact: boolean;
  /**
   * It takes in what λ does where the weights begin at a function of it. A method that does not say so is refused there, since what it leaves
   * out would be missing without a word.
   */
  readonly followsStart?: true;
  /** It asks for losses alone, so that it runs where steps have no derivative. */
  readonly needsNoDerivatives?: true;
  /** Why it cannot run on a problem, as a sentence; undefined where it can. */
  refuses?(facts: Facts, horizon: number): string | undefined;
  /** Declares its variables and computations. Nothing is allocated yet. */
  build(inner: Inner): Algorithm;
}

/** Where an inner optimisation stands when a method is asked to begin. */
export interface Beginning {
  /** Inner optimisations finished before this one. */
  readonly episode: number;
  /** Which of `passes` runs through the horizon this is, from 0. */
  readonly pass: number;
}

/**
 * What a method does in one inner optimisation, in terms of computations. Steps are counted as in the papers: step t = 1 … T takes
 * w_{t−1} to w_t, so its data have the number `t − 1` (`execute(computation, t − 1)`), and the outer loss after it has the number t.
 */
export interface Algorithm {
  /** Before the weights are set to φ: running values are set to zero, estimators refitted. */
  begin?(beginning: Beginning): Iterable<Action>;
  /** Before step t, while the carry holds w_{t−1}. `hyper`: a hypergradient will be asked for after this step. */
  before?(t: number, hyper: boolean): Iterable<Action>;
  /** Step t itself, where the method does it together with something else. Left out: `run(inner.step, t − 1)`. */
  step?(t: number, hyper: boolean): Iterable<Action>;
  /** After step t, while the carry holds w_t. */
  after?(t: number, hyper: boolean): Iterable<Action>;
  /** Writes dL^val(w_t, λ)/dλ into `inner.hypergradient` and the loss into `inner.outerLoss`. The carry is not changed. */
  hypergradient(t: number): Iterable<Action>;
  /** The steps after which λ is updated online, where the method restricts them. */
  updatesAfter?(t: number): boolean;
  /** Runs through the horizon that one hypergradient takes; 1 when left out. They are offline only. */
  readonly passes?: number;
  /** Where its solver, if any, records directions of non-positive curvature; the outcome reports them. */
  readonly curvature?: CurvatureWatch;
  /** On a device, a way to run the whole horizon that is not made of these actions. */
  readonly customHorizon?: CustomHorizon;
}

/** A horizon run by something with a memory of its own: exact reverse mode. */
export interface CustomHorizon {
  /** Bytes by class that making it will allocate. */
  bytes(device: Device): ByteCounts;
  make(device: Device, engine: DeviceEngine): Promise<DeviceHorizon>;
}

/** A method laid out with a horizon of its own. */
export interface DeviceHorizon {
  /** From φ to w_T, the hypergradient and the outer loss, all left in the variables of `inner`. */
  run(): Promise<{ readonly dispatches: number; readonly wallMs: number }>;
  /** Its plans, and how often each was performed so far. */
  performed(): readonly PerformedPlan[];
  destroy(): void;
}

/** A method was asked to do what it cannot; the message says why and what to do. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}
