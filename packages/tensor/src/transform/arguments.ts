/** @file What jvp and vjp refuse, in sentences. */
import { ShapeError, sameShape, showShape } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';

/** `f32[3, 4]` */
export const describe = (tensor: Tensor): string => `${tensor.dtype}${showShape(tensor.shape)}`;

/** Inputs of a derivative must be f32 and each named once. */
export function checkInputs(asker: string, inputs: readonly Tensor[]): void {
  const seen = new Map<Tensor, number>();
  inputs.forEach((input, position) => {
    if (input.dtype !== 'f32')
      throw new TypeError(
        `${asker}: input ${position} is ${describe(input)}, and only f32 values have derivatives; differentiate what it is cast to, or leave it out.`,
      );
    const first = seen.get(input);
    if (first !== undefined)
      throw new TypeError(
        `${asker}: inputs ${first} and ${position} are the same tensor; name it once, or differentiate with respect to alias(x) of it.`,
      );
    seen.set(input, position);
  });
}

/** One tangent or cotangent (or undefined, for zero) for each tensor, of its shape and type. */
export function checkDirections(
  asker: string,
  noun: 'tangent' | 'cotangent',
  role: 'input' | 'output',
  tensors: readonly Tensor[],
  directions: readonly (Tensor | undefined)[],
): void {
  if (directions.length !== tensors.length)
    throw new TypeError(
      `${asker}: got ${directions.length} ${noun}${directions.length === 1 ? '' : 's'} for ${tensors.length} ${role}${tensors.length === 1 ? '' : 's'}; give one for each, undefined where it is zero.`,
    );
  directions.forEach((direction, position) => {
    if (direction === undefined) return;
    const tensor = tensors[position]!;
    if (tensor.dtype !== 'f32')
      throw new TypeError(
        `${asker}: ${role} ${position} is ${describe(tensor)} and has no ${noun}, since only f32 values have derivatives; give undefined.`,
      );
    if (direction.dtype !== 'f32' || !sameShape(direction.shape, tensor.shape))
      throw new ShapeError(
        `${asker}: the ${noun} of ${role} ${position} is ${describe(direction)}, but the ${role} is ${describe(tensor)}; they must agree.`,
      );
  });
}
