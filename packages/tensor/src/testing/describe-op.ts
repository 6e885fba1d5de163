/**
 * @file From an op object to its tests in float64: shapes, derivatives of three orders, adjoints, linearity,
 *   batches. Rules are proved
 * here; kernels are compared with the rules elsewhere (describe-op-on-gpu.ts).
 */
import { describe, expect, it } from 'vitest';
import type { Op, OpCase, ReferenceArray } from '../graph/op.ts';
import { sameShape } from '../graph/shape.ts';
import { type Tensor, topologicalOrder } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic/add.ts';
import { multiply } from '../ops/arithmetic/multiply.ts';
import { square } from '../ops/arithmetic/square.ts';
import { constant } from '../ops/leaf/constant.ts';
import { input } from '../ops/leaf/input.ts';
import { dot } from '../ops/reduction/dot.ts';
import { sum } from '../ops/reduction/sum-broadcast.ts';
import { evaluate } from '../reference/evaluate.ts';
import { jvp, vjp, vmap } from '../transform/index.ts';
import { centralDifference, distance, innerProduct } from './numerics.ts';
import { hasDerivative, type PreparedCase, prepareCase, randomLike } from './prepare.ts';
import { caseValue, direction } from './random-values.ts';
import type { Tested } from './tested.ts';

/** Members of the batches that vmap is tested with. */
const BATCH = 3;

/** Value of one tensor, zeros where a derivative is absent. */
function numbersOf(
  tensor: Tensor | undefined,
  like: Tensor,
  feeds: ReadonlyMap<Tensor, ReferenceArray>,
): Float64Array {
  if (tensor === undefined) return new Float64Array(like.shape.reduce((a, b) => a * b, 1));
  expect(tensor.shape).toEqual(like.shape);
  return evaluate([tensor], feeds)[0]!.data;
}

function checkShapes({ output, feeds, label }: PreparedCase): void {
  const { data } = evaluate([output], feeds)[0]!;
  expect(data.length, label).toBe(output.shape.reduce((a, b) => a * b, 1));
  const whole = { f32: () => true, i32: (v: number) => v === (v | 0), u32: (v: number) => v === v >>> 0 }[
    output.dtype
  ];
  expect(data.every(whole), `${label}: values are ${output.dtype}`).toBe(true);
}

/** First order: forward mode against central differences, reverse mode against forward mode. */
function checkFirstOrder({ output, feeds, label, differentiable }: PreparedCase): void {
  const tangents = differentiable.map((tensor, slot) => randomLike(`tangent${slot}`, tensor, feeds));
  const weight = randomLike('weight', output, feeds);
  const [pushed] = jvp([output], differentiable, tangents);
  const forward = numbersOf(pushed, output, feeds);
  const directions = new Map(
    differentiable.map((tensor, slot) => [tensor, feeds.get(tangents[slot]!)!.data]),
  );
  expect(distance(forward, centralDifference(output, feeds, directions)), `${label}: jvp`).toBeLessThan(1e-8);

  // One input at a time, so that absent tangents are met too.
  differentiable.forEach((tensor, slot) => {
    const [alone] = jvp([output], [tensor], [tangents[slot]]);
    const difference = centralDifference(
      output,
      feeds,
      new Map([[tensor, feeds.get(tangents[slot]!)!.data]]),
    );
    expect(
      distance(numbersOf(alone, output, feeds), difference),
      `${label}: jvp of input ${slot}`,
    ).toBeLessThan(1e-8);
  });

  const pulled = vjp([output], differentiable, [weight]);
  const back = pulled.map((cotangent, slot) => numbersOf(cotangent, differentiable[slot]!, feeds));
  const left = innerProduct(forward, feeds.get(weight)!.data);
  const right = back.reduce(
    (total, values, slot) => total + innerProduct(values, feeds.get(tangents[slot]!)!.data),
    0,
  );
  expect(distance([left], [right]), `${label}: ⟨J t, w⟩ = ⟨t, Jᵀ w⟩`).toBeLessThan(1e-10);
}

