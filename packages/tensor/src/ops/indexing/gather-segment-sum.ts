/** @file Gathering rows and adding them up by segment, each the transpose of the other. */
import type { Op } from '../../graph/op.ts';
import { normalizeAxis, ShapeError, sameShape, showShape } from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { u32 } from '../../graph/wgsl-numbers.ts';
import { withOp } from '../define.ts';
import { checkTensor } from '../helpers/check-tensor.ts';
import { checkIndices } from '../helpers/indices.ts';
import { longSum } from '../helpers/long-sum.ts';
import { reshape } from '../movement/reshape.ts';
import { transpose } from '../movement/transpose.ts';
import { broadcastTo } from '../reduction/sum-broadcast.ts';

type Three = readonly [number, number, number];

/** The node: x [B, N, D], indices [B, I] → [B, I, D]. */
const gatherRows = (x: Tensor, indices: Tensor): Tensor => node(gatherOp, [x, indices]);

const gatherOp: Op = {
  name: 'gather',
  doc: 'gather(x, indices): result[b, i, d] = x[b, indices[b, i], d]; an index outside x reads 0.',
  infer: ([x, indices]) => {
    checkIndices('gather', indices!);
    const [batch, , width] = x!.shape as Three;
    return { shape: [batch, indices!.shape[1]!, width], dtype: x!.dtype };
  },
  reference: ([x, indices], _, { shape }) => {
    const [batch, count, width] = shape as Three;
    const rows = x!.shape[1]!;
    const data = new Float64Array(batch * count * width);
    for (let b = 0; b < batch; b++)
      for (let i = 0; i < count; i++) {
        const row = indices!.data[b * count + i]!;
        if (row >= rows) continue;
        const from = (b * rows + row) * width;
        data.set(x!.data.subarray(from, from + width), (b * count + i) * width);
      }
    return data;
  },
  derivative: {
    kind: 'linear',
    slots: [0],
    transpose: (cotangent, { inputs: [x, indices] }) => segmentSum(cotangent, indices!, x!.shape[1]!),
  },
  batch: ([x, indices], batched, _, size) => {
    if (batched[0] && batched[1]) {
      const [, batch, rows, width] = x!.shape as readonly [number, ...Three];
      const result = gatherRows(
        reshape(x!, [size * batch, rows, width]),
        reshape(indices!, [size * batch, indices!.shape[2]!]),
      );
      return reshape(result, [size, batch, ...result.shape.slice(1)]);
    }
    if (batched[0]) {
      // The same rows of every member: they lie side by side.
      const [, batch, rows, width] = x!.shape as readonly [number, ...Three];
      const wide = reshape(transpose(x!, [1, 2, 0, 3]), [batch, rows, size * width]);
      const result = gatherRows(wide, indices!);
      return transpose(reshape(result, [batch, result.shape[1]!, size, width]), [2, 0, 1, 3]);
    }
    // Rows of one array for every member: only more indices.
    const [batch, , width] = x!.shape as Three;
    const count = indices!.shape[2]!;
    const all = reshape(transpose(indices!, [1, 0, 2]), [batch, size * count]);
    return transpose(reshape(gatherRows(x!, all), [batch, size, count, width]), [1, 0, 2, 3]);
  },
  lower: {
    kind: 'indexed',
    emit: ({ coordinates, inputs, name, runtime, type, value }) => {
      const [batch, position, column] = coordinates as [never, never, never];
      const rows = inputs[0]!.shape[1]!;
      if (rows === 0) return name(type.literal(0));
      const row = name(value(1, [batch, position]));
      const inside = name(`${row} < ${u32(rows)}`);
      return name(
        `select(${type.literal(0)}, ${value(0, [batch, runtime(row, rows), column], inside)}, ${inside})`,
      );
    },
    reads: 'once',
    weight: 3,
    lanes: true,
  },
  tolerance: { ulp: 0 },
  cases: [
    {
      inputs: [{ shape: [5, 3] }, { shape: [4], dtype: 'u32', domain: [0, 4] }],
      apply: (x, indices) => gather(x, indices),
    },
    {
      inputs: [{ shape: [2, 5, 3] }, { shape: [2, 2], dtype: 'u32', domain: [0, 6] }],
      apply: (x, indices) => gather(x, indices, 1),
    },
    {
      inputs: [{ shape: [3, 4, 2] }, { shape: [3, 6], dtype: 'u32', domain: [0, 3] }],
      apply: (x, indices) => gather(x, indices, 1, { batched: true }),
    },
    {
      inputs: [{ shape: [7] }, { shape: [], dtype: 'u32', values: [3] }],
      apply: (x, index) => gather(x, index),
    },
    { inputs: [{ shape: [3, 2] }, { shape: [0], dtype: 'u32' }], apply: (x, indices) => gather(x, indices) },
  ],
};

