/** @file Values as the emitter writes them, and their coordinates in kernels whose lanes are four neighbours. */
import type { Tensor } from '../../graph/tensor.ts';
import { type Index, plus, times, variable } from '../../indexing/index-expression.ts';

/** The variable of an index that counts the four neighbours of a vector. */
export const lane = variable('lane', 4);

/** An expression that is a name or a literal, so it may be repeated. */
export interface Value {
  readonly text: string;
  readonly width: 1 | 4;
  /** A literal, which the WGSL compiler knows. */
  readonly literal?: boolean;
}

/** A value's text where all four lanes are wanted, or one. */
export function widened(value: Value, width: 1 | 4, tensor: Tensor): string {
  return value.width === width ? value.text : `vec4<${tensor.dtype}>(${value.text})`;
}

/** A name for a node at coordinates under a guard. */
export function keyOf(tensor: Tensor, coordinates: readonly Index[], guard: string | undefined): string {
  const at = coordinates.map(({ key }) => `,${key}`).join('');
  return `${tensor.id}${at}${guard === undefined ? '' : `?${guard}`}`;
}

export const sameCoordinates = (a: readonly Index[], b: readonly Index[]): boolean =>
  a.length === b.length && a.every((index, k) => index.key === b[k]!.key);

/** The linear index of a vector kernel: 4·quad + lane. */
export function quadIndex(name: string, quads: number): Index {
  return plus(times(variable(name, quads), 4), lane);
}
