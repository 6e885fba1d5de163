/** @file The batches of long inner loops, worked out on the device from the number of the step; they go on from one inner optimisation to the next. */
import { type GivenTensors, type HostArray, hostArray } from '@longhorizon/bilevel';
import { batchPositions, type Key } from '@longhorizon/datasets';
import { add, reshape, type Tensor } from '@longhorizon/tensor';

/** How many steps were done before this inner optimisation: write m·T before the m-th, counted from 0. */
export const firstStepName = 'firstStep';
export const firstStep = (): Readonly<Record<typeof firstStepName, HostArray>> => ({
  [firstStepName]: hostArray([0], [], { dtype: 'u32' }),
});

export interface StreamOptions {
  readonly key: Key;
  readonly examples: number;
  readonly batch: number;
  readonly tasks?: number;
}

/** Positions of one step, u32 [batch], or [tasks, batch]; every example once an epoch, epochs without a gap. */
export function streamOf({ key, examples, batch, tasks }: StreamOptions) {
  return (given: GivenTensors, step: Tensor): Tensor => {
    const options = { examples, batch, tasks: tasks ?? 1 };
    const positions = batchPositions(key, add(step, given[firstStepName]!), options);
    return tasks === undefined ? reshape(positions, [batch]) : positions;
  };
}
