/**
 * @file The tangent loop: the carry travels with k tangent directions, so derivatives along k directions come out of one
 * forward run, with memory that does not depend on T. The weights are read and the activations computed once for all directions.
 */
import type { Tensor } from '../graph/tensor.ts';
import { leavesOf, type Tree, unflatten } from '../graph/tree.ts';
import { jvp } from '../transform/jvp.ts';
import { vmap } from '../transform/vmap.ts';
import { zerosLike } from '../transform/zeros.ts';
import { type AsTensors, type StateSpec, type Step, state } from './state.ts';

/** A carry and its tangents; every f32 array of the carry has one with a leading axis of directions. */
export interface TangentCarry<Carry> {
  readonly primal: Carry;
  /** In the order of the carry's f32 arrays. */
  readonly tangent: readonly StateSpec[];
}

export interface TangentLoop<Carry, Given> {
  readonly carry: TangentCarry<Carry>;
  readonly step: Step<TangentCarry<Carry>, Given>;
}

/**
 * A step that carries tangents along.
 *
 * @param directions k, the number of tangents
 * @param seeds tangents [k, …] of given tensors that hyperparameters are: called once, with the given tensors; those
 *   it leaves out do not vary. A unit matrix makes the tangents the columns of the Jacobian (forward mode, RTRL).
 */
export function tangentStep<Carry, Given>(
  carry: Carry,
  step: Step<Carry, Given>,
  directions: number,
  seeds: (given: AsTensors<Given>) => ReadonlyMap<Tensor, Tensor>,
): TangentLoop<Carry, Given> {
  if (!Number.isInteger(directions) || directions < 1)
    throw new RangeError(
      `tangentStep: ${directions} directions were asked for; forward mode needs 1 or more, a whole number.`,
    );
  const specs = leavesOf(carry as Tree<StateSpec>);
  const moving = specs.flatMap((spec, k) => (spec.dtype === 'f32' ? [k] : []));
  const tangent = moving.map((k) => state([directions, ...specs[k]!.shape], { class: 'tangents' }));
  const tangentCarry: TangentCarry<Carry> = { primal: carry, tangent };
  const dualStep: Step<TangentCarry<Carry>, Given> = (both, given, index) => {
    const { primal, tangent: tangents }: { primal: unknown; tangent: readonly Tensor[] } = both;
    const next = step(primal as AsTensors<Carry>, given, index);
    const primalLeaves = leavesOf(primal as Tree<Tensor>);
    const nextLeaves = leavesOf(next as Tree<Tensor>);
    const seeded = seeds(given);
    const variables = [...moving.map((k) => primalLeaves[k]!), ...seeded.keys()];
    const outputs = moving.map((k) => nextLeaves[k]!);
    const push = vmap((...directionsOfOne: Tensor[]) => {
      const result = jvp(outputs, variables, directionsOfOne);
      return result.map((one, k) => one ?? zerosLike(outputs[k]!));
    });
    const nextTangents = push(...tangents, ...seeded.values());
    return { primal: unflatten(next, nextLeaves), tangent: nextTangents };
  };
  return { carry: tangentCarry, step: dualStep };
}
