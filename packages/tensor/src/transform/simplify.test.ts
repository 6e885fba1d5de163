import { describe, expect, it } from 'vitest';
import { printGraph } from '../graph/print.ts';
import { elementCount } from '../graph/shape.ts';
import { node, type Tensor, topologicalOrder } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic/add.ts';
import { divide } from '../ops/arithmetic/divide.ts';
import { maximum } from '../ops/arithmetic/maximum.ts';
import { multiply } from '../ops/arithmetic/multiply.ts';
import { negate } from '../ops/arithmetic/negate.ts';
import { subtract } from '../ops/arithmetic/subtract.ts';
import { greater } from '../ops/comparison/greater.ts';
import { select } from '../ops/comparison/select.ts';
import { gather, segmentSum } from '../ops/indexing/gather-segment-sum.ts';
import { constant } from '../ops/leaf/constant.ts';
import { array, input } from '../ops/leaf/input.ts';
import { alias } from '../ops/movement/alias.ts';
import { concat } from '../ops/movement/concat.ts';
import { pad, slice } from '../ops/movement/pad-slice.ts';
import { reshape } from '../ops/movement/reshape.ts';
import { stopGradient } from '../ops/movement/stop-gradient.ts';
import { transpose } from '../ops/movement/transpose.ts';
import { maxPoolIndex } from '../ops/pooling/max-pool-index.ts';
import { poolGather, poolScatter } from '../ops/pooling/pool-gather.ts';
import { broadcastTo, sum } from '../ops/reduction/sum-broadcast.ts';
import { cast } from '../ops/rounding/cast.ts';
import { exp } from '../ops/transcendental/exp.ts';
import { tanh } from '../ops/transcendental/tanh.ts';
import { checkpoint, grad, jvp, simplificationRules, simplify } from './index.ts';
import { distance, evaluate, type Feeds, numbers } from './testing/support.ts';

const one = (tensor: Tensor) => simplify([tensor])[0]!;

/** A movement op without the merging that its function does: as rewriting leaves it. */
const raw = (op: Tensor['op'], x: Tensor, parameters: Tensor['parameters']) => node(op, [x], parameters);

const x = input([3, 4]);
const y = input([3, 4]);
const row = input([1, 4]);
const mask = greater(x, y);
const integers = input([3, 4], { dtype: 'i32' });
const feeds: Feeds & Map<Tensor, Float64Array> = new Map([
  [x, numbers([3, 4], 1)],
  [y, numbers([3, 4], 2)],
  [row, numbers([4], 3)],
  [integers, Float64Array.from({ length: 12 }, (_, i) => 5 - i)],
]);

const pool = {
  window: [2, 2],
  stride: [2, 2],
  padding: [
    [0, 0],
    [0, 0],
  ],
} as const;
const images = input([2, 2, 4, 1]);
const cotangent = input([2, 1, 2, 1]);
feeds.set(images, numbers([2, 2, 4, 1], 4)).set(cotangent, numbers([2, 1, 2, 1], 5));
const bent = tanh(images);
const chosen = maxPoolIndex(bent, pool);
const largest = poolGather(bent, chosen, pool);
const scatter = (y: Tensor) => poolScatter(y, chosen, { ...pool, height: 2, width: 4 });
const scattered = scatter(cotangent);
const slopeOf = (y: Tensor) => subtract(1, multiply(y, y));
const rows = input([1, 3, 4]);
const deviceIds = input([1, 3], { dtype: 'u32' });
feeds.set(rows, numbers([1, 3, 4], 6));
const ids = (...list: number[]) => array(list, [1, list.length], 'u32');
const listed = (...list: number[]) => gather(rows, ids(...list), 1, { batched: true });
const aboveZero = (y: Tensor) => cast(greater(y, 0), 'f32');

