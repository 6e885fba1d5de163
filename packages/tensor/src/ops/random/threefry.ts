import { node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import { alignOperands, defineElementwise, type Operand, wgslName } from '../helpers/elementwise.ts';
import { threefry2x32, threefryLines } from '../helpers/threefry.ts';

const words: readonly [number, number] = [0, 4294967295];

const op = defineElementwise('threefry', 5, {
  doc: 'threefry(key0, key1, counter0, counter1, word): word 0 or 1 of a Threefry-2x32 block of 20 rounds (u32).',
  dtypes: ['u32'],
  reference: (key0, key1, counter0, counter1, word) =>
    threefry2x32(key0!, key1!, counter0!, counter1!)[word === 1 ? 1 : 0],
  wgsl: (operands, type) => `${wgslName('threefry', type)}(${operands.join(', ')})`,
  functions: (
    type,
  ) => `fn ${wgslName('threefry', type)}(${['k0', 'k1', 'c0', 'c1', 'word'].map((name) => `${name}: ${type.text}`).join(', ')}) -> ${type.text} {
  ${threefryLines(type)}
  return select(x, y, word == ${type.literal(1)});
}`,
  weight: 80,
  partials: 'none',
  domain: [words, words, words, words, [0, 1]],
  special: [
    [0, 0, 0, 0, 0],
    [4294967295, 4294967295, 4294967295, 4294967295, 1],
    [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0],
  ],
  tolerance: { ulp: 0 },
});

/** One random word for each element; all operands are u32 and stretched to a common shape. */
export const threefry = withOp(
  op,
  (key0: Operand, key1: Operand, counter0: Operand, counter1: Operand, word: Operand): Tensor =>
    node(op, alignOperands('threefry', [key0, key1, counter0, counter1, word], 'u32')),
);
