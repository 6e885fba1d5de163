import { describe, expect, it } from 'vitest';
import { printGraph } from '../graph/print.ts';
import { type Tensor, topologicalOrder } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic/add.ts';
import { multiply } from '../ops/arithmetic/multiply.ts';
import { matmul } from '../ops/contraction/matmul.ts';
import { input } from '../ops/leaf/input.ts';
import { sum } from '../ops/reduction/sum-broadcast.ts';
import { exp } from '../ops/transcendental/exp.ts';
import { tanh } from '../ops/transcendental/tanh.ts';
import { checkpoint, grad, hvp, linearize, partition, pullback, simplify, vmap } from './index.ts';
import { distance, evaluate, inner, numbers } from './testing/support.ts';

const [x, w, u] = [input([3, 4]), input([4, 4]), input([3, 4])];
const feeds = new Map([
  [x, numbers([3, 4], 1)],
  [w, numbers([4, 4], 2)],
  [u, numbers([3, 4], 3)],
]);

const block = (h: Tensor, weight: Tensor) => tanh(matmul(tanh(matmul(h, weight)), weight));
type Wrap = <F extends (...inputs: never[]) => unknown>(f: F) => F;
const kept: Wrap = (f) => f;
const again = checkpoint as unknown as Wrap;
const loss = (wrap: Wrap) => (h: Tensor, weight: Tensor) =>
  sum(exp(wrap(block)(wrap(block)(h, weight), weight)));

const alike = (f: (wrap: Wrap) => Tensor) => {
  const [found, expected] = evaluate([f(again), f(kept)], feeds);
  expect(found).toEqual(expected);
};
const close = (f: (wrap: Wrap) => Tensor) => {
  const [found, expected] = evaluate([f(again), f(kept)], feeds);
  expect(distance(found!, expected!)).toBeLessThan(1e-13);
};

