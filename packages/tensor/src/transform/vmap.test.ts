import { describe, expect, it } from 'vitest';
import { printGraph } from '../graph/print.ts';
import type { Tensor } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic/add.ts';
import { multiply } from '../ops/arithmetic/multiply.ts';
import { matmul } from '../ops/contraction/matmul.ts';
import { gather } from '../ops/indexing/gather-segment-sum.ts';
import { input } from '../ops/leaf/input.ts';
import { concat } from '../ops/movement/concat.ts';
import { slice } from '../ops/movement/pad-slice.ts';
import { reshape } from '../ops/movement/reshape.ts';
import { transpose } from '../ops/movement/transpose.ts';
import { softmax } from '../ops/reduction/softmax.ts';
import { sum } from '../ops/reduction/sum-broadcast.ts';
import { tanh } from '../ops/transcendental/tanh.ts';
import { grad, hvp, jacobianColumns, jacobianRows, linearize, pullback, vmap } from './index.ts';
import { convolutional, mlp, type TestNetwork } from './testing/networks.ts';
import { distance, evaluate, inner, numbers } from './testing/support.ts';

const size = 3;

/** f for each example in turn, stacked: what vmap must equal. */
const loop = (
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  mapped: readonly boolean[],
): Tensor =>
  concat(
    Array.from({ length: size }, (_, i) => {
      const one = inputs.map((x, slot) => {
        if (!mapped[slot]) return x;
        const rest = x.shape.slice(1);
        return reshape(slice(x, [i, ...rest.map(() => 0)], [i + 1, ...rest]), rest);
      });
      const y = f(...one);
      return reshape(y, [1, ...y.shape]);
    }),
  );

const subsets = (count: number): boolean[][] =>
  Array.from({ length: 2 ** count - 1 }, (_, mask) =>
    Array.from({ length: count }, (__, slot) => ((mask + 1) >> slot) % 2 === 1),
  );

describe('vmap equals the loop, for every subset of mapped arguments', () => {
  const f = (a: Tensor, b: Tensor, c: Tensor) =>
    multiply(softmax(add(matmul(a, b), c)), sum(tanh(multiply(c, sum(b, 0)))));
  const shapes = [[2, 4], [4, 5], [5]];

  for (const mapped of subsets(3)) {
    const inputs = shapes.map((shape, slot) => input(mapped[slot] ? [size, ...shape] : shape));
    const feeds = new Map(inputs.map((x, slot) => [x, numbers(x.shape, slot + 1)]));
    const axes = mapped.map((is) => (is ? 0 : null));
    const title = mapped.map((is) => (is ? 'mapped' : 'shared')).join(', ');

    it(`values (${title})`, () => {
      const together = vmap(f, { in: axes })(...(inputs as [Tensor, Tensor, Tensor]));
      const [a, b] = evaluate([together, loop(f as never, inputs, mapped)], feeds);
      expect(distance(a!, b!)).toBeLessThan(1e-15);
    });

    it(`gradients within and through (${title})`, () => {
      const scalar = (a: Tensor, b: Tensor, c: Tensor) => sum(multiply(f(a, b, c), f(a, b, c)));
      for (const slot of [0, 1, 2]) {
        const g = grad(scalar, slot as 0);
        const within = vmap(g, { in: axes })(...(inputs as [Tensor, Tensor, Tensor]));
        const total = (run: (...all: Tensor[]) => Tensor) =>
          grad((...all: Tensor[]) => sum(run(...all)), slot as 0)(...inputs)!;
        const through = total((...all) => vmap(scalar, { in: axes })(...(all as [Tensor, Tensor, Tensor])));
        const throughLoop = total((...all) => loop(scalar as never, all, mapped));
        const [a, b, c, d] = evaluate(
          [within, loop(g as never, inputs, mapped), through, throughLoop],
          feeds,
        );
        expect(distance(a!, b!)).toBeLessThan(1e-14);
        expect(distance(c!, d!)).toBeLessThan(1e-14);
      }
    });
  }
});

