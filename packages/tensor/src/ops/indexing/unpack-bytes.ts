import type { Op } from '../../graph/op.ts';
import { ShapeError } from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { divide, remainder } from '../../indexing/index-expression.ts';
import { withOp } from '../define.ts';
import { checkIndices } from '../helpers/indices.ts';

const op: Op = {
  name: 'unpackBytes',
  doc: 'unpackBytes(words): the four bytes of each u32, lowest first, as numbers 0 … 255 along the last axis.',
  infer: ([words]) => ({ shape: words!.shape.with(-1, words!.shape.at(-1)! * 4), dtype: 'f32' }),
  reference: ([words], _, { shape }) =>
    Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (__, i) => {
      const word = words!.data[Math.floor(i / 4)]!;
      return (word >>> (8 * (i % 4))) & 255;
    }),
  derivative: { kind: 'none' },
  batch: ([words]) => unpackBytes(words!),
  lower: {
    kind: 'indexed',
    emit: ({ coordinates, name, text, value }) => {
      const byte = coordinates[coordinates.length - 1]!;
      const word = value(0, [...coordinates.slice(0, -1), divide(byte, 4)]);
      return name(`f32((${word} >> ((${text(remainder(byte, 4))}) * 8u)) & 255u)`);
    },
    reads: 'once',
    weight: 4,
  },
  tolerance: { ulp: 0 },
  cases: [
    { inputs: [{ shape: [2, 3], dtype: 'u32', domain: [0, 4294967295] }], apply: (x) => unpackBytes(x) },
    { inputs: [{ shape: [1], dtype: 'u32', values: [0x80ff0001] }], apply: (x) => unpackBytes(x) },
    { inputs: [{ shape: [0, 2], dtype: 'u32' }], apply: (x) => unpackBytes(x) },
  ],
};

/**
 * Bytes stored four to a word, u32 [..., n], as numbers 0 … 255, f32 [..., 4n]: the first byte is the lowest.
 */
export const unpackBytes = withOp(op, (words: Tensor): Tensor => {
  checkIndices('unpackBytes', words);
  if (words.shape.length === 0)
    throw new ShapeError(
      'unpackBytes: a single word of shape [] has no axis for its bytes; reshape it to [1].',
    );
  return node(op, [words]);
});
