/** @file Sums into many segments go to a kernel of their own: see kernels/segment-sum/ranges.wgsl. */

import type { Op } from '../graph/op.ts';
import { node, type OpParameters, type Tensor } from '../graph/tensor.ts';
import { readWgsl } from '../kernels/source.ts';
import { segmentSum } from '../ops/indexing/gather-segment-sum.ts';
import type { Target } from './target.ts';

const alone = readWgsl(new URL('../kernels/segment-sum/ranges.wgsl', import.meta.url));
const inVectors = readWgsl(new URL('../kernels/segment-sum/ranges-in-vectors.wgsl', import.meta.url));

interface Parameters extends OpParameters {
  readonly segments: number;
  /** Threads that read ids side by side; 1 is a thread that adds alone. */
  readonly readers: number;
}

/** Segments that one workgroup sums: five numbers each in its 16 KiB of memory. */
const range = 768;
/** Of fewer segments a thread for each is as fast; 500 of 1,000 ids take llvmpipe 290 µs by a thread for each, 1,000 of as many 600 µs, by ranges 70 and 90. */
const fewestSegments = 256;
/** Comparisons from which the kernel is worth a dispatch of its own; below, the sum is part of whatever needs it. */
const fewestComparisons = 65536;
/** Columns beyond this keep a thread for each element busy enough. */
const mostColumns = 16;

const segmentSumRanges: Op<Parameters> = {
  ...segmentSum.op,
  name: 'segmentSumRanges',
  lower: {
    kind: 'kernel',
    emit: (tensor) => {
      const [batch, count, width] = tensor.inputs[0]!.shape as readonly [number, number, number];
      const segments = tensor.shape[1]!;
      return {
        wgsl: tensor.parameters.readers === 1 ? alone : inVectors,
        constants: { COUNT: count, WIDTH: width, SEGMENTS: segments },
        sizes: {
          RANGE: range,
          ...(tensor.parameters.readers === 1 ? {} : { THREADS: tensor.parameters.readers }),
        },
        workgroups: [Math.ceil(segments / range), width, batch],
      };
    },
  },
};

/**
 * A core that runs a workgroup as one vector adds 2.6 times as fast in one thread as in eight whose lanes look at each other's ids (3,000 segments of
 * 20,000 ids); where threads hide the latency of loads, all of them read.
 */
function readersOf({ profile }: Target): number {
  return profile.vectorLanes > 0 ? 1 : profile.threads;
}

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
  return node(segmentSumRanges, inputs, { segments, readers: readersOf(target) });
}
