/** @file The graphs that derivatives leave, line by line: nothing superfluous, nothing that a kernel would not want. */
import { describe, expect, it } from 'vitest';
import type { Op } from '../graph/op.ts';
import { printGraph } from '../graph/print.ts';
import { node, type Tensor, topologicalOrder } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic/add.ts';
import { multiply } from '../ops/arithmetic/multiply.ts';
import { subtract } from '../ops/arithmetic/subtract.ts';
import { conv2d } from '../ops/contraction/conv2d.ts';
import { matmul } from '../ops/contraction/matmul.ts';
import { input } from '../ops/leaf/input.ts';
import { concat } from '../ops/movement/concat.ts';
import { slice } from '../ops/movement/pad-slice.ts';
import { sum } from '../ops/reduction/sum-broadcast.ts';
import { tanh } from '../ops/transcendental/tanh.ts';
import { grad, jvp, simplify, vjp } from './index.ts';
import { convolutional, mlp } from './testing/networks.ts';
import { distance, evaluate, inner, numbers } from './testing/support.ts';

const opsOf = (outputs: readonly Tensor[]) => topologicalOrder(outputs).map(({ op }) => op.name);
const count = (outputs: readonly Tensor[], name: string) => opsOf(outputs).filter((op) => op === name).length;

describe('matmul', () => {
  const [a, b, c, t] = [input([2, 3]), input([3, 4]), input([2, 4]), input([2, 3])];
  const y = matmul(a, b);

  it('has matmuls for cotangents', () => {
    expect(printGraph(vjp([y], [a, b], [c]) as Tensor[])).toMatchInlineSnapshot(`
      "%0 = input(name="input") : f32[2, 4]
      %1 = input(name="input") : f32[3, 4]
      %2 = transpose(%1, permutation=[1,0]) : f32[4, 3]
      %3 = matmul(%0, %2) : f32[2, 3]
      %4 = input(name="input") : f32[2, 3]
      %5 = transpose(%4, permutation=[1,0]) : f32[3, 2]
      %6 = matmul(%5, %0) : f32[3, 4]
      return %3, %6"
    `);
  });

  it('has one matmul for a tangent of one operand', () => {
    expect(printGraph(jvp([y], [a, b], [t, undefined]) as Tensor[])).toMatchInlineSnapshot(`
      "%0 = input(name="input") : f32[2, 3]
      %1 = input(name="input") : f32[3, 4]
      %2 = matmul(%0, %1) : f32[2, 4]
      return %2"
    `);
  });
});

it('conv2d and its transposes are closed under differentiation', () => {
  const [x, filter] = [input([2, 5, 5, 1]), input([3, 3, 1, 2])];
  const loss = (xi: Tensor, f: Tensor) => sum(tanh(conv2d(xi, f)));
  const family = ['conv2d', 'conv2dInputGradient', 'conv2dFilterGradient'];
  const second = grad((f: Tensor) => inner(grad(loss)(x, f), x))(filter);
  expect(
    opsOf([second])
      .filter((name) => name.startsWith('conv2d'))
      .every((name) => family.includes(name)),
  ).toBe(true);
  expect(new Set(opsOf([second]).filter((name) => name.startsWith('conv2d'))).size).toBeGreaterThan(1);
});