/** For each rule, expressions to which it applies and what becomes of them. */
const cases: Record<string, readonly (readonly [string, Tensor, Tensor | string])[]> = {
  'f(c₁, c₂) = c for constants and elementwise f': [
    ['2 · 3 + 1', add(multiply(constant(2), constant(3)), 1), constant(7)],
    ['exp of a filled array', exp(broadcastTo(constant(0), [3])), broadcastTo(constant(1), [3])],
    ['3 > 2', greater(constant(3), constant(2)), constant(1, 'u32')],
    [
      'unsigned 1 − 2 wraps around',
      subtract(constant(1, 'u32'), constant(2, 'u32')),
      constant(4294967295, 'u32'),
    ],
    ['1 / 0 is left to the device', divide(constant(1), constant(0)), 'unchanged'],
    ['so is what float32 cannot hold', multiply(constant(3e38), constant(10)), 'unchanged'],
  ],
  'f(broadcast(x), broadcast(y)) = broadcast(f(x, y)) for elementwise f': [
    ['tanh of a repeated row', tanh(broadcastTo(row, [3, 4])), broadcastTo(tanh(row), [3, 4])],
    [
      'a repeated row and a number',
      multiply(broadcastTo(row, [3, 4]), 2),
      broadcastTo(multiply(row, 2), [3, 4]),
    ],
    [
      'rows and columns stay',
      add(broadcastTo(row, [3, 4]), broadcastTo(slice(x, [0, 0], [3, 1]), [3, 4])),
      'unchanged',
    ],
  ],
  'a linear op of zeros is zeros': [
    ['a padded zero', pad(broadcastTo(constant(0), [3]), [1], [1]), broadcastTo(constant(0), [5])],
    ['a concat of a zero and x stays', concat([broadcastTo(constant(0), [3, 4]), x], 0), 'unchanged'],
  ],
  'x + 0 = x, 0 + x = x': [
    ['x + 0', add(x, 0), x],
    ['0 + x', add(0, x), x],
  ],
  'x + (−y) = x − y, (−x) + y = y − x': [
    ['x + −y', add(x, negate(y)), subtract(x, y)],
    ['−x + y', add(negate(x), y), subtract(y, x)],
  ],
  'x + x = 2 · x': [['x + x', add(x, x), multiply(2, x)]],
  'x − 0 = x, 0 − x = −x': [
    ['x − 0', subtract(x, 0), x],
    ['0 − x', subtract(0, x), negate(x)],
    ['an unsigned 0 − x stays', subtract(0, mask), 'unchanged'],
  ],
  'x − (−y) = x + y': [['x − −y', subtract(x, negate(y)), add(x, y)]],
  'x · 1 = x, x · (−1) = −x, (−x) · (−y) = x · y': [
    ['x · 1', multiply(x, 1), x],
    ['1 · x', multiply(1, x), x],
    ['−1 · x', multiply(-1, x), negate(x)],
    ['−x · −y', multiply(negate(x), negate(y)), multiply(x, y)],
  ],
  'x · 0 = 0': [['x · 0', multiply(x, 0), broadcastTo(constant(0), [3, 4])]],
  'c · (2ᵏ · x) = (c · 2ᵏ) · x': [
    ['0.1 · (4 · x)', multiply(0.1, multiply(4, x)), multiply(0.4, x)],
    ['2 · (x · 0.5)', multiply(2, multiply(x, 0.5)), x],
    ['3 · (5 · x) would round once less and stays', multiply(3, multiply(5, x)), 'unchanged'],
    [
      'a factor below float32’s normal numbers is not made',
      multiply(2 ** -60, multiply(1e-30, x)),
      'unchanged',
    ],
  ],
  'x / (±2ᵏ) = x · (±2⁻ᵏ), x / 1 = x': [
    ['x / 1', divide(x, 1), x],
    ['x / −1', divide(x, -1), negate(x)],
    ['x / 8', divide(x, 8), multiply(x, 0.125)],
    ['x / 3 stays', divide(x, 3), 'unchanged'],
    ['integers stay', divide(integers, 2), 'unchanged'],
  ],
  '−(−x) = x, −(x − y) = y − x': [
    ['−−x', negate(negate(x)), x],
    ['−(x − y)', negate(subtract(x, y)), subtract(y, x)],
  ],
  'maximum(x, x) = x, minimum(x, x) = x': [['maximum(x, x)', maximum(x, x), x]],
  'select(c, a, b) is a or b; select(mask, a, a) = a': [
    ['a known mask', select(greater(constant(1), constant(2)), x, y), y],
    ['equal branches', select(mask, x, x), x],
  ],
  'cast(cast(x)) between integers is one cast, or x': [
    ['i32 to u32 to i32', cast(cast(integers, 'u32'), 'i32'), integers],
    ['f32 to i32 to f32 truncates and stays', cast(cast(x, 'i32'), 'f32'), 'unchanged'],
  ],
  'sum(broadcast(x)) = n · sum(x)': [
    ['rows repeated', sum(broadcastTo(row, [3, 4]), 0), multiply(reshape(row, [4]), 3)],
    ['all of it', sum(broadcastTo(row, [3, 4])), multiply(sum(row), 3)],
    ['a constant', sum(broadcastTo(constant(2), [3, 4])), constant(24)],
    ['a sum beyond float32 stays', sum(broadcastTo(constant(3e38), [3, 4])), 'unchanged'],
  ],
  'sum(−c · x / d) = −c · sum(x) / d, also within products': [
    ['a factor of each column', sum(multiply(x, row), 0), multiply(sum(x, 0), reshape(row, [4]))],
    ['from the left', sum(multiply(row, x), 0), multiply(reshape(row, [4]), sum(x, 0))],
    ['a constant', sum(multiply(2, x), 1), multiply(2, sum(x, 1))],
    ['a quotient', sum(divide(x, row), 0), divide(sum(x, 0), reshape(row, [4]))],
    ['a sign', sum(negate(x), 0), negate(sum(x, 0))],
    ['a factor that changes along the sum stays', sum(multiply(x, row), 1), 'unchanged'],
    ['so does a divided factor', sum(divide(row, x), 0), 'unchanged'],
    [
      'factors of both operands',
      sum(multiply(multiply(x, row), negate(divide(y, row))), 0),
      negate(divide(multiply(sum(multiply(x, y), 0), reshape(row, [4])), reshape(row, [4]))),
    ],
    [
      'a factor under a quotient',
      sum(divide(multiply(x, row), y), 0),
      multiply(sum(divide(x, y), 0), reshape(row, [4])),
    ],
  ],
  'scatter(g, i) · f(x) = scatter(g · f(gather(x, i)), i) for elementwise f and the i of the largest x': [
    ['the slope of tanh', multiply(scattered, slopeOf(bent)), scatter(multiply(cotangent, slopeOf(largest)))],
    [
      'a task of images, with the mask on the left',
      multiply(aboveZero(reshape(bent, [1, 2, 2, 4, 1])), reshape(scattered, [1, 2, 2, 4, 1])),
      reshape(scatter(multiply(cotangent, aboveZero(largest))), [1, 2, 2, 4, 1]),
    ],
    ['a function of something else stays', multiply(scattered, slopeOf(images)), 'unchanged'],
    [
      'places that were shaped anew stay',
      multiply(
        poolScatter(cotangent, reshape(maxPoolIndex(reshape(bent, [1, 4, 4, 1]), pool), [2, 1, 2, 1]), {
          ...pool,
          height: 2,
          width: 4,
        }),
        slopeOf(bent),
      ),
      'unchanged',
    ],
  ],
  'a constant moved is the constant': [
    ['a reshaped constant', reshape(broadcastTo(constant(2), [3, 4]), [12]), broadcastTo(constant(2), [12])],
    ['a sliced constant', slice(broadcastTo(constant(2), [9]), [1], [9], [2]), broadcastTo(constant(2), [4])],
  ],
  'reshape(reshape(x)) = reshape(x)': [
    ['there and back', raw(reshape.op, reshape(x, [12]), { shape: [3, 4] }), x],
  ],
  'transpose(transpose(x)) = transpose(x)': [
    ['there and back', raw(transpose.op, transpose(x), { permutation: [1, 0] }), x],
  ],
  'broadcast(broadcast(x)) = broadcast(x)': [
    [
      'in two steps',
      raw(broadcastTo.op, broadcastTo(reshape(row, [1, 1, 4]), [1, 3, 4]), { shape: [2, 3, 4] }),
      broadcastTo(row, [2, 3, 4]),
    ],
  ],
  'slice(slice(x)) = slice(x)': [
    [
      'a part of a part',
      raw(slice.op, slice(x, [1, 0], [3, 4]), { starts: [1, 1], limits: [2, 3], strides: [1, 1] }),
      slice(x, [2, 1], [3, 3]),
    ],
  ],
  'slice(broadcast(x)) = broadcast(slice(x))': [
    [
      'columns of a repeated row',
      slice(broadcastTo(row, [3, 4]), [1, 1], [3, 3]),
      broadcastTo(slice(row, [0, 1], [1, 3]), [2, 2]),
    ],
  ],
  'slice(concat(…, x, …)) = slice(x) where it lies in one piece': [
    ['the second piece', slice(concat([x, y], 0), [3, 0], [6, 4]), y],
    ['within a piece', slice(concat([x, y], 1), [0, 5], [3, 7]), slice(y, [0, 1], [3, 3])],
    ['across pieces stays', slice(concat([x, y], 0), [2, 0], [4, 4]), 'unchanged'],
  ],
  'slice(pad(x)) is a slice of x, or zeros': [
    ['inside', slice(pad(x, [1, 0], [2, 0]), [1, 0], [4, 4]), x],
    ['outside', slice(pad(x, [1, 0], [2, 0]), [4, 0], [6, 4]), broadcastTo(constant(0), [2, 4])],
    ['across the edge stays', slice(pad(x, [1, 0], [2, 0]), [0, 0], [2, 4]), 'unchanged'],
    ['between gaps stays', slice(pad(x, [1, 0], [0, 0], [1, 0]), [1, 0], [4, 4]), 'unchanged'],
  ],
  'pad(pad(x)) = pad(x)': [
    ['twice', pad(pad(x, [1, 0], [0, 0]), [0, 2], [3, 0]), pad(x, [1, 2], [3, 0])],
    ['gaps within stay', pad(pad(x, [0, 0], [0, 0], [1, 0]), [1, 0], [0, 0]), 'unchanged'],
    ['gaps without stay', pad(pad(x, [1, 0], [0, 0]), [0, 0], [0, 0], [1, 0]), 'unchanged'],
  ],
  'concat(concat(x, y), z) = concat(x, y, z)': [['nested', concat([concat([x, y]), x]), concat([x, y, x])]],
  'concat of neighbouring slices of x, or of neighbouring constants, is one slice, or one constant': [
    ['a vector cut and put together', concat([slice(x, [0, 0], [1, 4]), slice(x, [1, 0], [3, 4])]), x],
    [
      'zeros beside zeros',
      concat([broadcastTo(constant(0), [2, 4]), broadcastTo(constant(0), [1, 4]), x]),
      concat([broadcastTo(constant(0), [3, 4]), x]),
    ],
    [
      'every other column stays',
      concat([slice(x, [0, 0], [3, 2], [1, 2]), slice(x, [0, 2], [3, 4], [1, 2])], 1),
      'unchanged',
    ],
    [
      'columns of other rows stay',
      concat([slice(x, [0, 0], [2, 2]), slice(x, [1, 2], [3, 4])], 1),
      'unchanged',
    ],
    ['slices with a gap stay', concat([slice(x, [0, 0], [1, 4]), slice(x, [2, 0], [3, 4])]), 'unchanged'],
  ],
  'gather by known runs 3, 3, 4, 4, … is a slice, its rows repeated': [
    ['every row once', listed(0, 1, 2), rows],
    ['neighbouring rows', listed(1, 2), slice(rows, [0, 1, 0], [1, 3, 4])],
    [
      'each row twice',
      listed(1, 1, 2, 2),
      reshape(broadcastTo(reshape(slice(rows, [0, 1, 0], [1, 3, 4]), [1, 2, 1, 4]), [1, 2, 2, 4]), [1, 4, 4]),
    ],
    ['a row that is not there', listed(2, 3), 'unchanged'],
    ['rows in another order', listed(1, 0), 'unchanged'],
    ['ids of the device', gather(rows, deviceIds, 1, { batched: true }), 'unchanged'],
  ],
  'segmentSum by known runs 3, 3, 4, 4, … is a sum over an axis': [
    ['every row its own', segmentSum(rows, ids(0, 1, 2), 3), rows],
    [
      'all rows into the second of three',
      segmentSum(rows, ids(1, 1, 1), 3),
      pad(sum(reshape(rows, [1, 1, 3, 4]), 2), [0, 1, 0], [0, 1, 0]),
    ],
  ],
  'segmentSum by known ids is a sum of gathered members': [
    [
      'a longer and a shorter list',
      segmentSum(rows, ids(1, 0, 1), 2),
      sum(reshape(listed(1, 3, 0, 2), [1, 2, 2, 4]), 2),
    ],
    ['dropped rows', segmentSum(rows, ids(7, 0, 7), 1), slice(rows, [0, 1, 0], [1, 2, 4])],
    ['ids of the device', segmentSum(rows, deviceIds, 2), 'unchanged'],
  ],
};

