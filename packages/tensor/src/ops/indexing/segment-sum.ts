import type { Op } from '../../graph/op.ts';
import { ShapeError, sameShape, showShape } from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import { checkIndices } from '../helpers/indices.ts';
import { broadcastTo } from '../movement/broadcast.ts';
import { reshape } from '../movement/reshape.ts';
import { transpose } from '../movement/transpose.ts';
import { gatherRows } from './gather.ts';

type Three = readonly [number, number, number];

const op: Op = {
  name: 'segmentSum',
  doc: 'segmentSum(values, ids, N): result[b, n, d] = Σ of values[b, i, d] with ids[b, i] = n, in the order of i; other ids are dropped.',
  infer: ([values, ids], parameters) => {
    checkIndices('segmentSum', ids!);
    const [batch, count, width] = values!.shape as Three;
    if (!sameShape(ids!.shape, [batch, count]))
      throw new ShapeError(
        `segmentSum: values ${showShape(values!.shape)} need ids ${showShape([batch, count])}, got ${showShape(ids!.shape)}; give one id for each row of values.`,
      );
    return { shape: [batch, parameters.segments as number, width], dtype: values!.dtype };
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
    joint: false,
    transpose: (cotangent, { inputs: [, ids] }) => gatherRows(cotangent, ids!),
  },
  batch: ([values, ids], batched, parameters, size) => {
    const segments = parameters.segments as number;
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
    emit: ({ coordinates, inputs, line, loop, name, text, type, value, variable }) => {
      const [batch, segment, column] = coordinates as [never, never, never];
      if (inputs[0]!.shape[1] === 0) return name(type.literal(0));
      const total = variable(type.text, type.literal(0));
      const own = name(text(segment));
      loop(inputs[0]!.shape[1]!, (counter) => {
        const mine = name(`${value(1, [batch, counter])} == ${own}`);
        line(`if (${mine}) { ${total} += ${value(0, [batch, counter, column], mine)}; }`);
      });
      return name(total);
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
export const segmentSum = withOp(op, (values: Tensor, ids: Tensor, segments: number): Tensor => {
  if (!Number.isInteger(segments) || segments < 0)
    throw new ShapeError(`segmentSum: ${segments} segments were asked for; give a whole number from 0.`);
  if (ids.shape.length === 2 && values.shape.length === 3) return node(op, [values, ids], { segments });
  if (ids.shape.length !== 1 || values.shape[0] !== ids.shape[0])
    throw new ShapeError(
      `segmentSum: values ${showShape(values.shape)} and ids ${showShape(ids.shape)} do not belong together; give values [I, ...] and ids [I], or [B, I, D] and [B, I].`,
    );
  const [count, ...rest] = values.shape as [number, ...number[]];
  const width = rest.reduce((a, b) => a * b, 1);
  const result = node(op, [reshape(values, [1, count, width]), reshape(ids, [1, count])], { segments });
  return reshape(result, [segments, ...rest]);
});