describe('the gradient of a flat vector', () => {
  const w = input([9], { name: 'w' });

  it('is one concat of the pieces', () => {
    const f = (v: Tensor) => {
      const [a, b, c] = [slice(v, [0], [4]), slice(v, [4], [6]), slice(v, [6], [9])];
      return add(add(sum(tanh(a)), sum(multiply(b, b))), sum(multiply(c, 3)));
    };
    expect(printGraph(simplify([grad(f)(w)]))).toMatchInlineSnapshot(`
      "%0 = constant(dtype="f32", value=1) : f32[]
      %1 = reshape(%0, shape=[1]) : f32[1]
      %2 = broadcast(%1, shape=[4]) : f32[4]
      %3 = input(name="w") : f32[9]
      %4 = slice(%3, starts=[0], limits=[4], strides=[1]) : f32[4]
      %5 = tanh(%4) : f32[4]
      %6 = multiply(%5, %5) : f32[4]
      %7 = subtract(%2, %6) : f32[4]
      %8 = constant(dtype="f32", value=2) : f32[]
      %9 = reshape(%8, shape=[1]) : f32[1]
      %10 = broadcast(%9, shape=[2]) : f32[2]
      %11 = slice(%3, starts=[4], limits=[6], strides=[1]) : f32[2]
      %12 = multiply(%10, %11) : f32[2]
      %13 = constant(dtype="f32", value=3) : f32[]
      %14 = reshape(%13, shape=[1]) : f32[1]
      %15 = broadcast(%14, shape=[3]) : f32[3]
      %16 = concat(%7, %12, %15, axis=0) : f32[9]
      return %16"
    `);
  });

  it('has zeros where no piece lies, and a sum where pieces overlap', () => {
    const [a, b, c] = [input([2]), input([3]), input([4])];
    const [gaps] = vjp([slice(w, [1], [3]), slice(w, [5], [8])], [w], [a, b]);
    expect(printGraph([gaps!])).toMatchInlineSnapshot(`
      "%0 = constant(dtype="f32", value=0) : f32[]
      %1 = reshape(%0, shape=[1]) : f32[1]
      %2 = input(name="input") : f32[2]
      %3 = broadcast(%1, shape=[2]) : f32[2]
      %4 = input(name="input") : f32[3]
      %5 = concat(%1, %2, %3, %4, %1, axis=0) : f32[9]
      return %5"
    `);
    const [overlap] = vjp([slice(w, [0], [2]), slice(w, [1], [5]), slice(w, [5], [8])], [w], [a, c, b]);
    expect([count([overlap!], 'concat'), count([overlap!], 'pad'), count([overlap!], 'add')]).toEqual([
      1, 1, 1,
    ]);
    const [found] = evaluate(
      [overlap!],
      new Map([
        [a, [1, 2]],
        [b, [3, 4, 5]],
        [c, [6, 7, 8, 9]],
      ]),
    );
    expect([...found!]).toEqual([1, 2 + 6, 7, 8, 9, 3, 4, 5, 0]);
  });

  it('sums pieces along different axes, and strided ones', () => {
    const m = input([3, 4]);
    const parts = [slice(m, [0, 0], [1, 4]), slice(m, [0, 1], [3, 2]), slice(m, [0, 0], [3, 4], [2, 3])];
    const cotangents = parts.map(({ shape }) => input(shape));
    const [pulled] = vjp(parts, [m], cotangents);
    const [u] = [input([3, 4])];
    const pushed = jvp(parts, [m], [u]);
    const feeds = new Map<Tensor, Float64Array>([
      [u, numbers([3, 4], 1)],
      ...cotangents.map((c, i) => [c, numbers(c.shape, i + 2)] as const),
    ]);
    const [left, ...right] = evaluate(
      [inner(pulled!, u), ...pushed.map((p, i) => inner(p!, cotangents[i]!))],
      feeds,
    );
    expect(left![0]).toBeCloseTo(
      right.reduce((total, [value]) => total + value!, 0),
      12,
    );
  });

  it.each([mlp, convolutional])(
    'is one concat and no pad in $name, also of second order',
    ({ loss, size }) => {
      const v = input([size]);
      const u = input([size]);
      const first = grad(loss)(v);
      expect([count([first], 'concat'), count([first], 'pad')]).toEqual([1, 0]);
      const second = grad((x: Tensor) => inner(grad(loss)(x), u))(v);
      expect(count([second], 'pad')).toBe(0);
    },
  );

  it('puts a slice of a concat through to its piece', () => {
    const [a, b] = [input([4]), input([5])];
    const stepped = subtract(concat([a, b]), 0);
    expect(simplify([slice(stepped, [4], [9])])[0] === b).toBe(true);
  });
});

describe('what does not depend on the input', () => {
  it('leaves no node', () => {
    const [x, y] = [input([3]), input([3])];
    const f = (v: Tensor) => sum(add(multiply(v, tanh(y)), tanh(multiply(y, y))));
    expect(printGraph([grad(f)(x)])).toMatchInlineSnapshot(`
      "%0 = input(name="input") : f32[3]
      %1 = tanh(%0) : f32[3]
      return %1"
    `);
    expect(jvp([tanh(y)], [x], [y])).toEqual([undefined]);
  });

  it('is not visited: a step late in a long loop is differentiated alone', () => {
    let visits = 0;
    const watched: Op = {
      ...tanh.op,
      name: 'watched',
      get derivative() {
        visits++;
        return tanh.op.derivative;
      },
    };
    let w: Tensor = input([4]);
    for (let t = 0; t < 1000; t++) w = node(watched, [w]);
    grad((v: Tensor) => sum(node(watched, [v])))(w);
    expect(visits).toBeLessThan(10);
  });

  it('unrolled loops of any length are differentiated without recursion', () => {
    const x = input([2]);
    const f = (v: Tensor) => {
      let h = v;
      for (let t = 0; t < 30_000; t++) h = multiply(h, 0.9999);
      return sum(h);
    };
    const [found] = evaluate([grad(f)(x)], new Map([[x, [1, 2]]]));
    expect(distance(found!, [0.9999 ** 30_000, 0.9999 ** 30_000])).toBeLessThan(1e-12);
  });
});
