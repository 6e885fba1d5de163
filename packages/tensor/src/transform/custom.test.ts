import { describe, expect, it } from 'vitest';
import { printGraph } from '../graph/print.ts';
import type { Tensor } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic/add.ts';
import { multiply } from '../ops/arithmetic/multiply.ts';
import { subtract } from '../ops/arithmetic/subtract.ts';
import { constant } from '../ops/leaf/constant.ts';
import { input } from '../ops/leaf/input.ts';
import { sum } from '../ops/reduction/sum-broadcast.ts';
import { floor } from '../ops/rounding/floor.ts';
import { exp } from '../ops/transcendental/exp.ts';
import { tanh } from '../ops/transcendental/tanh.ts';
import { customDerivative, grad, hvp, linearize, pullback, vmap } from './index.ts';
import { distance, evaluate, inner, numbers } from './testing/support.ts';

/** ½ Σ tanh(a)² b, with the right derivative, given in one way or another. */
const plain = (a: Tensor, b: Tensor) => multiply(0.5, sum(multiply(multiply(tanh(a), tanh(a)), b)));
const byA = (a: Tensor, b: Tensor) => multiply(multiply(tanh(a), b), subtract(1, multiply(tanh(a), tanh(a))));
const byB = (a: Tensor) => multiply(0.5, multiply(tanh(a), tanh(a)));

const variants = {
  'a jvp rule': customDerivative(plain, {
    jvp: ({ inputs: [a, b], tangents: [ta, tb] }) => {
      const terms = [ta && inner(ta, byA(a!, b!)), tb && inner(tb, byB(a!))].filter(
        (term) => term !== undefined,
      );
      return terms.length === 0 ? undefined : terms.reduce((x, y) => add(x, y));
    },
  }),
  'a vjp rule': customDerivative(plain, {
    vjp: ({ inputs: [a, b], cotangent }) => [multiply(cotangent, byA(a!, b!)), multiply(cotangent, byB(a!))],
  }),
};

describe.each(Object.entries(variants))('a function with %s', (_, custom) => {
  const [a, b, u] = [input([4]), input([4]), input([4])];
  const feeds = new Map([
    [a, numbers([4], 1)],
    [b, numbers([4], 2)],
    [u, numbers([4], 3)],
  ]);
  const alike = (f: (g: typeof plain) => Tensor) => {
    const [found, expected] = evaluate([f(custom), f(plain)], feeds);
    expect(distance(found!, expected!)).toBeLessThan(1e-14);
  };

  it('has it in reverse mode, and by transposition in forward mode, or the other way round', () => {
    alike((g) => grad(g)(a, b));
    alike((g) => grad(g, 1)(a, b));
    alike((g) => linearize((x: Tensor) => g(x, b), a)[1](u));
    alike((g) => linearize((x: Tensor) => g(x, x), a)[1](u));
  });

  it('follows it in every higher order', () => {
    alike((g) => hvp((x: Tensor) => g(x, b), a, u));
    alike((g) => grad((x: Tensor) => inner(grad(g)(x, b), u))(a));
    alike((g) => grad((x: Tensor) => linearize((y: Tensor) => g(y, b), x)[1](u))(a));
    alike((g) =>
      grad((x: Tensor) =>
        inner(
          hvp((y: Tensor) => g(y, x), x, u),
          u,
        ),
      )(a),
    );
  });

  it('is batched with its rules, for any subset of arguments', () => {
    const many = input([3, 4]);
    const all = new Map([...feeds, [many, numbers([3, 4], 4)]]);
    for (const run of [
      (g: typeof plain) => vmap(g)(many, many),
      (g: typeof plain) => grad((x: Tensor) => sum(vmap(g, { in: [null, 0] })(x, many)))(b),
      (g: typeof plain) => grad((x: Tensor) => sum(vmap(g, { in: [0, null] })(many, x)))(b),
      (g: typeof plain) => grad((x: Tensor) => sum(vmap(g, { in: [0, null] })(x, b)))(many),
      (g: typeof plain) => linearize((x: Tensor) => vmap(g, { in: [0, null] })(many, x), b)[1](u),
      (g: typeof plain) => vmap(grad(g), { in: [0, null] })(many, b),
      (g: typeof plain) => vmap((x: Tensor) => vmap((y: Tensor) => g(x, y))(many))(many),
      (g: typeof plain) =>
        grad((x: Tensor) => sum(vmap((y: Tensor) => vmap((z: Tensor) => g(y, z))(x))(many)))(many),
      (g: typeof plain) => hvp((x: Tensor) => sum(vmap(g, { in: [0, null] })(many, x)), b, u),
    ]) {
      const [found, expected] = evaluate([run(custom), run(plain)], all);
      expect(distance(found!, expected!)).toBeLessThan(1e-14);
    }
  });
});

