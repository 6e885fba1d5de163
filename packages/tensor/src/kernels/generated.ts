/**
 * @file What the kernels that the compiler writes itself declare for tuners: pointwise fusion groups and reductions. Without a table their grids follow from
 * rules (compile/fusions/); a table may give others.
 */
import type { Declaration, Parameter } from './family.ts';

const lanes: Parameter = {
  name: 'LANES',
  doc: 'Invocations of a workgroup.',
  values: [8, 4, 16, 32, 64, 128, 256],
};
const rounds: Parameter = {
  name: 'ROUNDS',
  doc: 'Most items that an invocation takes one after the other.',
  values: [1, 4, 16, 64, 256, 512],
};
const both = { LANES: lanes.values, ROUNDS: rounds.values };

/** A pointwise kernel. No result depends on its parameters. */
export const pointwiseFamily: Declaration = {
  name: 'pointwise',
  parameters: [
    {
      name: 'KERNEL',
      doc: 'single: an item is one element; quads: it is four neighbours.',
      values: ['single', 'quads'],
    },
    lanes,
    rounds,
  ],
  uses: { single: both, quads: both },
};

const across: Parameter = {
  name: 'ACROSS',
  doc: 'Rows, or sets of four, that lie side by side in a workgroup.',
  values: [1, 2, 4, 8, 16, 32, 64],
};
const along: Parameter = {
  name: 'ALONG',
  doc: 'Invocations that share a row.',
  values: [1, 2, 4, 8, 16, 32, 64, 128, 256],
};
const tiles: Parameter = {
  name: 'TILES',
  doc: 'Sums over leading axes that an invocation keeps.',
  values: [1, 2, 4],
};

/** A reduction. ALONG decides the order of its sums. */
export const reductionFamily: Declaration = {
  name: 'reduction',
  parameters: [
    { name: 'KERNEL', doc: 'rows: sums along rows, in a tree where several share one.', values: ['rows'] },
    across,
    along,
    tiles,
  ],
  uses: { rows: { ACROSS: across.values, ALONG: along.values, TILES: tiles.values } },
};
