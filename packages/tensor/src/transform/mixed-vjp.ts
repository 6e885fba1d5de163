/**
 * @file Reverse mode through a step that goes along the gradient of a loss, with products of that gradient forward over reverse instead of reverse over
 * reverse ("MixFlow", arXiv 2505.00793): second derivatives are symmetric, so what a transposed product gives a tangent gives as well.
 */
import type { Tensor } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic/add.ts';
import { constant } from '../ops/leaf/constant.ts';
import { input } from '../ops/leaf/input.ts';
import { jvp } from './jvp.ts';
import { dependsOn, reroot } from './reroot.ts';
import { vjp } from './vjp.ts';
import { zerosLike } from './zeros.ts';

/** The loss whose gradient a step goes along. */
export interface InnerLoss {
  /** A scalar. */
  readonly loss: Tensor;
  /** What the gradient is taken by: `vjp([loss], [w], [1])[0]` is a node of the step. */
  readonly w: Tensor;
}

/**
 * What `vjp` gives, for outputs that are computed from g = ∇_w L among others. The cotangent u of g is found first, g standing as an input; then
 * ∂⟨g, u⟩/∂x = ∂_ε ∇_x L(w + εu) for every input x by one tangent pass through the gradients of L. What a reverse pass through a reverse pass keeps is
 * not needed.
 *
 * @throws Error where the outputs do not depend on g
 */
export function mixedVjp(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  cotangents: readonly Tensor[],
  { loss, w }: InnerLoss,
): (Tensor | undefined)[] {
  const [g] = vjp([loss], [w], [constant(1)]);
  if (g === undefined || !dependsOn(outputs, [g]))
    throw new Error(
      'mixedVjp: the outputs are not computed from the gradient of the loss; take vjp, or give the loss whose gradient the step goes along.',
    );
  const cut = input(g.shape, { name: 'the gradient of a step' });
  const direct = vjp(reroot(outputs, new Map([[g, cut]])), [...inputs, cut], cotangents);
  const [u = zerosLike(g), ...rest] = reroot([direct.at(-1), ...direct.slice(0, -1)], new Map([[cut, g]]));
  const gradients = vjp([loss], inputs, [constant(1)]);
  const present = gradients.filter((one) => one !== undefined);
  const pushed = jvp(present, [w], [u]);
  return gradients.map((gradient, k) => {
    const through = gradient && pushed[present.indexOf(gradient)];
    const beside = rest[k];
    if (through === undefined || beside === undefined) return through ?? beside;
    return add(through, beside);
  });
}
