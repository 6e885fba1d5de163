/** @file A meta-gradient that tasks add to, group by group, and that φ then descends: what the gradient-based methods share. */
import { add, divide, multiply, subtract, sum, type Tensor, zerosLike } from '@longhorizon/tensor';
import type { Computation, Variable } from '../../workspace/workspace.ts';
import type { MetaUpdate, TaskLayout } from '../layout.ts';
import type { TaskSet } from '../task-set.ts';

export interface MetaGradient {
  /** The update by which a group adds something shaped like its bodies, [tasks, bodyLength], divided by the number of all tasks. */
  include(ofBodies: Tensor): [Variable, Tensor];
  /** φ ← φ − β g; g ← 0. */
  readonly descend: MetaUpdate;
}

/** Declares g, [bodyLength], which is zero at first. @param beta the size of a meta-update */
export function declareMetaGradient(layout: TaskLayout, beta: number): MetaGradient {
  const { workspace, initial } = layout;
  const g = workspace.variable('meta-gradient', initial.shape, { class: 'tangents' });
  const descend = layout.metaUpdate('φ − βg', subtract(initial.tensor, multiply(beta, g.tensor)), {
    always: [[g, zerosLike(g.tensor)]],
  });
  return {
    include: (ofBodies) => [g, add(g.tensor, divide(sum(ofBodies, 0), layout.tasks))],
    descend,
  };
}

/**
 * Computations, one a group, that add `factor` times the gradients of the validation losses at the present θ^t. Each runs with the number of
 * the validation batch.
 */
export function declareValidationGradients(
  layout: TaskLayout,
  metaGradient: MetaGradient,
  factor: number,
): readonly Computation[] {
  return layout.groups.map((laid) => {
    const w = laid.carry.w.tensor;
    const gradient = layout.gradientAt(laid, w, layout.validationBatch(laid));
    return layout.workspace.computation(
      `validation gradient of ${laid.group.name}`,
      [metaGradient.include(multiply(factor, layout.bodies(laid, gradient)))],
      { gradients: laid.group.tasks },
    );
  });
}

/** Why a method that judges on validation examples cannot run. */
export function refusesWithoutValidation(name: string): (taskSet: TaskSet) => string | undefined {
  return ({ groups }) => {
    const without = groups.find(
      (group) => group.trainBatch !== undefined && group.validationBatch === undefined,
    );
    return without === undefined
      ? undefined
      : `${name}: the tasks of group '${without.name}' are trained on batches, but have no validation examples to be judged on; give the group a validationBatch.`;
  };
}
