import { describe, expect, it } from 'vitest';
import { add } from '../ops/arithmetic/add.ts';
import { divide } from '../ops/arithmetic/divide.ts';
import { multiply } from '../ops/arithmetic/multiply.ts';
import { square } from '../ops/arithmetic/square.ts';
import { subtract } from '../ops/arithmetic/subtract.ts';
import { depthwiseConv2d } from '../ops/contraction/depthwise-conv2d.ts';
import { matmul } from '../ops/contraction/matmul.ts';
import { input } from '../ops/leaf/input.ts';
import { concat } from '../ops/movement/concat.ts';
import { slice } from '../ops/movement/pad-slice.ts';
import { reshape } from '../ops/movement/reshape.ts';
import { transpose } from '../ops/movement/transpose.ts';
import { broadcastTo, sum } from '../ops/reduction/sum-broadcast.ts';
import { chooseMaterialised } from './materialised.ts';
import { readsOf } from './schedule.ts';

describe('a concatenation put together in memory', () => {
  it('has its copied parts before whatever reads it', () => {
    const x = input([400]);
    const turned = concat([slice(x, [200], [400]), slice(x, [0], [200])]);
    const product = matmul(reshape(turned, [20, 20]), reshape(turned, [20, 20]));
    const { materialised, inPlaceConcats } = chooseMaterialised([product]);
    const parts = inPlaceConcats.get(turned)!;
    expect(parts.map(({ op }) => op.name)).toEqual(['copy', 'copy']);
    for (const part of parts) expect(materialised.indexOf(part)).toBeLessThan(materialised.indexOf(product));
  });
});

describe('a value that is part of several concatenations', () => {
  it('has a node, and so a place, of its own in each', () => {
    const shared = input([400]);
    const wholes = [500, 600, 700].map((size) => concat([shared, input([size])]));
    const twice = concat([shared, shared]);
    const { inPlaceConcats, inPlaceParts } = chooseMaterialised([...wholes, twice]);
    const all = [...wholes, twice].flatMap((whole) =>
      inPlaceConcats.get(whole)!.map((piece) => [whole, piece] as const),
    );
    expect(all).toHaveLength(8);
    expect(new Set(all.map(([, piece]) => piece)).size).toBe(8);
    for (const [whole, piece] of all) expect(inPlaceParts.get(piece)?.whole).toBe(whole);
  });
});

describe('an expression over more arrays than a kernel can bind', () => {
  it('is cut into parts that each read few enough', () => {
    const inputs = Array.from({ length: 23 }, () => input([4, 4]));
    const total = inputs.reduce((a, b) => add(transpose(a), b));
    for (const outputs of [[total], [sum(total)], [matmul(total, total)]])
      for (const maxBindings of [4, 8, 12]) {
        const choice = chooseMaterialised(outputs, maxBindings);
        for (const tensor of choice.materialised) {
          const arrays = new Set(readsOf(tensor, choice).map(({ source }) => source));
          expect(arrays.size).toBeLessThan(maxBindings);
        }
      }
    // Where there is room, nothing is materialised but the result.
    expect(chooseMaterialised([total], 24).materialised).toEqual([total]);
  });
});

describe('a value that two kernels read', () => {
  const [y, weights] = [input([64, 32]), input([64, 32])];
  const read = (normed: ReturnType<typeof input>) => {
    const outputs = [sum(square(normed), 0), sum(multiply(normed, weights), 1)];
    return chooseMaterialised(outputs).isStored(normed);
  };

  it('is made again by each, from the one large array behind it', () => {
    const [centre, spread] = [input([1, 32]), input([1, 32])];
    expect(read(divide(subtract(y, centre), spread))).toBe(false);
  });

  it('is made again where the rest is a short slice of a long vector, as of the parameters of a network', () => {
    const parameters = input([4096]);
    const [shift, spread] = [slice(parameters, [0], [32]), slice(parameters, [32], [64])];
    expect(read(divide(subtract(y, shift), spread))).toBe(false);
  });

  it('is stored where it is short itself', () => {
    const [short, parameters] = [input([8, 32]), input([4096])];
    const normed = divide(subtract(short, slice(parameters, [0], [32])), slice(parameters, [32], [64]));
    expect(chooseMaterialised([sum(square(normed), 0), sum(normed, 1)]).isStored(normed)).toBe(true);
  });

  it('is stored where it is made from two', () => {
    expect(read(divide(subtract(y, input([64, 32])), input([1, 32])))).toBe(true);
  });

  it('is stored where it is dear', () => {
    const spread = input([1, 32]);
    expect(read(divide(divide(divide(y, spread), input([1, 32])), spread))).toBe(true);
  });
});

describe('the operand of a window, which is read many times', () => {
  const shape = [4, 16, 16, 8];
  const filter = input([3, 3, 8]);
  const repeated = broadcastTo(input([1, 16, 16, 8]), shape);
  const isMaterialised = (operand: typeof repeated) =>
    chooseMaterialised([depthwiseConv2d(operand, filter)]).materialised.includes(operand);

  it('is made at each read where it is larger than the one array it is made from', () => {
    expect(isMaterialised(multiply(repeated, broadcastTo(input([8]), shape)))).toBe(false);
  });

  it('is materialised where an array of its own size goes in', () => {
    expect(isMaterialised(multiply(repeated, input(shape)))).toBe(true);
  });

  it('is materialised where two such arrays go in', () => {
    const other = broadcastTo(input([1, 16, 16, 8]), shape);
    expect(isMaterialised(multiply(repeated, other))).toBe(true);
  });

  it('is materialised where it is dear', () => {
    const dear = Array.from({ length: 9 }).reduce(
      (so: typeof repeated) => add(square(so), repeated),
      repeated,
    );
    expect(isMaterialised(dear)).toBe(true);
  });
});