describe('checkpoint', () => {
  it('changes no bit of values and gradients, but for the order of sums over several calls', () => {
    alike((wrap) => loss(wrap)(x, w));
    alike((wrap) => grad(loss(wrap))(x, w));
    close((wrap) => grad(loss(wrap), 1)(x, w));
    alike((wrap) => linearize((h: Tensor) => loss(wrap)(h, w), x)[1](u));
  });

  it('changes no higher derivative, in any nesting', () => {
    close((wrap) => hvp((h: Tensor) => loss(wrap)(h, w), x, u));
    close((wrap) => grad((h: Tensor) => inner(grad(loss(wrap))(h, w), u))(x));
    close((wrap) => grad((h: Tensor) => linearize((v: Tensor) => loss(wrap)(v, w), h)[1](u))(x));
    close((wrap) =>
      grad((h: Tensor) =>
        inner(
          hvp((v: Tensor) => loss(wrap)(v, w), h, u),
          u,
        ),
      )(x),
    );
  });

  it('keeps the arguments of each block instead of its intermediates', () => {
    const bytes = (wrap: Wrap) => {
      const value = loss(wrap)(x, w);
      const gradients = [grad(loss(wrap))(x, w), grad(loss(wrap), 1)(x, w)];
      const found = partition([value], gradients, [x, w], { elementwiseWeight: 0 });
      return found.residuals.map(({ tensor }) => tensor.op.name);
    };
    // Without: four hidden layers and the exponential. With: what the first block gives the second, and the exponential.
    expect(bytes(kept)).toEqual(['tanh', 'tanh', 'tanh', 'tanh', 'exp']);
    expect(bytes(again)).toEqual(['tanh', 'exp']);
  });

  it('is the same call for the same function of the same arguments', () => {
    const [first, second] = [checkpoint(block)(x, w), checkpoint(block)(x, w)];
    expect(first === second).toBe(true);
  });

  it('computes again on nodes that nothing merges with the first ones, once for all results', () => {
    const two = (wrap: Wrap) => (h: Tensor) => {
      const [a, b] = wrap((v: Tensor) => [tanh(exp(v)), exp(exp(v))] as const)(h);
      return sum(multiply(a, b));
    };
    const count = (wrap: Wrap) =>
      topologicalOrder(simplify([two(wrap)(x), grad(two(wrap))(x)])).filter(({ op }) => op === exp.op).length;
    expect(count(kept)).toBe(2);
    // exp(x) and exp(exp(x)) a second time, shared by the gradients of both results.
    expect(count(again)).toBe(4);
    alike((wrap) => grad(two(wrap))(x));
  });

  it('differentiates what the function closes over', () => {
    const closed = (wrap: Wrap) => (weight: Tensor) => sum(wrap((h: Tensor) => block(h, weight))(x));
    alike((wrap) => grad(closed(wrap))(w));
    close((wrap) => hvp(closed(wrap), w, w));
  });

  it('is batched, also over what the function closes over', () => {
    const many = input([2, 4, 4]);
    const all = new Map([...feeds, [many, numbers([2, 4, 4], 4)]]);
    const run = (wrap: Wrap) => [
      vmap((weight: Tensor) => grad(loss(wrap))(x, weight))(many),
      vmap((weight: Tensor) => sum(wrap((h: Tensor) => block(h, weight))(x)))(many),
      grad((v: Tensor) => sum(vmap((weight: Tensor) => loss(wrap)(v, weight))(many)))(x),
      grad((v: Tensor) => sum(vmap((weight: Tensor) => sum(wrap((h: Tensor) => block(h, weight))(x)))(v)))(
        many,
      ),
    ];
    const found = evaluate(run(again), all);
    evaluate(run(kept), all).forEach((expected, position) => {
      expect(distance(found[position]!, expected)).toBeLessThan(1e-14);
    });
  });

  it('works within a longer chain of traced functions, and on trees', () => {
    const p = { h: x, weight: w };
    const f = (wrap: Wrap) => (q: typeof p) => ({
      out: wrap((r: typeof p) => ({ y: block(r.h, r.weight), z: r.h }))(q).y,
    });
    for (const key of ['h', 'weight'] as const)
      alike((wrap) => {
        const [value, pull] = pullback(f(wrap), p);
        return pull({ out: add(value.out, 1) })[key];
      });
  });

  it('returns results that do not depend on its arguments, and integers, as they are', () => {
    const count = input([], { dtype: 'u32' });
    const [constantResult, integer] = checkpoint((_: Tensor, n: Tensor) => [tanh(w), n] as const)(x, count);
    expect(constantResult === tanh(w)).toBe(true);
    expect(integer === count).toBe(true);
  });

  it('prints as a mark on the value', () => {
    expect(printGraph([checkpoint((h: Tensor) => exp(h))(x)])).toMatchInlineSnapshot(`
      "%0 = input(name="input") : f32[3, 4]
      %1 = exp(%0) : f32[3, 4]
      %2 = checkpoint(%1, %0) : f32[3, 4]
      return %2"
    `);
    expect(
      printGraph([grad((h: Tensor) => sum(checkpoint((v: Tensor) => tanh(exp(v)))(h)))(x)]),
    ).toMatchInlineSnapshot(`
      "%0 = constant(dtype="f32", value=1) : f32[]
      %1 = reshape(%0, shape=[1,1]) : f32[1, 1]
      %2 = broadcast(%1, shape=[3,4]) : f32[3, 4]
      %3 = input(name="input") : f32[3, 4]
      %4 = alias(%3, id="checkpoint") : f32[3, 4]
      %5 = exp(%4) : f32[3, 4]
      %6 = tanh(%5) : f32[3, 4]
      %7 = multiply(%6, %6) : f32[3, 4]
      %8 = subtract(%2, %7) : f32[3, 4]
      %9 = multiply(%8, %5) : f32[3, 4]
      return %9"
    `);
  });
});
