/**
 * @file vmap: a function written for one example, applied to a whole batch at once.
 *
 * The function is traced once, on placeholders for one example; the batch is then pushed through its graph (batch.ts).
 * The result is ordinary graph: vmap of a gradient and the gradient of a vmap both work, and vmaps nest.
 *
 * Results must not depend on how a batch is cut into chunks. No op's batched form lets one example influence another, so this
 * holds of the graph; that a kernel sums each example's terms in an order that does not depend on the number of examples is
 * the kernel's part. A sum over the mapped axis is the caller's, outside of vmap.
 */
import { normalizeAxis, ShapeError, showShape } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { unflatten } from '../graph/tree.ts';
import { input } from '../ops/leaf/input.ts';
import { transpose } from '../ops/movement/transpose.ts';
import { describe } from './arguments.ts';
import { allExamples, type Batched, batchGraph } from './batch.ts';
import { tensorsOf } from './trace.ts';

/** The axis of examples in every tensor of an argument or result; null: the same value for all examples. */
export type MappedAxis = number | null;

/** Which axes `vmap` maps over, of the arguments and of the results. */
export interface VmapOptions {
  /** The axis of each argument, or one for all; 0 when left out. Arguments beyond the list are not mapped. */
  readonly in?: MappedAxis | readonly MappedAxis[];
  /** Where the axis of examples goes in every result; 0 when left out. null asserts that the result is the same for all. */
  readonly out?: MappedAxis;
  /** The number of examples, needed only where no argument is mapped. */
  readonly size?: number;
}

/**
 * `f` applied to every example.
 *
 * @param f from trees of tensors of one example to a tree of tensors
 * @throws ShapeError where mapped axes are missing or of different sizes
 *
 * @example
 * ```ts
 * import { array, evaluate, square, sum, vmap } from '@longhorizon/tensor';
 *
 * const rows = array([1, 2, 3, 4], [2, 2]);
 * const sums = vmap((row) => sum(square(row)))(rows); // [2, 2] → [2]
 * console.assert(String(evaluate([sums], new Map())[0]!.data) === '5,25');
 * ```
 */
export function vmap<Arguments extends readonly unknown[], Result>(
  f: (...inputs: Arguments) => Result,
  options: VmapOptions = {},
): (...inputs: Arguments) => Result {
  return (...inputs) => {
    const axes = inputs.map((_, position) => axisOfArgument(options.in, position));
    const size = batchSize(inputs, axes, options.size);
    const examples = new Map<Tensor, Tensor>();
    const one: unknown = inputs.map((tree, position) => {
      const axis = axes[position]!;
      if (axis === null) return tree;
      const placeholders = tensorsOf('vmap', `argument ${position}`, tree).map((tensor) => {
        const all = moveAxisFirst(tensor, normalizeAxis('vmap', axis, tensor.shape.length));
        const placeholder = input(all.shape.slice(1), { dtype: tensor.dtype, name: 'example' });
        examples.set(placeholder, all);
        return placeholder;
      });
      return unflatten(tree, placeholders);
    });
    const result = f(...(one as Arguments));
    const outputs = tensorsOf('vmap', 'the result', result);
    const batched = batchGraph(outputs, examples, size);
    const out = options.out === undefined ? 0 : options.out;
    const placed = batched.map((output, position) => placeResult(output, out, size, position));
    return unflatten<Result>(result, placed);
  };
}

function axisOfArgument(axes: VmapOptions['in'], position: number): MappedAxis {
  if (axes === undefined) return 0;
  if (axes === null || typeof axes === 'number') return axes;
  return axes[position] ?? null;
}

/** The one size that all mapped axes have. */
function batchSize(
  inputs: readonly unknown[],
  axes: readonly MappedAxis[],
  given: number | undefined,
): number {
  let size = given;
  let from = 'the option size';
  inputs.forEach((tree, position) => {
    const axis = axes[position]!;
    if (axis === null) return;
    for (const tensor of tensorsOf('vmap', `argument ${position}`, tree)) {
      const rank = tensor.shape.length;
      if (rank === 0)
        throw new ShapeError(
          `vmap: argument ${position} has a tensor ${describe(tensor)} without an axis to map; give null for it in options.in.`,
        );
      const found = tensor.shape[normalizeAxis('vmap', axis, rank)]!;
      if (size !== undefined && found !== size)
        throw new ShapeError(
          `vmap: axis ${axis} of argument ${position}, ${showShape(tensor.shape)}, has ${found} examples, but ${from} says ${size}; all mapped axes must have one size.`,
        );
      size = found;
      from = `argument ${position}`;
    }
  });
  if (size === undefined)
    throw new TypeError(
      'vmap: no argument is mapped, so the number of examples is unknown; give options.size.',
    );
  if (!Number.isInteger(size) || size < 0)
    throw new RangeError(`vmap: ${size} is not a number of examples; give an integer of 0 or more.`);
  return size;
}

function placeResult(output: Batched, axis: MappedAxis, size: number, position: number): Tensor {
  if (axis === null) {
    if (output.batched)
      throw new ShapeError(
        `vmap: result ${position} differs between examples, so options.out cannot be null; give the axis on which the examples go.`,
      );
    return output.tensor;
  }
  const all = allExamples(output, size);
  return moveFirstAxis(all, normalizeAxis('vmap', axis, all.shape.length));
}

/** The axis made the first. */
function moveAxisFirst(tensor: Tensor, axis: number): Tensor {
  const others = tensor.shape.map((_, position) => position).filter((position) => position !== axis);
  return axis === 0 ? tensor : transpose(tensor, [axis, ...others]);
}

/** The first axis moved to a position. */
function moveFirstAxis(tensor: Tensor, axis: number): Tensor {
  if (axis === 0) return tensor;
  const order = tensor.shape.map((_, position) => position).slice(1);
  order.splice(axis, 0, 0);
  return transpose(tensor, order);
}
