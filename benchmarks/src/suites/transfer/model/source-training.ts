/** @file Meta-training on the device: the pictures of all tasks, batches worked out from the number of the step, one φ. */
import { batchPositions } from '@longhorizon/datasets';
import { type MetaTraining, type MetaTrainingOptions, metaTraining } from '@longhorizon/metaperturb';
import {
  type Device,
  DeviceArray,
  elementCount,
  foldIn,
  gather,
  Loop,
  randomKey,
  state,
  type Tensor,
} from '@longhorizon/tensor';
import type { SourceExamples } from '../../../problem-parts/drawn-task.ts';

export interface SourceOptions extends Omit<MetaTrainingOptions, 'tasks'> {
  readonly tasks: readonly SourceExamples[];
  readonly batch: number;
  readonly seed: number;
}

/** Several arrays of the same length as one. */
function stacked<Numbers extends Float32Array | Uint32Array>(
  rows: readonly Numbers[],
  into: Numbers,
): Numbers {
  let at = 0;
  for (const row of rows) {
    into.set(row, at);
    at += row.length;
  }
  return into;
}

/** Meta-training as a loop; its carry holds weights [tasks, d], statistics and φ. */
export async function sourceLoop(device: Device, options: SourceOptions) {
  const { tasks, host, batch, seed } = options;
  const training: MetaTraining = metaTraining(options);
  for (const half of ['train', 'validation'] as const) {
    const counts = new Set(tasks.map((task) => task[half].labels.length));
    if (counts.size > 1)
      throw new RangeError(
        `meta-training: the tasks have ${[...counts].join(', ')} ${half} pictures; draw the same number for every task.`,
      );
  }
  const upload = (half: 'train' | 'validation') => {
    const count = tasks[0]![half].labels.length;
    const size = elementCount(host.inputShape);
    const x = stacked(
      tasks.map((task) => task[half].x),
      new Float32Array(tasks.length * count * size),
    );
    const labels = stacked(
      tasks.map((task) => task[half].labels),
      new Uint32Array(tasks.length * count),
    );
    return {
      count,
      x: DeviceArray.from(device, x, [tasks.length, count, ...host.inputShape]),
      labels: DeviceArray.from(device, labels, [tasks.length, count], { dtype: 'u32' }),
    };
  };
  const [train, validation] = [upload('train'), upload('validation')];
  const given = {
    trainX: train.x,
    trainLabels: train.labels,
    validationX: validation.x,
    validationLabels: validation.labels,
  };
  const drawn = (step: Tensor, half: number, examples: number, x: Tensor, labels: Tensor) => {
    const positions = batchPositions([half, seed], step, { examples, batch, tasks: tasks.length });
    const own = (all: Tensor) => gather(all, positions, 1, { batched: true });
    return [own(x), own(labels)] as const;
  };
  const loop = await Loop.make(device, {
    label: `meta-training of ${host.name}`,
    carry: { ...training.carry, losses: state([tasks.length], { class: 'scratch' }) },
    given,
    step: ({ losses: _, ...carry }, now, step) => {
      const made = training.step(
        carry,
        {
          train: drawn(step, 1, train.count, now.trainX, now.trainLabels),
          validation: drawn(step, 2, validation.count, now.validationX, now.validationLabels),
        },
        foldIn(randomKey(seed), step, 'meta-step'),
        step,
      );
      return { ...made.carry, losses: made.validationLoss };
    },
  });
  const { model } = training;
  const statistics = model.startStatistics();
  const key = (task: number) => foldIn(randomKey(seed), task, 'source');
  loop.carry.w.write(
    stacked(
      tasks.map((_, task) => host.initialise(key(task))),
      new Float32Array(tasks.length * host.layout.paddedLength),
    ),
  );
  loop.carry.statistics.write(
    stacked(
      tasks.map(() => statistics),
      new Float32Array(tasks.length * statistics.length),
    ),
  );
  return {
    loop,
    destroy: () => {
      loop.destroy();
      for (const array of Object.values(given)) array.destroy();
    },
  };
}
