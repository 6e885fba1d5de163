/** @file Every method's hypergradient of one problem, on the float64 reference and on a device, beside the exact one. */

import { InputError } from '@longhorizon/benchmarks/methods';
import {
  type Agreement,
  agreement,
  exactReverse,
  finiteTimeExponent,
  type MeasuredGradient,
  type Method,
  measure,
  type NonPositiveCurvature,
  type Problem,
  type Quantity,
  refusal,
} from '@longhorizon/bilevel';
import type { Counts } from '@longhorizon/bilevel/authoring';
import type { Device } from '@longhorizon/tensor';
import { progressOf } from '../input/work.ts';

/** One set of numbers in float64 and in float32; the second is absent where no device was asked. */
export interface Both<Value> {
  readonly reference: Value;
  readonly device?: Value;
}

export interface MethodReport {
  readonly name: string;
  readonly title: string;
  /** Why the method cannot run on this problem; then there is nothing else. */
  readonly refused?: string;
  /** The first step after which there were no finite numbers; then there is no agreement. */
  readonly divergedAt?: Both<number | null>;
  readonly hypergradient?: Both<readonly number[]>;
  /** What was not finite there. */
  readonly diverged?: Both<Quantity | null>;
  /** Where its linear solver first met a direction of non-positive curvature; absent where it met none, or has no solver. */
  readonly nonPositiveCurvature?: Both<NonPositiveCurvature | null>;
  /** With the exact hypergradient; absent where there is none. */
  readonly agreement?: Both<Agreement>;
  readonly counts?: Counts;
}

export interface HypergradReport {
  readonly problem: { readonly name: string; readonly d: number; readonly p: number; readonly T: number };
  readonly weights: Both<readonly number[]>;
  readonly outerLoss: Both<number>;
  /** Absent where steps have no derivative. */
  readonly exact?: {
    readonly from: 'closed form' | 'exact reverse mode in float64';
    readonly weights: readonly number[];
    readonly outerLoss: number;
    readonly hypergradient: readonly number[];
  };
  /** λ̂_T of the inner steps; null where nothing of a perturbation is left, or where they leave the finite numbers. */
  readonly exponent: number | null;
  readonly methods: readonly MethodReport[];
  /** The adapter that the device's numbers come from. */
  readonly adapter?: string;
  /** Whether small steps ran many to a dispatch there. */
  readonly resident?: Device['resident'];
}

/**
 * Runs all methods.
 *
 * @param device absent: float64 alone
 * @throws InputError where none can run
 */
export async function computeHypergradients(
  problem: Problem,
  horizon: number,
  methods: readonly Method[],
  device: Device | undefined,
): Promise<HypergradReport> {
  const options = { horizon, warmUps: 0 };
  const places = device === undefined ? 1 : 2;
  const progress = progressOf(horizon, places * (1 + methods.length));
  const noExact = refusal(exactReverse(), problem, horizon);
  // Where steps have no derivative, an estimate from losses alone says where they lead.
  const first = [exactReverse(), ...methods].find(
    (method) => refusal(method, problem, horizon) === undefined,
  );
  if (first === undefined) throw new InputError(noExact);
  progress(first.name);
  const oracle = await measure('float64', problem, first, options);
  if (device !== undefined) progress(`${first.name} on the device`);
  const onDevice = device && (await measure(device, problem, first, options));
  const exact = noExact === undefined ? exactOf(problem, horizon, oracle) : undefined;
  const exponent = exact && (await finiteTimeExponent('float64', problem, { horizon }));
  const reports: MethodReport[] = [];
  for (const method of methods) {
    const refused = refusal(method, problem, horizon);
    if (refused !== undefined) {
      reports.push({ name: method.name, title: method.title, refused });
      continue;
    }
    progress(method.name);
    const found = await measure('float64', problem, method, options);
    if (device !== undefined) progress(`${method.name} on the device`);
    const second = device && (await measure(device, problem, method, options));
    reports.push(reportOf(method, found, second, exact?.hypergradient));
  }
  progress();
  return {
    problem: { name: problem.name, d: problem.d, p: problem.p, T: horizon },
    weights: both([...oracle.weights], onDevice && [...onDevice.weights]),
    outerLoss: both(oracle.outcome.outerLoss, onDevice?.outcome.outerLoss),
    ...(exact === undefined ? {} : { exact }),
    exponent: exponent !== undefined && Number.isFinite(exponent) ? exponent : null,
    methods: reports,
    ...(device === undefined ? {} : { adapter: device.adapter.name, resident: device.resident }),
  };
}

function exactOf(
  problem: Problem,
  horizon: number,
  { weights, outcome, hypergradient }: MeasuredGradient,
): NonNullable<HypergradReport['exact']> {
  const closed = problem.closedForm?.(horizon);
  if (closed !== undefined) return { from: 'closed form', ...closed };
  return {
    from: 'exact reverse mode in float64',
    weights: [...weights],
    outerLoss: outcome.outerLoss,
    hypergradient: [...hypergradient],
  };
}

function reportOf(
  method: Method,
  reference: MeasuredGradient,
  device: MeasuredGradient | undefined,
  exact: readonly number[] | undefined,
): MethodReport {
  const present = device === undefined ? [reference] : [reference, device];
  const each = <Value>(of: (measured: MeasuredGradient) => Value) =>
    both(of(reference), device && of(device));
  const diverged = present.some(({ outcome }) => outcome.divergedAt !== undefined);
  const finite = present.every(({ hypergradient }) => hypergradient.every(Number.isFinite));
  const met = present.some(({ outcome }) => outcome.nonPositiveCurvature !== undefined);
  return {
    name: method.name,
    title: method.title,
    hypergradient: each(({ hypergradient }) => [...hypergradient]),
    counts: reference.outcome.counts,
    ...(diverged && {
      divergedAt: each(({ outcome }) => outcome.divergedAt ?? null),
      diverged: each(({ outcome }) => outcome.diverged ?? null),
    }),
    ...(met && { nonPositiveCurvature: each(({ outcome }) => outcome.nonPositiveCurvature ?? null) }),
    ...(finite &&
      !diverged &&
      exact !== undefined && { agreement: each(({ hypergradient }) => agreement(hypergradient, exact)) }),
  };
}

function both<Value>(reference: Value, device: Value | undefined): Both<Value> {
  return device === undefined ? { reference } : { reference, device };
}
