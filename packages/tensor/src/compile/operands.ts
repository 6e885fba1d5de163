/** @file How a contraction finds its operands in memory: strides of matrices, offsets of tasks. */
import { elementCount } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import {
  coefficientOf,
  constantIndex,
  delinearize,
  type Index,
  isMultipleOf,
  linearize,
  mentions,
  substitute,
  variable,
} from '../indexing/index-expression.ts';
import { throughMovement } from './access.ts';
import { elementInRegion, type Storage } from './storage.ts';

/** A matrix of each batch: element (row, column) at batch + row·rowStride + column·columnStride. `batch` is an index over variable `batch`. */
export interface MatrixView {
  readonly base: Tensor;
  readonly batch: Index;
  readonly rowStride: number;
  readonly columnStride: number;
  readonly aligned: boolean;
}

/** An array that is contiguous within each task. */
export interface TaskView {
  readonly base: Tensor;
  readonly batch: Index;
  readonly aligned: boolean;
}

const zero = constantIndex(0);

function place(base: Tensor, coordinates: readonly Index[], storage: Storage | undefined): Index {
  const linear = linearize(coordinates, base.shape);
  return storage === undefined ? linear : elementInRegion(storage, linear);
}

/** The matrices [..., rows, columns] of a node as strides over the materialised value below it; undefined if movements on the way are not strides. */
export function matrixView(
  tensor: Tensor,
  storageOf: (base: Tensor) => Storage | undefined,
): MatrixView | undefined {
  const { shape } = tensor;
  const rows = shape[shape.length - 2]!;
  const columns = shape[shape.length - 1]!;
  const batchShape = shape.slice(0, -2);
  const batch = delinearize(variable('batch', Math.max(1, elementCount(batchShape))), batchShape);
  const { base, coordinates } = throughMovement(
    tensor,
    [...batch, variable('row', rows), variable('column', columns)],
    (node) => storageOf(node) !== undefined,
  );
  const at = place(base, coordinates, storageOf(base));
  const rowStride = coefficientOf(at, 'row');
  const columnStride = coefficientOf(at, 'column');
  if (rowStride === undefined || columnStride === undefined || rowStride < 0 || columnStride < 0)
    return undefined;
  const rest = substitute(substitute(at, 'row', zero), 'column', zero);
  if (rest.min < 0) return undefined;
  return { base, batch: rest, rowStride, columnStride, aligned: isMultipleOf(rest, 4) };
}

/** The array [tasks, ...] of a node, contiguous within a task, over the materialised value below it. */
export function taskView(
  tensor: Tensor,
  storageOf: (base: Tensor) => Storage | undefined,
): TaskView | undefined {
  const [tasks, ...inner] = tensor.shape as [number, ...number[]];
  const count = elementCount(inner);
  const task = variable('batch', tasks);
  const { base, coordinates } = throughMovement(
    tensor,
    [task, ...delinearize(variable('element', count), inner)],
    (node) => storageOf(node) !== undefined,
  );
  const at = place(base, coordinates, storageOf(base));
  if (count > 1 && coefficientOf(at, 'element') !== 1) return undefined;
  const rest = substitute(at, 'element', zero);
  if (mentions(rest, 'element') || rest.min < 0) return undefined;
  return { base, batch: rest, aligned: isMultipleOf(rest, 4) };
}
