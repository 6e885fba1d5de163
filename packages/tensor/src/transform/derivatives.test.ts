import { describe, expect, it } from 'vitest';
import { printGraph } from '../graph/print.ts';
import type { Tensor } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic/add.ts';
import { multiply } from '../ops/arithmetic/multiply.ts';
import { constant } from '../ops/leaf/constant.ts';
import { input } from '../ops/leaf/input.ts';
import { sum } from '../ops/reduction/sum-broadcast.ts';
import { tanh } from '../ops/transcendental/tanh.ts';
import {
  grad,
  hvp,
  jvp,
  linearize,
  pullback,
  valueAndGrad,
  valueAndGradWithAuxiliary,
  vjp,
} from './index.ts';
import { centralDifference, distance, dot, evaluate, numbers } from './testing/support.ts';

const scalarAt = (f: (x: Tensor) => Tensor, value: number): number => {
  const x = input([]);
  return evaluate([f(x)], new Map([[x, [value]]]))[0]![0]!;
};

describe('nested derivatives', () => {
  it('do not confuse perturbations: d/dx (x · d/dy (x + y))', () => {
    // Siskind & Pearlmutter 2005: an implementation that confuses the two perturbations answers 2.
    const f = (x: Tensor) => multiply(x, grad((y: Tensor) => add(x, y))(constant(1)));
    expect(scalarAt(grad(f), 5)).toBe(1);
  });

  it('keep the inner variable apart when it is the outer one by value', () => {
    const f = (x: Tensor) => multiply(x, grad((y: Tensor) => multiply(x, y))(x));
    // The inner derivative is x (not 2x); x · x has the derivative 2x.
    expect(scalarAt(grad(f), 3)).toBe(6);
    const g = (x: Tensor) => grad((y: Tensor) => add(multiply(x, y), multiply(y, y)))(x);
    // x + 2y at y = x is 3x.
    expect(scalarAt(grad(g), 7)).toBe(3);
  });

  it('do not confuse forward with reverse mode', () => {
    const push = (f: (y: Tensor) => Tensor, at: Tensor) => linearize(f, at)[1](constant(1));
    const f = (x: Tensor) =>
      multiply(
        x,
        push((y) => multiply(multiply(x, y), y), constant(2)),
      );
    // x · 2 · x · 2 = 4x²
    expect(scalarAt(grad(f), 3)).toBe(24);
    expect(scalarAt((x) => push(f, x), 3)).toBe(24);
  });

  it('reach third order in every nesting of modes', () => {
    const f = (x: Tensor) => multiply(tanh(x), multiply(x, x));
    const push = (g: (x: Tensor) => Tensor) => (x: Tensor) => linearize(g, x)[1](constant(1));
    const modes = [grad, push];
    const values: number[] = [];
    for (const first of modes)
      for (const second of modes)
        for (const third of modes) values.push(scalarAt(third(second(first(f))), 0.7));
    for (const value of values) expect(value).toBeCloseTo(values[0]!, 12);
    const x = input([]);
    const second = grad(grad(f))(x);
    const [third] = centralDifference([second], new Map([[x, [0.7]]]), new Map([[x, [1]]]));
    expect(values[0]).toBeCloseTo(third![0]!, 9);
  });

  it('close over traced values of an enclosing derivative', () => {
    // g(x) = Σ (∇_w [½ x Σ w²] at w = x) = Σ x · x: an inner gradient that depends on the outer variable twice.
    const w = input([3]);
    const g = (x: Tensor) =>
      sum(grad((v: Tensor) => multiply(multiply(0.5, sum(x)), sum(multiply(v, v))))(x));
    const gradient = grad(g)(w);
    const at = numbers([3], 4);
    const total = at[0]! + at[1]! + at[2]!;
    // ∇_w at w = x is (Σx) x; its sum is (Σx)², of gradient 2 Σx.
    expect(
      distance(evaluate([gradient], new Map([[w, at]]))[0]!, [2 * total, 2 * total, 2 * total]),
    ).toBeLessThan(1e-14);
  });
});

