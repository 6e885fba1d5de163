/** @file The parameters of the matmul family, for tuners and tables of what they found. */
import type { MatmulProblem } from '../contraction.ts';
import type { Configuration, KernelFamily } from '../family.ts';
import { naiveVariant } from './naive.ts';
import { type LoadAxis, linesOf, loadAxis } from './problem.ts';
import { tileVariant } from './tile.ts';
import { matmulSplit, matmulVariants } from './variants.ts';
import { workgroupVariant } from './workgroup.ts';

/** `shared` invocations are one subgroup, which is no larger than a vector where it is used. */
const tileParameters = {
  VECTOR: ['columns', 'rows'],
  TILE: [1, 2, 4, 8, 12, 16, 24, 32],
  LANES: [8, 4, 16, 32],
  ROLLED: [1, 0],
} as const;

/** How an operand is read, by how it is stored: `n` as the product is written, `t` transposed, `s` in single elements. */
const letters = {
  a: { along: 'n', across: 't', single: 's' },
  b: { along: 't', across: 'n', single: 's' },
} as const satisfies Readonly<Record<'a' | 'b', Readonly<Record<LoadAxis, string>>>>;

export const matmulFamily: KernelFamily<MatmulProblem> = {
  name: 'matmul',
  parameters: [
    {
      name: 'KERNEL',
      doc: 'naive: an element a lane; registers: a tile a lane; shared: a subgroup loads together; workgroup: tiles in workgroup memory.',
      values: ['naive', 'registers', 'shared', 'workgroup'],
    },
    { name: 'VECTOR', doc: 'What lies side by side over the lanes.', values: ['columns', 'rows'] },
    { name: 'TILE', doc: 'Most lines of the other operand in a tile.', values: [1, 2, 4, 8, 12, 16, 24, 32] },
    { name: 'LANES', doc: 'Invocations of a workgroup.', values: [8, 4, 16, 32, 64] },
    { name: 'ROLLED', doc: '1: loads stay in loops, which compile faster.', values: [1, 0] },
    {
      name: 'QUADS',
      doc: 'Groups of four lines an invocation keeps: of rows and of columns, in shared tiles of those over the lanes.',
      values: [1, 2],
    },
    { name: 'UNROLL', doc: 'Steps of k that are written out.', values: [1, 4, 16] },
  ],
  uses: {
    naive: {},
    // More lines than 16 take seconds to compile, and leave the registers.
    registers: { ...tileParameters, TILE: [1, 2, 4, 8, 16], LANES: [8, 4, 16, 32, 64] },
    shared: { ...tileParameters, QUADS: [1, 2] },
    workgroup: { QUADS: [1, 2], UNROLL: [1, 4, 16] },
  },
  variants: matmulVariants,
  variantOf: (configuration) => variants[configuration.KERNEL as keyof typeof variants](configuration),
  keyOf: (problem) => {
    const [a, b] = (['a', 'b'] as const).map(
      (operand) => letters[operand][loadAxis(linesOf(problem, operand), problem.k)],
    );
    return `${matmulSplitKey(problem)}:${a}${b}`;
  },
  split: { parts: matmulSplit, keyOf: matmulSplitKey },
};

function matmulSplitKey({ batch, m, n, k }: MatmulProblem): string {
  return `${batch}x${m},${n},${k}`;
}

const variants = {
  naive: () => naiveVariant,
  registers: (configuration: Configuration) => tile(configuration, false),
  shared: (configuration: Configuration) => tile(configuration, true),
  workgroup: ({ QUADS, UNROLL }: Configuration) =>
    workgroupVariant({ quads: Number(QUADS), unroll: Number(UNROLL) }),
};

function tile({ VECTOR, TILE, LANES, ROLLED, QUADS }: Configuration, shared: boolean) {
  return tileVariant({
    vector: VECTOR === 'rows' ? 'a' : 'b',
    shared,
    largest: Number(TILE),
    lanes: Number(LANES),
    rolled: ROLLED === 1,
    quads: Number(QUADS),
  });
}