describe.each([mlp, convolutional])(
  'vmap over tasks: $name',
  ({ loss, size: d, start, examples }: TestNetwork) => {
    const w = input([size, d]);
    const x = input([size, ...examples.shape]);
    const u = input([size, d]);
    const feeds = new Map([
      [w, Float64Array.from([...start, ...numbers([d], 31, -0.8, 0.8), ...numbers([d], 32, -0.8, 0.8)])],
      [x, numbers(x.shape, 33)],
      [u, numbers(u.shape, 34)],
    ]);

    it('weights and data of each task: loss, gradient and Hessian product', () => {
      const functions = [
        (wi: Tensor, xi: Tensor) => loss(wi, xi),
        (wi: Tensor, xi: Tensor) => grad(loss)(wi, xi),
        (wi: Tensor, xi: Tensor, ui: Tensor) => hvp((v: Tensor) => loss(v, xi), wi, ui),
      ];
      for (const f of functions) {
        const [a, b] = evaluate([vmap(f)(w, x, u), loop(f as never, [w, x, u], [true, true, true])], feeds);
        expect(distance(a!, b!)).toBeLessThan(1e-13);
      }
    });

    it('the gradient of a batch of tasks is one concat of pieces with a task axis', () => {
      const pieces = printGraph([vmap((wi: Tensor, xi: Tensor) => grad(loss)(wi, xi))(w, x)])
        .split('\n')
        .filter((line) => / (concat|pad)\(/.test(line));
      expect(pieces).toHaveLength(1);
      expect(pieces[0]).toContain(`axis=1) : f32[${size}, ${d}]`);
    });

    it('a second-order meta-gradient: through a step on each task', () => {
      const shared = input([d]);
      const adapted = (v: Tensor, xi: Tensor) => loss(add(v, multiply(-0.1, grad(loss)(v, xi))), xi);
      const meta = grad((v: Tensor) => sum(vmap(adapted, { in: [null, 0] })(v, x)))(shared);
      const byLoop = grad((v: Tensor) => sum(loop(adapted as never, [v, x], [false, true])))(shared);
      const [a, b] = evaluate([meta, byLoop], new Map([...feeds, [shared, start]]));
      expect(distance(a!, b!)).toBeLessThan(1e-13);
    });
  },
);

describe('vmap', () => {
  const x = input([4, size, 2]);
  const values = numbers(x.shape, 41);

  it('maps any axis in and out', () => {
    const f = (row: Tensor) => multiply(row, sum(row));
    const y = vmap(f, { in: 1, out: -1 })(x);
    expect(y.shape).toEqual([4, 2, size]);
    const byLoop = transpose(loop(f, [transpose(x, [1, 0, 2])], [true]), [1, 2, 0]);
    const [a, b] = evaluate([y, byLoop], new Map([[x, values]]));
    expect(a).toEqual(b);
  });

  it('nests', () => {
    const y = input([5, 2]);
    const products = vmap((row: Tensor) => vmap((other: Tensor) => inner(row, other), { in: 0 })(y))(
      reshape(x, [12, 2]),
    );
    expect(products.shape).toEqual([12, 5]);
    const [a, b] = evaluate(
      [products, matmul(reshape(x, [12, 2]), transpose(y))],
      new Map([
        [x, values],
        [y, numbers([5, 2], 42)],
      ]),
    );
    expect(distance(a!, b!)).toBeLessThan(1e-15);
  });

  it('maps integers: each example chooses its own rows', () => {
    const table = input([6, 2]);
    const chosen = input([size, 2], { dtype: 'u32' });
    const f = (indices: Tensor) => sum(gather(table, indices), 0);
    const [a, b] = evaluate(
      [vmap(f)(chosen), loop(f, [chosen], [true])],
      new Map([
        [table, numbers([6, 2], 43)],
        [chosen, Float64Array.of(0, 5, 3, 3, 2, 1)],
      ]),
    );
    expect(a).toEqual(b);
  });

  it('computes what depends on no example once, and shares it', () => {
    const w = input([2, 2]);
    const shared = (row: Tensor) => matmul(row, tanh(w));
    expect(printGraph([vmap(shared, { in: 1 })(x)])).toMatchInlineSnapshot(`
      "%0 = input(name="input") : f32[4, 3, 2]
      %1 = transpose(%0, permutation=[1,0,2]) : f32[3, 4, 2]
      %2 = reshape(%1, shape=[12,2]) : f32[12, 2]
      %3 = input(name="input") : f32[2, 2]
      %4 = tanh(%3) : f32[2, 2]
      %5 = matmul(%2, %4) : f32[12, 2]
      %6 = reshape(%5, shape=[3,4,2]) : f32[3, 4, 2]
      return %6"
    `);
    const constantResult = vmap(() => tanh(w), { size, out: null })();
    expect(constantResult === tanh(w)).toBe(true);
    expect(vmap(() => tanh(w), { size })().shape).toEqual([size, 2, 2]);
  });

  it('gives each example the bits that it has alone, or in any chunk', () => {
    const rows = input([8, 5]);
    const f = (row: Tensor) => softmax(tanh(multiply(row, row)));
    const whole = vmap(f)(rows);
    const chunks = [0, 2, 5].map((begin, i) => vmap(f)(slice(rows, [begin, 0], [[2, 5, 8][i]!, 5])));
    const [a, b] = evaluate([whole, concat(chunks)], new Map([[rows, numbers([8, 5], 44)]]));
    expect(a).toEqual(b);
  });

  it('maps trees in and out', () => {
    const p = { a: input([size, 2]), b: [input([size])] };
    const y = vmap(({ a, b }: typeof p) => ({ scaled: multiply(a, b[0]!), total: sum(a) }))(p);
    expect([y.scaled.shape, y.total.shape]).toEqual([[size, 2], [size]]);
  });

  it('refuses axes that do not exist or disagree, and results that differ', () => {
    const [a, b] = [input([3, 2]), input([4, 2])];
    expect(() => vmap(add)(a, b)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: vmap: axis 0 of argument 1, [4, 2], has 4 examples, but argument 0 says 3; all mapped axes must have one size.]`,
    );
    expect(() => vmap(tanh, { in: 2 })(a)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: vmap: axis 2 does not exist in an array of 2 axes; use -2 to 1.]`,
    );
    expect(() => vmap(tanh)(input([]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: vmap: argument 0 has a tensor f32[] without an axis to map; give null for it in options.in.]`,
    );
    expect(() => vmap(tanh, { in: null })(a)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: vmap: no argument is mapped, so the number of examples is unknown; give options.size.]`,
    );
    expect(() => vmap(tanh, { out: null })(a)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: vmap: result 0 differs between examples, so options.out cannot be null; give the axis on which the examples go.]`,
    );
    expect(() => vmap(() => tanh(a), { size: -1 })()).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: vmap: -1 is not a number of examples; give an integer of 0 or more.]`,
    );
  });
});

