/**
 * @file A test case made ready: inputs as graph, their values, the output, and directions for derivatives.
 */

import type { OpCase, ReferenceArray } from '../graph/op.ts';
import { elementCount, showShape } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { input } from '../ops/leaf/input.ts';
import { caseValue, direction, withEdgesAmong } from './random-values.ts';

export interface PreparedCase {
  /** Names the case in messages: position, types and shapes of its inputs. */
  readonly label: string;
  readonly inputs: readonly Tensor[];
  readonly feeds: Map<Tensor, ReferenceArray>;
  readonly output: Tensor;
  /** The inputs that a derivative can be taken with respect to. */
  readonly differentiable: readonly Tensor[];
}

export function prepareCase(name: string, testCase: OpCase, position: number): PreparedCase {
  const shapes = testCase.inputs.map(({ shape, dtype = 'f32' }) => `${dtype}${showShape(shape)}`);
  const inputs = testCase.inputs.map(({ shape, dtype = 'f32' }, slot) =>
    input(shape, { dtype, name: `input${slot}` }),
  );
  const feeds = new Map(
    inputs.map((tensor, slot) => [tensor, caseValue(`${name}/${position}/${slot}`, testCase.inputs[slot]!)]),
  );
  return {
    label: `case ${position} (${shapes.join(', ')})`,
    inputs,
    feeds,
    output: testCase.apply(...inputs),
    differentiable: inputs.filter(({ dtype }) => dtype === 'f32'),
  };
}

/** A tensor with random values, added to the feeds: a direction, or a weight of outputs. */
export function randomLike(name: string, { shape }: Tensor, feeds: Map<Tensor, ReferenceArray>): Tensor {
  const tensor = input(shape, { name });
  feeds.set(tensor, { shape, dtype: 'f32', data: direction(name, elementCount(shape)) });
  return tensor;
}

/** Whether derivatives of the cases are compared: none are where the op has none, or at kinks. */
export const hasDerivative = (testCase: OpCase, { output, differentiable }: PreparedCase) =>
  !testCase.valuesOnly && output.dtype === 'f32' && differentiable.length > 0;

/** The case with NaN, infinities, zeros and subnormals strewn among its floats. */
export function withEdges(name: string, prepared: PreparedCase, slots?: readonly number[]): PreparedCase {
  const feeds = new Map(
    [...prepared.feeds].map(([tensor, value], slot) => [
      tensor,
      slots?.includes(slot) === false ? value : withEdgesAmong(`${name}/${slot}/edges`, value),
    ]),
  );
  return { ...prepared, feeds };
}
