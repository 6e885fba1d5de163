/** @file The parameters of the convolution family, for tuners and tables of what they found. */
import type { Conv2dProblem } from '../contraction.ts';
import type { Configuration, KernelFamily } from '../family.ts';
import { filterVariant } from './filter/filter.ts';
import { naiveVariant, tileVariant } from './general/general.ts';
import { patchVariant } from './patch/patch.ts';
import { conv2dSplit, conv2dVariants } from './variants.ts';

export const conv2dFamily: KernelFamily<Conv2dProblem> = {
  name: 'conv2d',
  parameters: [
    {
      name: 'KERNEL',
      doc: 'naive: an element a lane; patch: forward and input gradient in registers; filter: filter gradient in registers; tile: workgroup memory.',
      values: ['naive', 'patch', 'filter', 'tile'],
    },
    { name: 'PIXELS', doc: 'Pixels that a lane loads.', values: [1, 2, 4, 8] },
    {
      name: 'COLUMN_LANES',
      doc: 'Lanes side by side along columns, which share what they load; 1 needs no subgroups.',
      values: [1, 2, 4, 8],
    },
    { name: 'LANES', doc: 'Invocations of a workgroup.', values: [8, 4, 16, 32, 64] },
    { name: 'ROW_GROUPS', doc: 'Most sets of rows of a filter gradient that a lane has.', values: [1, 2, 4] },
  ],
  uses: {
    naive: {},
    patch: { PIXELS: [1, 2, 4, 8], COLUMN_LANES: [1, 2, 4, 8], LANES: [8, 4, 16, 32, 64] },
    filter: { COLUMN_LANES: [1, 2, 4, 8], LANES: [8, 4, 16, 32, 64], ROW_GROUPS: [1, 2, 4] },
    tile: {},
  },
  variants: conv2dVariants,
  variantOf: (configuration) => variants[configuration.KERNEL as keyof typeof variants](configuration),
  keyOf,
  split: { parts: conv2dSplit, keyOf },
};

function keyOf(p: Conv2dProblem): string {
  return (
    `${p.kind} ${p.tasks}x${p.images},${p.height},${p.width},${p.inChannels},${p.outChannels}` +
    `:${p.filterHeight}x${p.filterWidth}/${p.stride.join('x')}+${p.padTop},${p.padLeft}>${p.outHeight}x${p.outWidth}` +
    (p.aAligned && p.bAligned ? '' : ` unaligned ${p.aAligned ? '' : 'a'}${p.bAligned ? '' : 'b'}`)
  );
}

const variants = {
  naive: () => naiveVariant,
  tile: () => tileVariant,
  patch: ({ PIXELS, COLUMN_LANES, LANES }: Configuration) =>
    patchVariant({ pixels: Number(PIXELS), columnLanes: Number(COLUMN_LANES), lanes: Number(LANES) }),
  filter: ({ COLUMN_LANES, LANES, ROW_GROUPS }: Configuration) =>
    filterVariant({
      columnLanes: Number(COLUMN_LANES),
      lanes: Number(LANES),
      mostRowGroups: Number(ROW_GROUPS),
    }),
};