describe('Jacobians', () => {
  const x = input([2, 3]);
  const weight = input([3, 4]);
  const f = (v: Tensor) => tanh(matmul(v, weight));
  const feeds = new Map([
    [x, numbers([2, 3], 51)],
    [weight, numbers([3, 4], 52)],
  ]);

  it('are the same by columns and by rows, and contract to products with directions', () => {
    const [columns, rows] = [jacobianColumns(f)(x), jacobianRows(f)(x)];
    expect(columns.shape).toEqual([2, 4, 2, 3]);
    const direction = input([2, 3]);
    const cotangent = input([2, 4]);
    const [a, b, pushed, byMatrix, pulled, byRow] = evaluate(
      [
        columns,
        rows,
        linearize(f, x)[1](direction),
        matmul(reshape(columns, [8, 6]), reshape(direction, [6])),
        pullback(f, x)[1](cotangent),
        matmul(reshape(cotangent, [8]), reshape(rows, [8, 6])),
      ],
      new Map([...feeds, [direction, numbers([2, 3], 53)], [cotangent, numbers([2, 4], 54)]]),
    );
    expect(distance(a!, b!)).toBeLessThan(1e-15);
    expect(distance(byMatrix!, pushed!)).toBeLessThan(1e-15);
    expect(distance(byRow!, pulled!)).toBeLessThan(1e-15);
  });

  it('of a gradient are the Hessian, in all four ways', () => {
    const loss = (v: Tensor) => sum(multiply(f(v), f(v)));
    const hessians = [jacobianColumns, jacobianRows].flatMap((outer) => [
      outer(grad(loss))(x),
      outer((v: Tensor) => jacobianColumns(loss)(v))(x),
    ]);
    const values = evaluate(hessians, feeds);
    for (const value of values) expect(distance(value, values[0]!)).toBeLessThan(1e-14);
    expect(hessians[0]!.shape).toEqual([2, 3, 2, 3]);
    const transposed = transpose(reshape(hessians[0]!, [6, 6]));
    expect(distance(evaluate([transposed], feeds)[0]!, values[0]!)).toBeLessThan(1e-14);
  });
});
