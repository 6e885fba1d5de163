/**
 * @file Start values of a whole network, worked out on the host so that they are the same bits whatever adapter trains it:
 * the random ops are evaluated by the float64 reference (Threefry words are exact there) and rounded once to float32.
 *
 * A parameter's values depend on the key and on its name alone: other parameters may come and go.
 */
import { evaluate, foldIn, randomKey, type Shape, type Tensor } from '@longhorizon/tensor';
import type { Layout } from '../layout/layout.ts';
import type { Fan, Initialiser } from './initialisers.ts';

/** A parameter of a network: its place in the layout comes from the order in which parameters are listed. */
export interface ParameterDescription {
  readonly name: string;
  readonly shape: Shape;
  readonly initial: Initialiser;
  readonly fan: Fan;
  /** What the parameter belongs to, for methods that treat parts differently. */
  readonly part: 'body' | 'head' | 'warp' | 'perturbation';
}

/**
 * Start values for a layout.
 *
 * @param parameters descriptions; those whose names the layout lacks are left out
 * @param key a seed, or a key u32 [2] made of constants by `randomKey` and `foldIn`
 * @returns `layout.paddedLength` numbers, zero in the gaps
 */
export function initialise(
  parameters: readonly ParameterDescription[],
  layout: Layout,
  key: number | Tensor,
): Float32Array {
  const root = typeof key === 'number' ? randomKey(key) : key;
  const wanted = parameters.filter(({ name }) => layout.has(name));
  const samples = wanted.map(({ name, shape, initial, fan }) =>
    initial.sample(foldIn(root, 0, `parameter ${name}`), shape, fan),
  );
  const values = evaluate(samples, new Map());
  return layout.pack(Object.fromEntries(wanted.map(({ name }, k) => [name, values[k]!.data])));
}
