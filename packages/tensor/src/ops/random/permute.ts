import type { WgslType } from '../../graph/lowering.ts';
import type { Op } from '../../graph/op.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import { alignOperands, batchElementwise, wgslName } from '../helpers/elementwise.ts';
import { checkIndices } from '../helpers/indices.ts';
import { threefry2x32, threefryLines } from '../helpers/threefry.ts';
import { wordsOf } from './key.ts';

/** An element that no round moved would be left with probability 2⁻³². */
const ROUNDS = 32;

function permuteNumber(key0: number, key1: number, size: number, index: number): number {
  let x = index % size;
  for (let round = 0; round < ROUNDS; round++) {
    const offset = threefry2x32(key0, key1, 2 * round, 0)[0] % size;
    const partner = (offset + size - x) % size;
    if (threefry2x32(key0, key1, 2 * round + 1, Math.max(x, partner))[0] >>> 31) x = partner;
  }
  return x;
}

function functions(type: WgslType): string {
  const { text: T } = type;
  const block = wgslName('permute_word', type);
  return `fn ${block}(k0: ${T}, k1: ${T}, c0: ${T}, c1: ${T}) -> ${T} {
  ${threefryLines(type)}
  return x;
}
fn ${wgslName('permute', type)}(k0: ${T}, k1: ${T}, index: ${T}, size: ${T}) -> ${T} {
  var x = index % size;
  for (var round = 0u; round < ${ROUNDS}u; round++) {
    let offset = ${block}(k0, k1, ${T}(2u * round), ${T}(0u)) % size;
    let partner = (offset + size - x) % size;
    let swap = ${block}(k0, k1, ${T}(2u * round + 1u), max(x, partner)) >> ${T}(31u);
    x = select(x, partner, swap == ${T}(1u));
  }
  return x;
}`;
}

/**
 * The swap-or-not shuffle (Hoang, Morris and Rogaway, "An enciphering scheme based on a card shuffle", CRYPTO
 * 2012): round r pairs every
 * x with (K_r − x) mod n, and a random bit of the pair decides whether its members swap. It works for every
 * n, has no loop of
 * unknown length, and each entry is computed on its own. K_r is word 0 of block (2r, 0) mod n; the bit is the
 * top bit of word 0
 * of block (2r + 1, max(x, partner)).
 */
const op: Op<{ readonly size: number }> = {
  name: 'permute',
  doc: 'permute(key, n, i): entry i mod n of the random permutation of 0 … n − 1 that belongs to the key (u32); derivative none.',
  infer: ([, , index]) => ({ shape: index!.shape, dtype: 'u32' }),
  reference: ([key0, key1, index], { size }) =>
    index!.data.map((value, i) => permuteNumber(key0!.data[i]!, key1!.data[i]!, size, value)),
  derivative: { kind: 'none' },
  batch: batchElementwise(() => op),
  lower: {
    kind: 'elementwise',
    expression: (operands, type, _, { size }) =>
      `${wgslName('permute', type)}(${operands.join(', ')}, ${type.literal(size)})`,
    functions,
    weight: 6000,
  },
  tolerance: { ulp: 0 },
  cases: [
    {
      inputs: [
        { shape: [2], dtype: 'u32', domain: [0, 4294967295] },
        { shape: [20], dtype: 'u32', domain: [0, 1622] },
      ],
      apply: (key, indices) => permute(key, 1623, indices),
    },
    {
      inputs: [
        { shape: [2], dtype: 'u32', values: [0, 0] },
        { shape: [3], dtype: 'u32', values: [0, 1, 2] },
      ],
      apply: (key, indices) => permute(key, 3, indices),
    },
    {
      inputs: [
        { shape: [2], dtype: 'u32', values: [1, 2] },
        { shape: [1], dtype: 'u32', values: [0] },
      ],
      apply: (key, indices) => permute(key, 1, indices),
    },
  ],
};

/**
 * Entries of the random permutation of 0 … size − 1 that belongs to `key`; nothing is sorted or stored, so
 * the batch of step t
 * is found from t alone.
 *
 * @param size from 1 to 2³¹ − 1
 * @param indices which entries, u32 of any shape, taken modulo `size`
 */
export const permute = withOp(op, (key: Tensor, size: number, indices: Tensor): Tensor => {
  if (!Number.isInteger(size) || size < 1 || size >= 2 ** 31)
    throw new RangeError(
      `permute: a permutation of ${size} elements was asked for; give a whole number from 1 to 2^31 − 1.`,
    );
  checkIndices('permute', indices);
  return node(op, alignOperands('permute', [...wordsOf('permute', key), indices]), { size });
});