/**
 * Rows of `x` along an axis (the first when left out), chosen by u32 indices: the axis is replaced by the
 * axes of `indices`. An index
 * outside reads 0.
 *
 * With `batched`, the axes before `axis` are shared with `indices` [..., I], which then choose for each
 * member its own.
 */
export const gather = withOp(
  gatherOp,
  (x: Tensor, indices: Tensor, axis: number = 0, options?: { batched?: boolean }): Tensor => {
    checkTensor('gather', indices, 'the argument indices');
    const along = normalizeAxis('gather', axis, x.shape.length);
    const [before, after] = [x.shape.slice(0, along), x.shape.slice(along + 1)];
    const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);
    const rows = x.shape[along]!;
    if (options?.batched) {
      if (!sameShape(indices.shape.slice(0, along), before) || indices.shape.length !== along + 1)
        throw new ShapeError(
          `gather: indices ${showShape(indices.shape)} should be ${showShape(before)} and one more axis, to choose along axis ${along} of ${showShape(x.shape)}; reshape or broadcast them.`,
        );
      const count = indices.shape[along]!;
      const result = gatherRows(
        reshape(x, [product(before), rows, product(after)]),
        reshape(indices, [product(before), count]),
      );
      return reshape(result, [...before, count, ...after]);
    }
    const flat = reshape(indices, [1, product(indices.shape)]);
    // With the axis in front, a row of it is what one index chooses.
    const order = [along, ...x.shape.keys()].filter((k, position) => position === 0 || k !== along);
    const result = gatherRows(
      reshape(transpose(x, order), [1, rows, product(before) * product(after)]),
      flat,
    );
    const open = reshape(result, [product(indices.shape), product(before), product(after)]);
    return reshape(transpose(open, [1, 0, 2]), [...before, ...indices.shape, ...after]);
  },
);

