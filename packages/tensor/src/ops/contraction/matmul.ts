import type { Op, ReferenceArray } from '../../graph/op.ts';
import {
  broadcastShapes,
  elementCount,
  type Shape,
  ShapeError,
  sameShape,
  showShape,
} from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import { checkTensor } from '../helpers/check-tensor.ts';
import { constant } from '../leaf/constant.ts';
import { reshape } from '../movement/reshape.ts';
import { transpose } from '../movement/transpose.ts';
import { broadcastTo } from '../reduction/sum-broadcast.ts';

/** Batch axes, rows and columns of [..., rows, columns]. */
const parts = (shape: Shape) => ({
  batch: shape.slice(0, -2),
  rows: shape[shape.length - 2]!,
  columns: shape[shape.length - 1]!,
});

function infer([a, b]: readonly Tensor[]) {
  const [left, right] = [parts(a!.shape), parts(b!.shape)];
  if (!sameShape(left.batch, right.batch) || left.columns !== right.rows)
    throw new Error(`internal: a matmul node of ${showShape(a!.shape)} and ${showShape(b!.shape)}.`);
  return { shape: [...left.batch, left.rows, right.columns], dtype: a!.dtype };
}

function reference(
  [a, b]: readonly ReferenceArray[],
  _: unknown,
  result: { readonly shape: Shape },
): Float64Array {
  const { rows, columns: inner, batch } = parts(a!.shape);
  const columns = b!.shape[b!.shape.length - 1]!;
  const data = new Float64Array(elementCount(result.shape));
  for (let matrix = 0; matrix < elementCount(batch); matrix++)
    for (let m = 0; m < rows; m++) {
      const row = (matrix * rows + m) * columns;
      for (let k = 0; k < inner; k++) {
        const factor = a!.data[(matrix * rows + m) * inner + k]!;
        const other = (matrix * inner + k) * columns;
        for (let n = 0; n < columns; n++) data[row + n]! += factor * b!.data[other + n]!;
      }
    }
  return data;
}

const op: Op = {
  name: 'matmul',
  doc: 'matmul(a, b): result[…, m, n] = Σ_k a[…, m, k] · b[…, k, n]; the order of the sum is fixed for a shape and an adapter.',
  infer,
  reference,
  derivative: {
    kind: 'linear',
    slots: [0, 1],
    transpose: (cotangent, { inputs: [a, b] }, slot) =>
      slot === 0 ? matmul(cotangent, transpose(b!)) : matmul(transpose(a!), cotangent),
  },
  // The function does all that is needed: the operand without the new axis is shared.
  batch: ([a, b]) => matmul(a!, b!),
  lower: { kind: 'contraction', family: 'matmul' },
  tolerance: { ulp: 32, magnitude: true },
  cases: [
    { inputs: [{ shape: [3, 5] }, { shape: [5, 4] }], apply: (a, b) => matmul(a, b) },
    { inputs: [{ shape: [2, 3, 5] }, { shape: [5, 4] }], apply: (a, b) => matmul(a, b) },
    { inputs: [{ shape: [3, 5] }, { shape: [2, 5, 4] }], apply: (a, b) => matmul(a, b) },
    { inputs: [{ shape: [2, 1, 3, 5] }, { shape: [3, 5, 2] }], apply: (a, b) => matmul(a, b) },
    { inputs: [{ shape: [5, 3] }, { shape: [4, 5] }], apply: (a, b) => matmul(transpose(a), transpose(b)) },
    { inputs: [{ shape: [6] }, { shape: [6, 2] }], apply: (a, b) => matmul(a, b) },
    { inputs: [{ shape: [2, 6] }, { shape: [6] }], apply: (a, b) => matmul(a, b) },
    { inputs: [{ shape: [3, 0] }, { shape: [0, 2] }], apply: (a, b) => matmul(a, b) },
    { inputs: [{ shape: [0, 3] }, { shape: [3, 2] }], apply: (a, b) => matmul(a, b) },
    { inputs: [{ shape: [1, 1] }, { shape: [1, 1] }], apply: (a, b) => matmul(a, b) },
  ],
};

function refuse(a: Tensor, b: Tensor, what: string, advice: string): never {
  throw new ShapeError(`matmul: ${what}: ${showShape(a.shape)} · ${showShape(b.shape)}${advice}`);
}

/**
 * Matrix product over the last two axes. Leading axes are stretched to a common shape; an operand of one axis
 * is a row (left) or
 * a column (right), and its axis is dropped.
 *
 * Where the right operand has no leading axes, those of the left one are folded into its rows: one tall
 * product, and a tall
 * product again for the gradient of shared weights.
 */
export const matmul = withOp(op, (a: Tensor, b: Tensor): Tensor => {
  checkTensor('matmul', b, 'its right operand');
  if (a.dtype !== 'f32' || b.dtype !== 'f32')
    throw new TypeError(
      `matmul: operands have element types ${a.dtype} and ${b.dtype}; it takes f32, so convert with cast(x, 'f32').`,
    );
  if (a.shape.length === 0 || b.shape.length === 0)
    refuse(a, b, 'an operand has no axes', '. Use multiply for a product with a scalar.');
  const inner = a.shape[a.shape.length - 1]!;
  const other = b.shape[Math.max(0, b.shape.length - 2)]!;
  if (inner !== other)
    refuse(
      a,
      b,
      'inner sizes differ',
      ` (${inner} ≠ ${other}). Transpose, slice or pad one so that they agree.`,
    );
  if (a.shape.length === 1) {
    const product = matmul(reshape(a, [1, inner]), b);
    return reshape(product, product.shape.toSpliced(b.shape.length === 1 ? 0 : -2, 1));
  }
  if (b.shape.length === 1) return reshape(matmul(a, reshape(b, [inner, 1])), a.shape.slice(0, -1));

  const [left, right] = [parts(a.shape), parts(b.shape)];
  const batch = broadcastShapes(left.batch, right.batch);
  if (batch === undefined)
    refuse(a, b, 'leading axes do not fit together', '. They must agree from the last one, or be 1.');
  const shape = [...batch, left.rows, right.columns];
  if (inner === 0) return broadcastTo(constant(0), shape);
  if (batch.length > 0 && elementCount(right.batch) === 1) {
    const tall = reshape(a, [elementCount(left.batch) * left.rows, inner]);
    return reshape(node(op, [tall, reshape(b, [inner, right.columns])]), shape);
  }
  return node(op, [
    broadcastTo(a, [...batch, left.rows, inner]),
    broadcastTo(b, [...batch, inner, right.columns]),
  ]);
});
