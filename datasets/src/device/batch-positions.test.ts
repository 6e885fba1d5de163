import {
  array,
  type Device,
  evaluate,
  evaluateOnDevice,
  openDevice,
  permute,
  randomBits,
  type Tensor,
} from '@longhorizon/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permutation } from '../random/choice.ts';
import { randomBits as hostBits, type Key, keyAt } from '../random/key.ts';
import { batchStream } from '../samplers/batches.ts';
import { batchPositions } from './batch-positions.ts';

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(async () => {
  await device.close();
});

/** The value of a graph without inputs by the reference interpreter and by the device. */
async function both(tensor: Tensor): Promise<readonly (readonly number[])[]> {
  const [onReference] = evaluate([tensor], new Map());
  const [onDevice] = await evaluateOnDevice(device, [tensor]);
  return [Array.from(onReference!.data), Array.from(onDevice!)];
}

const key: Key = keyAt(8, { split: 'train', repetition: 1 });
const keyTensor = () => array(key, [2], 'u32');

describe('the device draws what the host draws', () => {
  it('random words', async () => {
    for (const values of await both(randomBits(keyTensor(), [33], 5)))
      expect(values).toEqual([...hostBits(key, 5, 33)]);
  });

  it.each([1, 7, 1623, 60_000])('permutations of %i elements', async (size) => {
    const count = Math.min(size, 40);
    const entries = array(
      Array.from({ length: count }, (_, i) => i),
      [count],
      'u32',
    );
    for (const values of await both(permute(keyTensor(), size, entries))) {
      expect(values).toEqual([...permutation(key, size, count)]);
    }
  });

  it.each([
    { examples: 25, batch: 10, tasks: 3 },
    { examples: 1000, batch: 16 },
    { examples: 25, batch: 40, tasks: 2, replacement: true },
  ])('batches: $examples examples, batches of $batch', async (options) => {
    const size = options.batch * (options.tasks ?? 1);
    const stream = batchStream(key, { ...options, steps: 8 });
    // Step 2 of the first case straddles two epochs.
    for (const step of [0, 2, 7]) {
      for (const values of await both(batchPositions(key, array([step], [], 'u32'), options))) {
        expect(values).toEqual([...stream.subarray(step * size, (step + 1) * size)]);
      }
    }
  });
});
