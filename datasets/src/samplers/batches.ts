/**
 * @file Which examples each inner step sees.
 *
 * Position `p = step · batch + place` of a task's stream is worked out on its own, so a device can do it from a counter:
 *
 * - without replacement, epoch `e = floor(p / examples)` is the permutation that belongs to `task key → 'epoch' e`, and
 *   the position holds its entry `p mod examples`. Epochs follow each other without a gap; a batch may straddle two;
 * - with replacement, it is `bits(task key, stream 0, p) mod examples`.
 */
import { DatasetError } from '../errors.ts';
import { drawAt, permutation, permute } from '../random/choice.ts';
import { type Key, splitKey } from '../random/key.ts';
import { requireWhole } from '../whole.ts';

/** A stream of batches. */
export interface BatchOptions {
  /** Examples of a task. */
  readonly examples: number;
  readonly batch: number;
  readonly steps: number;
  /** Tasks with streams of their own, 1 by default. */
  readonly tasks?: number;
  /** False by default: every example once an epoch. */
  readonly replacement?: boolean;
}

/**
 * Positions in a task's list of examples, for all steps.
 *
 * @returns Shape [steps, tasks, batch], flat: what one step needs lies together. Values in [0, examples).
 * @throws DatasetError if a number is not whole, or a batch is larger than the set it is drawn from without replacement.
 */
export function batchStream(key: Key, options: BatchOptions): Uint32Array {
  const { examples, batch, steps, tasks = 1, replacement = false } = options;
  checkBatch(options);
  const stream = new Uint32Array(steps * tasks * batch);
  for (let task = 0; task < tasks; task += 1) {
    const taskKey = splitKey(key, 'task', task);
    const write = (position: number, value: number): void => {
      const step = Math.floor(position / batch);
      stream[(step * tasks + task) * batch + (position % batch)] = value;
    };
    const length = steps * batch;
    if (replacement) {
      for (let position = 0; position < length; position += 1)
        write(position, drawAt(taskKey, examples, position));
      continue;
    }
    for (let start = 0; start < length; start += examples) {
      const epoch = splitKey(taskKey, 'epoch', start / examples);
      permutation(epoch, examples, Math.min(examples, length - start)).forEach((value, i) => {
        write(start + i, value);
      });
    }
  }
  return stream;
}

/** One entry of a stream, worked out alone. */
export function batchEntry(
  key: Key,
  options: Omit<BatchOptions, 'steps' | 'tasks'>,
  step: number,
  place: number,
  task = 0,
): number {
  checkBatch({ ...options, steps: 1 });
  requireWhole('The number of a step', step);
  requireWhole('The place in a batch', place, 0, options.batch - 1);
  const taskKey = splitKey(key, 'task', task);
  const position = step * options.batch + place;
  if (options.replacement) return drawAt(taskKey, options.examples, position);
  const epoch = splitKey(taskKey, 'epoch', Math.floor(position / options.examples));
  return permute(epoch, options.examples, position % options.examples);
}

/** What stands at each position: `values[positions[i]]`, for turning positions of a task into indices of a data set. */
export function take(values: Uint32Array, positions: Uint32Array): Uint32Array {
  return positions.map((position) => {
    const value = values[position];
    if (value === undefined) {
      throw new DatasetError(
        `Position ${position} was asked for, but there are only ${values.length} examples.`,
      );
    }
    return value;
  });
}

/** Refuses a stream that cannot be drawn. */
export function checkBatch({ examples, batch, steps, tasks = 1, replacement = false }: BatchOptions): void {
  if (!(batch >= 1 && examples >= 1 && steps >= 1)) {
    throw new DatasetError(
      `A stream needs at least 1 step, 1 example and a batch of 1, but ${steps} steps with batches of ${batch} of ` +
        `${examples} examples were asked for.`,
    );
  }
  const counts = { steps, 'tasks of a stream': tasks, 'examples of a batch': batch, examples };
  for (const [what, count] of Object.entries(counts)) requireWhole(`The number of ${what}`, count, 1);
  if (!replacement && batch > examples) {
    throw new DatasetError(
      `A batch of ${batch} was asked for from ${examples} examples without replacement: make it smaller, or draw ` +
        `with replacement.`,
    );
  }
}