describe('trees', () => {
  it('give a gradient of the same nesting, with zeros where nothing depends on a leaf', () => {
    const parameters = { weight: input([2, 3]), bias: [input([3]), input([1])] as const };
    const gradient = grad((p: typeof parameters) => sum(multiply(p.weight, p.bias[0])))(parameters);
    expect(Object.keys(gradient)).toEqual(['bias', 'weight']);
    expect(gradient.weight.shape).toEqual([2, 3]);
    expect(gradient.bias[0].shape).toEqual([3]);
    expect(printGraph([gradient.bias[1]])).toMatchInlineSnapshot(`
      "%0 = constant(dtype="f32", value=0) : f32[]
      %1 = reshape(%0, shape=[1]) : f32[1]
      return %1"
    `);
  });

  it('share the forward pass with the value, on the tensors that were given', () => {
    const x = input([4]);
    const f = (v: Tensor) => sum(tanh(v));
    const [value, gradient] = valueAndGrad(f)(x);
    expect(value === f(x)).toBe(true);
    expect(gradient === grad(f)(x)).toBe(true);
    expect(printGraph([value, gradient])).toMatchInlineSnapshot(`
      "%0 = input(name="input") : f32[4]
      %1 = tanh(%0) : f32[4]
      %2 = sum(%1, axes=[0]) : f32[]
      %3 = constant(dtype="f32", value=1) : f32[]
      %4 = reshape(%3, shape=[1]) : f32[1]
      %5 = broadcast(%4, shape=[4]) : f32[4]
      %6 = multiply(%1, %1) : f32[4]
      %7 = subtract(%5, %6) : f32[4]
      return %2, %7"
    `);
  });

  it('hand back what a loss computed besides', () => {
    const x = input([4]);
    const [, gradient, auxiliary] = valueAndGradWithAuxiliary((v: Tensor) => {
      const activation = tanh(v);
      return [sum(activation), { activation }] as const;
    })(x);
    expect(auxiliary.activation === tanh(x)).toBe(true);
    expect(gradient.shape).toEqual([4]);
  });

  it('differentiate with respect to a chosen argument', () => {
    const [a, b] = [input([]), input([])];
    const f = (x: Tensor, y: Tensor) => multiply(multiply(x, x), y);
    const values = evaluate(
      [grad(f)(a, b), grad(f, 1)(a, b)],
      new Map([
        [a, [3]],
        [b, [5]],
      ]),
    );
    expect(values.map((value) => value[0])).toEqual([30, 9]);
  });
});

