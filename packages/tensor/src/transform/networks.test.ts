/**
 * @file Whole networks: derivatives of order one to three against central differences of the order below, and against each
 * other in every nesting of forward and reverse mode.
 */
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../graph/tensor.ts';
import { input } from '../ops/leaf/input.ts';
import { grad, hvp, jvp, linearize, simplify, vjp } from './index.ts';
import { networks } from './testing/networks.ts';
import { centralDifference, distance, dot, evaluate, inner, numbers } from './testing/support.ts';

/** A step short enough that no relu or maximum changes sides within it. */
const step = 1e-4;

describe.each(networks)('$name', ({ size, loss, outputs, start }) => {
  const [w, u, v] = [input([size]), input([size]), input([size])];
  const alongU = numbers([size], 21);
  const alongV = numbers([size], 22);
  const feeds = new Map([
    [w, start],
    [u, alongU],
    [v, alongV],
  ]);
  const differenceAlong = (f: Tensor, direction: Float64Array) =>
    centralDifference([f], feeds, new Map([[w, direction]]), step)[0]!;
  const push = (f: (x: Tensor) => Tensor, direction: Tensor) => (x: Tensor) => linearize(f, x)[1](direction);
  const gradient = grad(loss)(w);

  it('has first derivatives that a difference of the loss confirms, in both modes', () => {
    const [reverse, forward] = evaluate([inner(gradient, u), push(loss, u)(w)], feeds);
    expect(distance(reverse!, differenceAlong(loss(w), alongU))).toBeLessThan(1e-9);
    expect(distance(forward!, reverse!)).toBeLessThan(1e-13);
  });

  it('has adjoint modes on its outputs: ⟨J u, c⟩ = ⟨u, Jᵀ c⟩', () => {
    const y = outputs(w);
    const c = input(y.shape);
    const cotangent = numbers(y.shape, 23);
    const [pushed] = jvp([y], [w], [u]);
    const [pulled] = vjp([y], [w], [c]);
    const [left, right] = evaluate([pushed!, pulled!], new Map([...feeds, [c, cotangent]]));
    expect(dot(left!, cotangent)).toBeCloseTo(dot(right!, alongU), 12);
    expect(distance(left!, differenceAlong(y, alongU))).toBeLessThan(1e-9);
  });

  it('has second derivatives alike in every nesting, symmetric, confirmed by a difference of the gradient', () => {
    const forwardOverReverse = hvp(loss, w, u);
    const reverseOverForward = grad(push(loss, u))(w);
    const reverseOverReverse = grad((x: Tensor) => inner(grad(loss)(x), u))(w);
    const other = hvp(loss, w, v);
    const [hu, hu2, hu3, hv] = evaluate(
      [forwardOverReverse, reverseOverForward, reverseOverReverse, other],
      feeds,
    );
    expect(distance(hu2!, hu!)).toBeLessThan(1e-12);
    expect(distance(hu3!, hu!)).toBeLessThan(1e-12);
    expect(dot(hu!, alongV)).toBeCloseTo(dot(hv!, alongU), 11);
    expect(distance(hu!, differenceAlong(gradient, alongU))).toBeLessThan(1e-8);
  });

  it('has third derivatives alike in several nestings, symmetric, confirmed by a difference of the second', () => {
    const second = (x: Tensor) => hvp(loss, x, u);
    const forward = push(second, v)(w);
    const reverse = grad((x: Tensor) => inner(hvp(loss, x, u), v))(w);
    const reverseOnly = grad((x: Tensor) => inner(grad((y: Tensor) => inner(grad(loss)(y), u))(x), v))(w);
    const exchanged = push((x: Tensor) => hvp(loss, x, v), u)(w);
    const [a, b, c, d] = evaluate([forward, reverse, reverseOnly, exchanged], feeds);
    expect(distance(b!, a!)).toBeLessThan(1e-11);
    expect(distance(c!, a!)).toBeLessThan(1e-11);
    expect(distance(d!, a!)).toBeLessThan(1e-11);
    expect(distance(a!, differenceAlong(second(w), alongV))).toBeLessThan(1e-7);
  });

  it('is unchanged by simplification', () => {
    const plain = [loss(w), gradient, hvp(loss, w, u)];
    const simplified = simplify(plain);
    const values = evaluate(plain, feeds);
    evaluate(simplified, feeds).forEach((value, position) => {
      expect(distance(value, values[position]!)).toBeLessThan(1e-12);
    });
  });
});
