/**
 * @file The float64 interpreter of a graph: what every rule and every kernel is compared with. Written for
 *   clarity; each op
 * computes its own value (`op.reference`), and this file only walks the graph.
 */

import { describeValue } from '../graph/describe-value.ts';
import { checkElements } from '../graph/elements.ts';
import { checkFeeds } from '../graph/feeds.ts';
import type { ReferenceArray } from '../graph/op.ts';
import { elementCount, sameShape, showShape } from '../graph/shape.ts';
import { type Tensor, topologicalOrder } from '../graph/tensor.ts';
import { checkTensor } from '../ops/helpers/check-tensor.ts';
import { isInput, isStepIndex, nameOf, valuesOfArray } from '../ops/leaf/input.ts';

/** Values for the inputs of a graph. */
export type Feeds = ReadonlyMap<Tensor, ReferenceArray>;

/** Refuses what is no array of the reference. */
function checkReferenceArray(fed: unknown, { shape, dtype }: Tensor, name: string): void {
  const given = Object(fed) as Partial<Record<keyof ReferenceArray, unknown>>;
  if (Array.isArray(given.shape) && given.dtype === dtype && given.data instanceof Float64Array) return;
  const found =
    given.data === undefined
      ? describeValue(fed)
      : `{ shape: ${describeValue(given.shape)}, dtype: ${describeValue(given.dtype)}, data: ${describeValue(given.data)} }`;
  throw new TypeError(
    `evaluate: ${found} was given for '${name}'; give { shape: ${showShape(shape)}, dtype: '${dtype}', data } with the elements as a Float64Array (evaluateOnDevice() takes a typed array or an array of numbers).`,
  );
}

/** The value of a node without inputs, or one that the caller gives. */
function leafValue(tensor: Tensor, feeds: Feeds, stepIndex: number): ReferenceArray | undefined {
  const { shape, dtype } = tensor;
  const fed = feeds.get(tensor);
  if (fed !== undefined) {
    checkReferenceArray(fed, tensor, nameOf(tensor));
    if (!sameShape(fed.shape, shape) || fed.data.length !== elementCount(shape))
      throw new RangeError(
        `evaluate: the value given for '${nameOf(tensor)}' has shape ${showShape(fed.shape)} and ${fed.data.length} elements, but the tensor is ${showShape(shape)}; give an array of that shape.`,
      );
    checkElements(`evaluate: the value of '${nameOf(tensor)}'`, fed.data, dtype);
    return fed;
  }
  const values = valuesOfArray(tensor);
  if (values !== undefined) return { shape, dtype, data: values };
  if (isStepIndex(tensor)) return { shape, dtype, data: Float64Array.of(stepIndex) };
  if (isInput(tensor))
    throw new RangeError(
      `evaluate: no value was given for input '${nameOf(tensor)}' of shape ${showShape(shape)}; add it to the feeds.`,
    );
  return undefined;
}

/**
 * The values of tensors in float64.
 *
 * @param outputs what to compute
 * @param feeds a value for every input that they need
 * @param stepIndex the value of `stepIndex()`
 * @throws RangeError if an input has no value, or one of another shape
 * @throws TypeError for a feed that is not { shape, dtype, data }
 *
 * @example
 * ```ts
 * import { array, evaluate, exp, sum } from '@longhorizon/tensor';
 *
 * const [value] = evaluate([sum(exp(array([0, 1])))]);
 * console.assert(Math.abs(value!.data[0]! - (1 + Math.E)) < 1e-15);
 * ```
 */
export function evaluate(
  outputs: readonly Tensor[],
  feeds: Feeds = new Map(),
  stepIndex = 0,
): ReferenceArray[] {
  for (const output of outputs) checkTensor('evaluate', output, 'an output');
  checkFeeds('evaluate', feeds);
  const values = new Map<Tensor, ReferenceArray>();
  for (const tensor of topologicalOrder(outputs)) {
    const { op, shape, dtype, parameters } = tensor;
    const given = leafValue(tensor, feeds, stepIndex);
    if (given !== undefined) {
      values.set(tensor, given);
      continue;
    }
    const inputs = tensor.inputs.map((input) => values.get(input)!);
    const data = op.reference(inputs, parameters, { shape, dtype });
    if (data.length !== elementCount(shape))
      throw new Error(
        `internal: the reference of '${op.name}' gave ${data.length} elements for a shape of ${showShape(shape)}.`,
      );
    values.set(tensor, { shape, dtype, data });
  }
  return outputs.map((output) => values.get(output)!);
}