const segmentSumOp: Op<{ readonly segments: number }> = {
  name: 'segmentSum',
  doc: 'segmentSum(values, ids, N): result[b, n, d] = Σ of values[b, i, d] with ids[b, i] = n, in the order of i; other ids are dropped.',
  infer: ([values, ids], { segments }) => {
    checkIndices('segmentSum', ids!);
    const [batch, count, width] = values!.shape as Three;
    if (!sameShape(ids!.shape, [batch, count]))
      throw new ShapeError(
        `segmentSum: values ${showShape(values!.shape)} need ids ${showShape([batch, count])}, got ${showShape(ids!.shape)}; give one id for each row of values.`,
      );
    return { shape: [batch, segments, width], dtype: values!.dtype };
  },
  reference: ([values, ids], _, { shape }) => {
    const [batch, segments, width] = shape as Three;
    const count = values!.shape[1]!;
    const data = new Float64Array(batch * segments * width);
    for (let b = 0; b < batch; b++)
      for (let i = 0; i < count; i++) {
        const id = ids!.data[b * count + i]!;
        if (id >= segments) continue;
        for (let d = 0; d < width; d++)
          data[(b * segments + id) * width + d]! += values!.data[(b * count + i) * width + d]!;
      }
    return data;
  },
  derivative: {
    kind: 'linear',
    slots: [0],
    transpose: (cotangent, { inputs: [, ids] }) => gatherRows(cotangent, ids!),
  },
  batch: ([values, ids], batched, { segments }, size) => {
    if (!batched[1]) {
      // The same ids for every member: their values lie side by side.
      const [, batch, count, width] = values!.shape as readonly [number, ...Three];
      const wide = reshape(transpose(values!, [1, 2, 0, 3]), [batch, count, size * width]);
      const result = segmentSum(wide, ids!, segments);
      return transpose(reshape(result, [batch, segments, size, width]), [2, 0, 1, 3]);
    }
    const full = batched[0] ? values! : broadcastTo(values!, [size, ...values!.shape]);
    const [, batch, count, width] = full.shape as readonly [number, ...Three];
    const result = segmentSum(
      reshape(full, [size * batch, count, width]),
      reshape(ids!, [size * batch, count]),
      segments,
    );
    return reshape(result, [size, batch, segments, width]);
  },
  lower: {
    kind: 'indexed',
    emit: (context) => {
      const { coordinates, inputs, line, loop, name, text, type, value } = context;
      const [batch, segment, column] = coordinates as [never, never, never];
      if (inputs[0]!.shape[1] === 0) return name(type.literal(0));
      const sum = longSum(context, inputs[0]!.shape[1]!);
      const own = name(text(segment));
      loop(inputs[0]!.shape[1]!, (counter) => {
        const mine = name(`${value(1, [batch, counter])} == ${own}`);
        line(`if (${mine}) { ${sum.add(value(0, [batch, counter, column], mine))} }`);
        sum.next();
      });
      return name(sum.total());
    },
    reads: 'many',
    weight: 16,
    lanes: true,
  },
  tolerance: { ulp: 32, magnitude: true },
  cases: [
    {
      inputs: [{ shape: [1, 6, 3] }, { shape: [1, 6], dtype: 'u32', domain: [0, 3] }],
      apply: (values, ids) => segmentSum(values, ids, 4),
    },
    {
      inputs: [{ shape: [2, 5, 1] }, { shape: [2, 5], dtype: 'u32', domain: [0, 5] }],
      apply: (values, ids) => segmentSum(values, ids, 3),
    },
    {
      inputs: [{ shape: [5, 2, 2] }, { shape: [5], dtype: 'u32', domain: [0, 2] }],
      apply: (values, ids) => segmentSum(values, ids, 3),
    },
    {
      inputs: [{ shape: [1, 0, 2] }, { shape: [1, 0], dtype: 'u32' }],
      apply: (values, ids) => segmentSum(values, ids, 2),
    },
  ],
};

/**
 * Sums of the rows that carry the same id.
 *
 * @param values [I, ...], or with a batch axis [B, I, D]
 * @param ids which segment each row belongs to, u32 [I] or [B, I]
 * @param segments how many segments there are; rows with other ids are dropped
 * @returns [segments, ...] or [B, segments, D]
 */
export const segmentSum = withOp(segmentSumOp, (values: Tensor, ids: Tensor, segments: number): Tensor => {
  checkTensor('segmentSum', ids, 'the argument ids');
  if (!Number.isInteger(segments) || segments < 0)
    throw new ShapeError(`segmentSum: ${segments} segments were asked for; give a whole number from 0.`);
  if (ids.shape.length === 2 && values.shape.length === 3)
    return node(segmentSumOp, [values, ids], { segments });
  if (ids.shape.length !== 1 || values.shape[0] !== ids.shape[0])
    throw new ShapeError(
      `segmentSum: values ${showShape(values.shape)} and ids ${showShape(ids.shape)} do not belong together; give values [I, ...] and ids [I], or [B, I, D] and [B, I].`,
    );
  const [count, ...rest] = values.shape as [number, ...number[]];
  const width = rest.reduce((a, b) => a * b, 1);
  const result = node(segmentSumOp, [reshape(values, [1, count, width]), reshape(ids, [1, count])], {
    segments,
  });
  return reshape(result, [segments, ...rest]);
});
