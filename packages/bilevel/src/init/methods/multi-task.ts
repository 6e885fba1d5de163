/** @file Multi-task learning: one body for all tasks, trained together with all their heads. */

import type { Tensor } from '@longhorizon/tensor';
import type { Variable } from '../../workspace/workspace.ts';
import type { InitialisationMethod } from '../method.ts';

/**
 * After every inner step, φ ← 1/n Σ_t body(θ^t), and all bodies ← φ. Since all bodies began the step at φ, for SGD with or without momentum
 * and weight decay this is that optimiser on the mean of the tasks' losses, with φ shared and each head its own. An optimiser that is not
 * linear in the gradients (Adam) keeps moments for each task, and takes the mean of their steps.
 *
 * There is no trajectory: K only says after how many steps a reset happens, and a soft one changes nothing.
 *
 * Source: Caruana, "Multitask learning" (Machine Learning 28, 1997).
 */
export const multiTask: InitialisationMethod = {
  id: 'init/multi-task',
  name: 'multi-task',
  title: 'Multi-task learning',
  source: 'Caruana, Machine Learning 1997',
  build: (layout) => {
    const { groups, meanBody } = layout;
    const share = layout.metaUpdate('one body', meanBody, {
      following: groups.map((laid): [Variable, Tensor] => [
        laid.carry.w,
        layout.withBodies(laid, layout.onAll(laid, meanBody)),
      ]),
    });
    return { after: ({ index }) => share(index) };
  },
};
