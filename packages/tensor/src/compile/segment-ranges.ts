/** @file Sums into many segments go to a kernel of their own: see kernels/segment-sum/ranges.wgsl. */

import type { Op } from '../graph/op.ts';
import { node, type Tensor } from '../graph/tensor.ts';
import { readWgsl } from '../kernels/source.ts';
import { segmentSum } from '../ops/indexing/gather-segment-sum.ts';
import type { Target } from './target.ts';

const source = readWgsl(new URL('../kernels/segment-sum/ranges.wgsl', import.meta.url));

/** Segments that one workgroup sums: five numbers each in its 16 KiB of memory. */
const range = 768;
/** Fewer segments leave too little to do for a workgroup. */
const fewestSegments = 1024;
/** Comparisons from which the kernel is worth a dispatch of its own; below, the sum is part of whatever needs it. */
const fewestComparisons = 65536;
/** Columns beyond this keep a thread for each element busy enough. */
const mostColumns = 16;

const segmentSumRanges: Op = {
  ...segmentSum.op,
  name: 'segmentSumRanges',
  lower: {
    kind: 'kernel',
    emit: (tensor) => {
      const [batch, count, width] = tensor.inputs[0]!.shape as readonly [number, number, number];
      const segments = tensor.shape[1]!;
      return {
        wgsl: source,
        constants: { COUNT: count, WIDTH: width, SEGMENTS: segments },
        sizes: { RANGE: range },
        workgroups: [Math.ceil(segments / range), width, batch],
      };
    },
  },
};

/** The same sum by ranges, where that is the better way. */
export function rangedSegmentSum(
  tensor: Tensor,
  inputs: readonly Tensor[],
  target: Target,
): Tensor | undefined {
  if (tensor.op !== segmentSum.op || tensor.dtype !== 'f32') return undefined;
  const [batch, count, width] = inputs[0]!.shape as readonly [number, number, number];
  const segments = tensor.shape[1]!;
  const fits = Math.max(segments / range, batch) <= target.limits.maxComputeWorkgroupsPerDimension;
  if (!fits || width > mostColumns || segments < fewestSegments || segments * count < fewestComparisons)
    return undefined;
  return node(segmentSumRanges, inputs, tensor.parameters);
}