describe('customDerivative', () => {
  it('makes a straight-through estimator', () => {
    const rounded = customDerivative(floor, { name: 'rounded', vjp: ({ cotangent }) => [cotangent] });
    const x = input([3]);
    const gradient = grad((v: Tensor) => sum(multiply(rounded(v), rounded(v))))(x);
    const [found] = evaluate([gradient], new Map([[x, [0.5, 1.5, -0.5]]]));
    expect([...found!]).toEqual([0, 2, -2]);
    expect(printGraph([rounded(x)]).replace(/rule=\d+/, 'rule=…')).toMatchInlineSnapshot(`
      "%0 = input(name="input") : f32[3]
      %1 = floor(%0) : f32[3]
      %2 = rounded(%1, %0, rule=…) : f32[3]
      return %2"
    `);
  });

  it('gives a rule the value, so that it need not compute it again', () => {
    const e = customDerivative(exp, { jvp: ({ output, tangents: [t] }) => t && multiply(t, output) });
    const x = input([]);
    const third = grad(grad(grad(e)))(x);
    expect(evaluate([third], new Map([[x, [0.3]]]))[0]![0]).toBeCloseTo(Math.exp(0.3), 14);
    expect(printGraph([third]).match(/exp\(/g)).toHaveLength(1);
  });

  it('leaves a symbolic zero where a rule says undefined', () => {
    const f = customDerivative((a: Tensor, b: Tensor) => multiply(a, b), {
      vjp: ({ cotangent }) => [cotangent, undefined],
    });
    const [a, b] = [input([]), input([])];
    expect(printGraph([grad(f, 1)(a, b)])).toBe(printGraph([constant(0)]));
    expect(linearize((x: Tensor) => f(a, x), b)[1](constant(1)).op.name).toBe('constant');
  });

  it('refuses rules that are missing, do not fit, or are not linear', () => {
    const x = input([3]);
    const of = (rules: Parameters<typeof customDerivative>[1]) =>
      customDerivative((v: Tensor) => tanh(v), { name: 'f', ...rules });
    const gradient = (f: (v: Tensor) => Tensor) => () => grad((v: Tensor) => sum(f(v)))(x);
    const pushed = (f: (v: Tensor) => Tensor) => () => linearize(f, x)[1](x);
    expect(() => of({})).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: customDerivative: 'f' has neither a jvp nor a vjp rule; give one, or use stopGradient for a derivative of zero.]`,
    );
    expect(gradient(of({ vjp: () => [] }))).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: customDerivative: the vjp rule of 'f' returned 0 cotangents for 1 inputs; give undefined where one is zero.]`,
    );
    expect(gradient(of({ vjp: () => [constant(1)] }))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: customDerivative: the vjp rule of 'f' returned f32[] for the cotangent of input 0, which is f32[3]; they must agree.]`,
    );
    expect(pushed(of({ jvp: () => constant(1) }))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: customDerivative: the jvp rule of 'f' returned f32[] for the tangent of the value, which is f32[3]; they must agree.]`,
    );
    expect(
      pushed(of({ vjp: ({ cotangent }) => [multiply(cotangent, cotangent)] })),
    ).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: customDerivative: the vjp rule of 'f' is not linear in its cotangent, so the other mode cannot be derived from it; make the rule linear, or give both rules.]`,
    );
    expect(gradient(of({ jvp: ({ tangents: [t] }) => multiply(t!, t!) }))).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: customDerivative: the jvp rule of 'f' is not linear in its tangents, so the other mode cannot be derived from it; make the rule linear, or give both rules.]`,
    );
    const counted = customDerivative(() => input([], { dtype: 'u32' }), { vjp: () => [] });
    expect(() => counted()).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: customDerivative: 'customDerivative' returned u32[], and only f32 values have derivatives; call it without customDerivative.]`,
    );
  });

  it('has closures that are constants', () => {
    const x = input([]);
    const scaled = (v: Tensor) =>
      customDerivative((y: Tensor) => multiply(v, y), { vjp: ({ cotangent }) => [multiply(v, cotangent)] })(
        v,
      );
    // d/dv (v · v) with the first v closed over: v.
    expect(evaluate([grad(scaled)(x)], new Map([[x, [5]]]))[0]![0]).toBe(5);
    const [, pull] = pullback(scaled, x);
    expect(evaluate([pull(constant(2))], new Map([[x, [5]]]))[0]![0]).toBe(10);
  });
});