describe('each rule', () => {
  it('has a case here', () => {
    expect(Object.keys(cases)).toEqual(simplificationRules.map((rule) => rule.says));
  });

  for (const rule of simplificationRules)
    for (const [title, before, after] of cases[rule.says] ?? [])
      it(`${rule.says}: ${title}`, () => {
        const found = one(before);
        expect(printGraph([found])).toBe(printGraph([after === 'unchanged' ? before : (after as Tensor)]));
        if (after === 'unchanged') return;
        const [expected, actual] = evaluate([before, found], feeds);
        if (rule.exact) expect(actual).toEqual(expected);
        else expect(distance(actual!, expected!)).toBeLessThan(1e-15);
      });
});

describe('sums by known ids', () => {
  it.each([
    ['many of one id among few of others', (i: number) => (i % 3 === 0 ? i % 97 : 5)],
    ['nearly all of one id', (i: number) => (i === 700 ? 3 : 40)],
    ['ids of which half are dropped', (i: number) => (i * 7919) % 194],
    ['ids that grow', (i: number) => Math.floor(Math.sqrt(i))],
  ])('add up every row once, in a tree of bounded width: %s', (_, idOf) => {
    const count = 1500;
    const segments = 97;
    const values = input([count, 2]);
    const known = array(
      Array.from({ length: count }, (__, i) => idOf(i)),
      [count],
      'u32',
    );
    const before = segmentSum(values, known, segments);
    const after = one(before);
    const [expected, actual] = evaluate([before, after], new Map([[values, numbers([count, 2], 9)]]));
    expect(distance(actual!, expected!)).toBeLessThan(1e-14);
    const sums = topologicalOrder([after]).filter(({ op }) => op === sum.op);
    const read = sums.reduce((elements, { inputs }) => elements + elementCount(inputs[0]!.shape), 0);
    expect(read).toBeLessThan(12 * (2 * count + 2 * segments));
    // 31 are longest: twice the mean.
    for (const { inputs } of sums) expect(inputs[0]!.shape[2]).toBeLessThanOrEqual(31);
  });

  it('are one graph, however often they are written', () => {
    const known = array([4, 0, 4, 1], [4], 'u32');
    const values = input([4]);
    expect(one(segmentSum(values, known, 5))).toBe(one(segmentSum(values, known, 5)));
  });
});

