/**
 * @file Batches that the device works out for itself: entry for entry those of `batchStream`, from the number of the step
 * alone. Nothing is uploaded, stored or shuffled.
 */
import {
  add,
  broadcastTo,
  divide,
  iota,
  modulo,
  multiply,
  permute,
  reshape,
  stack,
  type Tensor,
  vmap,
} from '@longhorizon/tensor';
import { threefry } from '@longhorizon/tensor/compiler';
import { hashName, type Key } from '../random/key.ts';
import { type BatchOptions, checkBatch } from '../samplers/batches.ts';

/**
 * The positions of one step, as a graph.
 *
 * @param key - The key given to `batchStream`.
 * @param step - Number of the step, u32 of shape []: `stepIndex()` inside a loop.
 * @param options - Those given to `batchStream`.
 * @returns u32 of shape [tasks, batch], values in [0, examples).
 * @throws DatasetError if a batch is larger than the set it is drawn from without replacement.
 */
export function batchPositions(key: Key, step: Tensor, options: Omit<BatchOptions, 'steps'>): Tensor {
  const { examples, batch, tasks = 1, replacement = false } = options;
  checkBatch({ ...options, steps: 1 });
  const shape = [tasks, batch];
  const position = add(multiply(step, batch), iota(shape, 1));
  const taskKey = childKey(key, 'task', iota([tasks, 1], 0));
  if (replacement) {
    const bits = threefry(...taskKey, 0, divide(position, 2), modulo(position, 2));
    return modulo(bits, examples);
  }
  const epochKey = childKey(taskKey, 'epoch', divide(position, examples));
  const keys = reshape(
    stack(
      epochKey.map((word) => broadcastTo(word, shape)),
      2,
    ),
    [tasks * batch, 2],
  );
  const entries = vmap((entryKey: Tensor, entry: Tensor) => permute(entryKey, examples, entry))(
    keys,
    reshape(modulo(position, examples), [tasks * batch]),
  );
  return reshape(entries, shape);
}

type Words = readonly [Tensor, Tensor];

/** `splitKey` on the device: both words of the child of an axis at each index. */
function childKey(key: readonly [Tensor | number, Tensor | number], axis: string, index: Tensor): Words {
  const counter = (hashName(axis) | 0x80000000) >>> 0;
  const word = (which: number): Tensor => threefry(key[0], key[1], counter, index, which);
  return [word(0), word(1)];
}