/** Orders two and three of φ = Σ w · f², in every nesting of modes and against central differences. */
function checkHigherOrders({ output, feeds, label, differentiable }: PreparedCase): void {
  const weight = randomLike('weight', output, feeds);
  const potential = sum(multiply(weight, square(output)));
  const directionsOf = (name: string) =>
    differentiable.map((tensor, slot) => randomLike(`${name}${slot}`, tensor, feeds));
  const along = (directions: readonly Tensor[]) =>
    new Map(differentiable.map((tensor, slot) => [tensor, feeds.get(directions[slot]!)!.data]));
  const close = (a: ArrayLike<number>, b: ArrayLike<number>, what: string, bound: number) =>
    expect(distance(a, b), `${label}: ${what}`).toBeLessThan(bound);

  const [s, t, u] = [directionsOf('s'), directionsOf('t'), directionsOf('u')];
  const one = constant(1);
  const grads = vjp([potential], differentiable, [one]);
  const present = grads.flatMap((g, slot) => (g === undefined ? [] : [slot]));

  /** Both nestings of H t, for each input. */
  const slope = jvp([potential], differentiable, t)[0];
  if (present.length === 0) return;
  const outer = jvp(
    present.map((slot) => grads[slot]!),
    differentiable,
    t,
  );
  const reverseOverForward = slope === undefined ? undefined : vjp([slope], differentiable, [one]);
  const hessian = present.map((slot, position) => {
    const x = differentiable[slot]!;
    const ours = numbersOf(outer[position], x, feeds);
    close(
      ours,
      numbersOf(reverseOverForward?.[slot], x, feeds),
      'forward over reverse = reverse over forward',
      1e-10,
    );
    close(ours, centralDifference(grads[slot]!, feeds, along(t)), 'second order', 1e-6);
    return ours;
  });

  // ⟨s, H t⟩ = ⟨t, H s⟩
  const other = jvp(
    present.map((slot) => grads[slot]!),
    differentiable,
    s,
  );
  const product = (values: readonly Float64Array[], directions: readonly Tensor[]) =>
    present.reduce(
      (total, slot, position) => total + innerProduct(values[position]!, feeds.get(directions[slot]!)!.data),
      0,
    );
  const mirrored = present.map((slot, position) => numbersOf(other[position], differentiable[slot]!, feeds));
  close([product(hessian, s)], [product(mirrored, t)], 'the Hessian is symmetric', 1e-10);

  // Third order: the slope of ⟨s, H t⟩ along u, by forward mode over both nestings.
  const contract = (list: readonly (Tensor | undefined)[]) =>
    list.flatMap((tensor, position) => (tensor === undefined ? [] : [dot(tensor, s[present[position]!]!)]));
  const terms = contract(outer);
  if (terms.length === 0) return;
  const curvature = terms.reduce((total, term) => add(total, term));
  const [third] = jvp([curvature], differentiable, u);
  const value = numbersOf(third, curvature, feeds);
  close(value, centralDifference(curvature, feeds, along(u)), 'third order', 1e-6);
  const back = vjp([curvature], differentiable, [one]);
  const pulled = back.reduce(
    (total, cotangent, slot) =>
      total + innerProduct(numbersOf(cotangent, differentiable[slot]!, feeds), feeds.get(u[slot]!)!.data),
    0,
  );
  close(value, [pulled], 'third order, reverse over forward over reverse', 1e-9);
}

/** Linear in the declared slots: f(αx + βy) = αf(x) + βf(y). */
function checkLinearity(op: Op, prepared: PreparedCase): void {
  const { derivative } = op;
  const target = topologicalOrder([prepared.output]).find((tensor) => tensor.op === op);
  if (derivative.kind !== 'linear' || target === undefined || target.dtype !== 'f32') return;
  const fixed = evaluate(target.inputs, prepared.feeds);
  const slots = derivative.slots === 'all' ? target.inputs.map((_, slot) => slot) : derivative.slots;
  const [alpha, beta] = [0.75, -1.5];
  for (const group of derivative.joint ? [slots] : slots.map((slot) => [slot])) {
    const value = (change: (slot: number, count: number) => Float64Array) =>
      op.reference(
        fixed.map((array, slot) =>
          group.includes(slot) ? { ...array, data: change(slot, array.data.length) } : array,
        ),
        target.parameters,
        target,
      );
    const x = value((slot, count) => direction(`x${slot}`, count));
    const y = value((slot, count) => direction(`y${slot}`, count));
    const both = value((slot, count) => {
      const right = direction(`y${slot}`, count);
      return direction(`x${slot}`, count).map((left, i) => alpha * left + beta * right[i]!);
    });
    const expected = x.map((left, i) => alpha * left + beta * y[i]!);
    expect(distance(both, expected), `${prepared.label}: linear in slots ${group.join(', ')}`).toBeLessThan(
      1e-12,
    );
  }
}