describe('simplify', () => {
  it('merges a sum with its operands exchanged, whichever comes first', () => {
    const [left, right] = simplify([add(tanh(x), y), add(y, tanh(x))]);
    expect(left === right).toBe(true);
  });

  it('drops what only derivatives look at, unless asked to keep it', () => {
    const kept = multiply(stopGradient(x), checkpoint((v: Tensor) => tanh(v))(y));
    expect(printGraph(simplify([kept]))).toMatchInlineSnapshot(`
      "%0 = input(name="input") : f32[3, 4]
      %1 = input(name="input") : f32[3, 4]
      %2 = tanh(%1) : f32[3, 4]
      %3 = multiply(%0, %2) : f32[3, 4]
      return %3"
    `);
    expect(simplify([kept], { keepDerivativeMarks: true })[0] === kept).toBe(true);
  });

  it('never merges an alias with what it names', () => {
    const barrier = alias(x);
    expect(one(multiply(tanh(barrier), tanh(x))) === multiply(tanh(barrier), tanh(x))).toBe(true);
  });

  it('leaves the derivative of a sum of squares as it would be written', () => {
    const w = input([12]);
    const loss = (v: Tensor) => multiply(0.5, sum(multiply(v, v)));
    expect(printGraph(simplify([grad(loss)(w)]))).toMatchInlineSnapshot(`
      "%0 = input(name="input") : f32[12]
      return %0"
    `);
    const t = input([12]);
    const [second] = jvp([grad(loss)(w)], [w], [t]);
    expect(printGraph(simplify([second!]))).toMatchInlineSnapshot(`
      "%0 = input(name="input") : f32[12]
      return %0"
    `);
  });
});
