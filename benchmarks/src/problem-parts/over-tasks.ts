/** @file A loss for each task: functions of one task's outputs, mapped along the leading axis. */
import { type Tensor, vmap } from '@longhorizon/tensor';

/** From a loss of (outputs, targets) of one task to the losses of all, [tasks]. */
export function overTasks(loss: (outputs: Tensor, targets: Tensor) => Tensor) {
  return (outputs: Tensor, targets: Tensor): Tensor => vmap(loss)(outputs, targets);
}