/** vmap over every subset of the inputs equals a loop over the members. */
function checkBatches(name: string, testCase: OpCase, position: number): void {
  const { label, inputs, feeds, output } = prepareCase(name, testCase, position);
  const count = inputs.length;
  for (let subset = 1; subset < 2 ** count; subset++) {
    const mapped = inputs.map((_, slot) => (subset >> slot) % 2 === 1);
    const members = Array.from({ length: BATCH }, (_, member) =>
      inputs.map((tensor, slot) =>
        mapped[slot]
          ? caseValue(`${name}/${position}/${slot}/batch`, testCase.inputs[slot]!, member)
          : feeds.get(tensor)!,
      ),
    );
    const expected = members.flatMap((values) => [
      ...evaluate([output], new Map(inputs.map((tensor, slot) => [tensor, values[slot]!])))[0]!.data,
    ]);
    const batchFeeds = new Map<Tensor, ReferenceArray>();
    const all = inputs.map((tensor, slot) => {
      if (!mapped[slot]) return tensor;
      const shape = [BATCH, ...tensor.shape];
      const whole = input(shape, { dtype: tensor.dtype, name: `batch${slot}` });
      const data = Float64Array.from(members.flatMap((values) => [...values[slot]!.data]));
      batchFeeds.set(whole, { shape, dtype: tensor.dtype, data });
      return whole;
    });
    for (const [tensor, value] of feeds) batchFeeds.set(tensor, value);
    const batched = vmap(testCase.apply, { in: mapped.map((is) => (is ? 0 : null)) })(...all);
    const what = `${label}: vmap over inputs ${mapped.flatMap((is, slot) => (is ? [slot] : [])).join(', ')}`;
    expect(sameShape(batched.shape, [BATCH, ...output.shape]), `${what}: shape ${batched.shape}`).toBe(true);
    expect(distance(evaluate([batched], batchFeeds)[0]!.data, expected), what).toBeLessThan(1e-12);
  }
}

/** The tests of a function made of ops, which need no op object. */
export function describeFunction(tested: Tested, more?: () => void): void {
  const eachCase = (check: (prepared: PreparedCase, testCase: OpCase, position: number) => void) =>
    tested.cases.forEach((testCase, position) => {
      check(prepareCase(tested.name, testCase, position), testCase, position);
    });
  describe(tested.name, () => {
    it('gives values of the shape and type that its rule says', () =>
      eachCase((prepared) => checkShapes(prepared)));
    it('has derivatives equal to central differences, and transposes equal to them', () =>
      eachCase((prepared, testCase) => {
        if (hasDerivative(testCase, prepared)) checkFirstOrder(prepared);
      }));
    it('has derivatives of orders two and three, the same in every nesting of modes', () =>
      eachCase((prepared, testCase) => {
        if (hasDerivative(testCase, prepared)) checkHigherOrders(prepared);
      }));
    it('in a batch equals a loop', () =>
      eachCase((_, testCase, position) => checkBatches(tested.name, testCase, position)));
    more?.();
  });
}

/** The float64 tests of an op. */
export function describeOp(op: Op): void {
  describeFunction(op, () => {
    if (op.derivative.kind === 'linear')
      it('is linear where it says so', () =>
        op.cases.forEach((testCase, position) => {
          checkLinearity(op, prepareCase(op.name, testCase, position));
        }));
  });
}
