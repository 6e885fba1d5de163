import type { CustomKernel } from '../../graph/lowering.ts';
import type { Op } from '../../graph/op.ts';
import { contiguousStrides, elementCount, normalizeAxis } from '../../graph/shape.ts';
import { type NodeOf, node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import { wrapIntegers } from '../helpers/elementwise.ts';

interface Parameters {
  readonly axis: number;
  readonly reverse: boolean;
}

/** Element `step` of line `line` of an array [outer, LENGTH, INNER], counted in the direction of the sum. */
const elementFunction = (reverse: boolean) => `
fn element(line: u32, step: u32) -> u32 {
  let place = ${reverse ? 'LENGTH() - 1u - step' : 'step'};
  return (line / INNER() * LENGTH() + place) * INNER() + line % INNER();
}`;

/** Elements that are added one by one, before their total joins what came before: the error of a sum grows with its longest chain. */
const blockLength = 128;

/** Adds elements `first` to `last` of a line to `before`, block by block; `use` has the running sum as `before + own`. */
const inBlocks = (type: string, use: string) => `
  for (var block = first; block < last; block += ${blockLength}u) {
    var own = ${type}(0);
    for (var step = block; step < min(block + ${blockLength}u, last); step++) {
      own += input_0(element(line, step));
      ${use}
    }
    before += own;
  }`;

/** One invocation a line, from its first element to its last. */
const oneByOne = (type: string) => `
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let line = (group.y * GROUPS_X() + group.x) * 64u + local;
  if (line >= LINES()) { return; }
  let first = 0u;
  let last = LENGTH();
  var before = ${type}(0);
  ${inBlocks(type, 'output(element(line, step), before + own);')}
}`;

/**
 * One workgroup a line: each invocation sums a stretch, the stretches' totals are summed, and each writes its
 * stretch.
 */
const byStretches = (type: string) => `
var<workgroup> totals: array<${type}, 64>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let line = group.y * GROUPS_X() + group.x;
  let first = min(local * STRETCH(), LENGTH());
  let last = select(first, min(first + STRETCH(), LENGTH()), line < LINES());
  var before = ${type}(0);
  ${inBlocks(type, '')}
  totals[local] = before;
  workgroupBarrier();
  if (local == 0u) {
    var sum = ${type}(0);
    for (var k = 0u; k < 64u; k++) { let own = totals[k]; totals[k] = sum; sum += own; }
  }
  workgroupBarrier();
  before = totals[local];
  ${inBlocks(type, 'output(element(line, step), before + own);')}
}`;

function emit({ shape, dtype, parameters }: NodeOf<Parameters>): CustomKernel {
  const { axis, reverse } = parameters;
  const length = shape[axis]!;
  const lines = elementCount(shape) / Math.max(length, 1);
  // Many or short lines fill the machine with one invocation each.
  const stretches = length >= 512 && lines < 256;
  const groups = stretches ? lines : Math.ceil(lines / 64);
  const groupsX = Math.max(1, Math.min(groups, 65535));
  return {
    wgsl: elementFunction(reverse) + (stretches ? byStretches(dtype) : oneByOne(dtype)),
    constants: {
      LENGTH: length,
      INNER: contiguousStrides(shape)[axis]!,
      LINES: lines,
      GROUPS_X: groupsX,
      STRETCH: Math.ceil(length / 64),
    },
    workgroups: [groupsX, Math.max(1, Math.ceil(groups / groupsX)), 1],
  };
}

const op: Op<Parameters> = {
  name: 'cumulativeSum',
  doc: 'cumulativeSum(x, axis): element i is Σ x up to and including i along the axis; reverse: from i to the end. Fixed order.',
  infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
  reference: ([x], { axis, reverse }, result) => {
    const data = x!.data.slice();
    const size = result.shape[axis]!;
    const inner = contiguousStrides(result.shape)[axis]!;
    for (let i = 0; i < data.length; i++) {
      const index = reverse ? data.length - 1 - i : i;
      const position = Math.floor(index / inner) % size;
      if (reverse ? position < size - 1 : position > 0)
        data[index]! += data[index + (reverse ? inner : -inner)]!;
    }
    if (result.dtype !== 'f32') wrapIntegers(data, result.dtype);
    return data;
  },
  derivative: {
    kind: 'linear',
    slots: [0],
    transpose: (cotangent, { parameters: { axis, reverse } }) =>
      cumulativeSum(cotangent, axis, { reverse: !reverse }),
  },
  batch: ([x], _, { axis, reverse }) => cumulativeSum(x!, axis + 1, { reverse }),
  lower: { kind: 'kernel', emit },
  tolerance: { ulp: 32, magnitude: true },
  cases: [
    { inputs: [{ shape: [9] }], apply: (x) => cumulativeSum(x) },
    { inputs: [{ shape: [3, 5, 2] }], apply: (x) => cumulativeSum(x, 1) },
    { inputs: [{ shape: [4, 3] }], apply: (x) => cumulativeSum(x, -1, { reverse: true }) },
    { inputs: [{ shape: [2, 600] }], apply: (x) => cumulativeSum(x, 1) },
    { inputs: [{ shape: [5], dtype: 'u32', domain: [0, 9] }], apply: (x) => cumulativeSum(x) },
    { inputs: [{ shape: [0, 3] }], apply: (x) => cumulativeSum(x, 0) },
  ],
};

/** Running sums along an axis (the first when left out), or from the end with `reverse`. */
export const cumulativeSum = withOp(
  op,
  (x: Tensor, axis: number = 0, options?: { reverse?: boolean }): Tensor => {
    const along = normalizeAxis('cumulativeSum', axis, x.shape.length);
    return x.shape[along] === 1 ? x : node(op, [x], { axis: along, reverse: options?.reverse ?? false });
  },
);