describe('forward and reverse mode', () => {
  const x = input([3, 4]);
  const y = multiply(tanh(x), sum(multiply(x, x), 1, { keep: true }));
  const at = numbers([3, 4], 1);
  const tangent = numbers([3, 4], 2);
  const cotangent = numbers([3, 4], 3);
  const t = input([3, 4]);
  const c = input([3, 4]);

  it('agree: ⟨J t, c⟩ = ⟨t, Jᵀ c⟩', () => {
    const [pushed] = jvp([y], [x], [t]);
    const [pulled] = vjp([y], [x], [c]);
    const feeds = new Map([
      [x, at],
      [t, tangent],
      [c, cotangent],
    ]);
    const [left, right] = evaluate([pushed!, pulled!], feeds);
    expect(dot(left!, cotangent)).toBeCloseTo(dot(right!, tangent), 12);
    const [numeric] = centralDifference([y], new Map([[x, at]]), new Map([[x, tangent]]));
    expect(distance(left!, numeric!)).toBeLessThan(1e-10);
  });

  it('leave nothing of symbolic zeros', () => {
    const [a, b] = [input([3]), input([3])];
    expect(jvp([multiply(a, b)], [a, b], [undefined, undefined])).toEqual([undefined]);
    expect(vjp([tanh(a)], [a, b], [b])[1]).toBeUndefined();
    const [pushed] = jvp([add(multiply(a, b), tanh(b))], [a, b], [input([3]), undefined]);
    expect(printGraph([pushed!])).toMatchInlineSnapshot(`
      "%0 = input(name="input") : f32[3]
      %1 = input(name="input") : f32[3]
      %2 = multiply(%0, %1) : f32[3]
      return %2"
    `);
  });

  it('treat inputs as independent, even where one is computed from another', () => {
    const a = input([]);
    const h = multiply(a, a);
    const out = multiply(h, a);
    const [da, dh] = vjp([out], [a, h], [constant(1)]);
    expect(da === h).toBe(true);
    expect(dh === a).toBe(true);
  });

  it('take hvp and pullback on trees', () => {
    const p = { u: input([2]), v: input([2]) };
    const d = { u: input([2]), v: input([2]) };
    const f = (q: typeof p) => sum(multiply(multiply(q.u, q.u), q.v));
    const product = hvp(f, p, d);
    const feeds = new Map([
      [p.u, [1, 2]],
      [p.v, [3, 4]],
      [d.u, [5, 6]],
      [d.v, [7, 8]],
    ]);
    const [hu, hv] = evaluate([product.u, product.v], feeds);
    // ∂²/∂u² = 2v, ∂²/∂u∂v = 2u.
    expect([...hu!]).toEqual([2 * 3 * 5 + 2 * 1 * 7, 2 * 4 * 6 + 2 * 2 * 8]);
    expect([...hv!]).toEqual([2 * 1 * 5, 2 * 2 * 6]);
    const [value, pull] = pullback((q: typeof p) => [multiply(q.u, q.v)] as const, p);
    expect(value[0] === multiply(p.u, p.v)).toBe(true);
    expect(pull([d.u]).u === multiply(d.u, p.v)).toBe(true);
  });
});

describe('refusals', () => {
  const x = input([3]);
  const labels = input([3], { dtype: 'u32' });

  it('differentiating an integer', () => {
    expect(() => vjp([x], [labels], [x])).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: vjp: input 0 is u32[3], and only f32 values have derivatives; differentiate what it is cast to, or leave it out.]`,
    );
    expect(() =>
      grad((t: { w: Tensor; labels: Tensor }) => sum(t.w))({ w: x, labels }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: grad: argument 0, at 'labels', is u32[3], and only f32 values have derivatives; pass it as another argument or close over it.]`,
    );
  });

  it('a result that is not a scalar, or not a tensor', () => {
    expect(() => grad((v: Tensor) => tanh(v))(x)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: grad: the function returned f32[3], but a gradient is of a scalar, f32[]; sum the result, or give a cotangent with pullback(f, x).]`,
    );
    expect(() => grad((() => 3) as never)(x as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: grad: the result is 3, not a tensor; write constant(x) for a number.]`,
    );
    expect(() => grad((_: Tensor) => sum(labels))(x)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: grad: the function returned u32[], and only f32 values have derivatives; return a loss, not a count.]`,
    );
  });

  it('tangents that do not fit', () => {
    expect(() => jvp([x], [x], [input([4])])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: jvp: the tangent of input 0 is f32[4], but the input is f32[3]; they must agree.]`,
    );
    expect(() => jvp([x], [x], [])).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: jvp: got 0 tangents for 1 input; give one for each, undefined where it is zero.]`,
    );
    expect(() => hvp((v: Tensor) => sum(v), x, input([2]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: hvp: leaf 0 of the direction is [2], but the argument's is [3]; they must agree.]`,
    );
    expect(() => vjp([labels], [x], [input([3])])).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: vjp: output 0 is u32[3] and has no cotangent, since only f32 values have derivatives; give undefined.]`,
    );
  });

  it('an argument that does not exist, an input named twice', () => {
    expect(() => grad((v: Tensor) => sum(v), 1 as never)(x)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: grad: argument 1 does not exist; the function was called with 1 argument, so argnum lies in 0 to 0.]`,
    );
    expect(() => vjp([x], [x, x], [x])).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: vjp: inputs 0 and 1 are the same tensor; name it once, or differentiate with respect to alias(x) of it.]`,
    );
  });
});
