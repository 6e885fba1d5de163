/**
 * @file Input gradients of convolutions as forward convolutions, where that saves a module.
 *
 * The cotangent of x is the convolution of y's cotangent with the filter rotated by 180°, its channels exchanged. A software adapter needs
 * 200 to 450 ms to compile either kernel. So where a program has a forward convolution with the rotated filter's sizes, the gradient
 * becomes another one: modules that differ in numbers alone are compiled once (see shared-modules.ts). Rotating the filter costs a small kernel.
 */

import { node, type Tensor, topologicalOrder } from '../graph/tensor.ts';
import type { ConvolutionParameters } from '../ops/helpers/conv2d.ts';

/** What kind of convolution a node is, and its steps; undefined for any other node, and where the windows are apart. */
function denseConvolution({ op: { lower }, parameters }: Tensor) {
  if (lower.kind !== 'contraction' || lower.family !== 'conv2d') return undefined;
  const { stride, padding } = lower.steps(parameters);
  const { conv: kind, rotated: byRotated } = lower;
  return stride.every((step) => step === 1) ? { kind, padding, byRotated } : undefined;
}

/** Sizes of a filter [tasks, height, width, in, out] without its tasks. */
const sizesOf = (filter: readonly number[]) => filter.slice(1).join();

/** The padding with which the convolution by the rotated filter gives back x; undefined where it would have to be negative. */
function rotatedPadding(
  gradient: Tensor,
  padding: ConvolutionParameters['padding'],
): ConvolutionParameters['padding'] | undefined {
  const [y, filter] = gradient.inputs as [Tensor, Tensor];
  const rotated = ([0, 1] as const).map((axis): readonly [number, number] => {
    const reach = filter.shape[1 + axis]! - 1;
    const before = reach - padding[axis][0];
    return [before, gradient.shape[2 + axis]! - y.shape[2 + axis]! + reach - before];
  }) as [readonly [number, number], readonly [number, number]];
  return rotated.flat().every((size) => size >= 0) ? rotated : undefined;
}

export function rotateFilters(outputs: readonly Tensor[]): Tensor[] {
  const order = topologicalOrder(outputs);
  const forward = new Set(
    order
      .filter((tensor) => denseConvolution(tensor)?.kind === 'forward')
      .map((tensor) => sizesOf(tensor.inputs[1]!.shape)),
  );
  if (forward.size === 0) return [...outputs];
  const replaced = new Map<Tensor, Tensor>();
  for (const tensor of order) {
    const inputs = tensor.inputs.map((input) => replaced.get(input) ?? input);
    const own = rotated(tensor, inputs, forward);
    if (own !== undefined) replaced.set(tensor, own);
    else if (inputs.some((input, slot) => input !== tensor.inputs[slot]))
      replaced.set(tensor, node(tensor.op, inputs, tensor.parameters));
  }
  return outputs.map((output) => replaced.get(output) ?? output);
}

function rotated(
  tensor: Tensor,
  inputs: readonly Tensor[],
  forward: ReadonlySet<string>,
): Tensor | undefined {
  const convolution = denseConvolution(tensor);
  if (convolution?.byRotated === undefined) return undefined;
  const [y, filter] = inputs as [Tensor, Tensor];
  const [tasks, height, width, channels, filters] = filter.shape as [number, number, number, number, number];
  const padding = rotatedPadding(tensor, convolution.padding);
  if (padding === undefined || !forward.has(sizesOf([tasks, height, width, filters, channels])))
    return undefined;
  return convolution.byRotated(y, filter, padding);
}
