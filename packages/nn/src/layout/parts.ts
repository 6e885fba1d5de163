/**
 * @file Parameters that lie in one vector, or in several: λ and w as vectors of their own, each with its layout.
 */
import type { Tensor } from '@longhorizon/tensor';
import type { Layout } from './layout.ts';

/** A vector and the layout that names its slices. */
export type Part = readonly [layout: Layout, vector: Tensor];

/** Parameters by name, wherever they lie. */
export type Parameters = (name: string) => Tensor;

/**
 * Parameters by name, looked up in several vectors.
 *
 * @throws RangeError if two parts have a slice of the same name
 */
export function parametersOf(parts: readonly Part[]): Parameters {
  const home = new Map<string, Part>();
  for (const part of parts)
    for (const { name } of part[0].slices) {
      if (home.has(name))
        throw new RangeError(
          `parameters: '${name}' lies in two of the vectors; split a layout with pick and without, so that each has its own.`,
        );
      home.set(name, part);
    }
  return (name) => {
    const part = home.get(name);
    if (part === undefined)
      throw new RangeError(
        `parameters: '${name}' lies in none of the ${parts.length} vectors, which have ${[...home.keys()].join(', ')}.`,
      );
    return part[0].view(part[1], name);
  };
}

/** One part's vector, cut out of a vector that holds more: slices and one concatenation. */
export function extractPart(whole: Layout, vector: Tensor, part: Layout): Tensor {
  return part.assemble(Object.fromEntries(part.names.map((name) => [name, whole.view(vector, name)])));
}

/** The whole vector, put together from its parts. */
export function joinParts(whole: Layout, parts: readonly Part[]): Tensor {
  const lookUp = parametersOf(parts);
  return whole.assemble(Object.fromEntries(whole.names.map((name) => [name, lookUp(name)])));
}

/** One part's numbers, copied out of a vector of numbers that holds more. */
export function extractNumbers(whole: Layout, vector: ArrayLike<number>, part: Layout): Float32Array {
  const all = whole.unpack(vector);
  return part.pack(Object.fromEntries(part.names.map((name) => [name, all[name]!])));
}
