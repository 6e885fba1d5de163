import { describe, expect, it } from 'vitest';
import { keyAt } from '../random/key.ts';
import { batchEntry, batchStream, take } from './batches.ts';

const key = keyAt(5, { split: 'train' });

describe('batch streams', () => {
  it('show every example once an epoch, in a new order each time, across batch borders', () => {
    const stream = batchStream(key, { examples: 30, batch: 7, steps: 60 });
    const epochs = Array.from({ length: 14 }, (_, epoch) => [
      ...stream.subarray(epoch * 30, epoch * 30 + 30),
    ]);
    for (const epoch of epochs) expect(new Set(epoch).size).toBe(30);
    expect(new Set(epochs.map(String)).size).toBe(14);
  });

  it('lay out steps, then tasks, then places, each task with a stream of its own', () => {
    const options = { examples: 50, batch: 4, steps: 40, tasks: 3 };
    const stream = batchStream(key, options);
    for (let step = 0; step < 40; step += 1) {
      for (let task = 0; task < 3; task += 1) {
        for (let place = 0; place < 4; place += 1) {
          expect(stream[(step * 3 + task) * 4 + place]).toBe(batchEntry(key, options, step, place, task));
        }
      }
    }
    const one = batchStream(key, { ...options, tasks: 1 });
    expect([...one.subarray(0, 4)]).toEqual([...stream.subarray(0, 4)]);
    expect([...stream.subarray(4, 8)]).not.toEqual([...stream.subarray(0, 4)]);
  });

  it('do not change when more steps are asked for', () => {
    const short = batchStream(key, { examples: 50, batch: 8, steps: 10 });
    const long = batchStream(key, { examples: 50, batch: 8, steps: 100 });
    expect([...long.subarray(0, 80)]).toEqual([...short]);
  });

  it('draw evenly with replacement', () => {
    const options = { examples: 20, batch: 100, steps: 200, replacement: true };
    const stream = batchStream(key, options);
    const counts = new Array<number>(20).fill(0);
    for (const example of stream) counts[example]! += 1;
    // 20,000 / 20 = 1000, standard deviation 30.8.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * 30.8);
    expect(stream[715]).toBe(batchEntry(key, options, 7, 15));
  });

  it('keep their golden values, which a device must reproduce', () => {
    expect([...batchStream([3, 4], { examples: 5, batch: 3, steps: 4 })]).toMatchInlineSnapshot(`
      [
        3,
        0,
        4,
        1,
        2,
        2,
        1,
        3,
        4,
        0,
        0,
        4,
      ]
    `);
    expect([
      ...batchStream([3, 4], { examples: 1000, batch: 3, steps: 2, tasks: 2, replacement: true }),
    ]).toMatchInlineSnapshot(`
      [
        766,
        763,
        604,
        544,
        490,
        619,
        131,
        97,
        157,
        187,
        775,
        363,
      ]
    `);
  });

  it('turn into indices of a data set', () => {
    expect([...take(Uint32Array.from([10, 20, 30]), Uint32Array.from([2, 0, 0]))]).toEqual([30, 10, 10]);
    expect(() => take(Uint32Array.from([10]), Uint32Array.from([1]))).toThrow('Position 1 was asked for');
  });

  it('say what is wrong', () => {
    expect(() => batchStream(key, { examples: 10, batch: 11, steps: 1 })).toThrow(
      'A batch of 11 was asked for from 10 examples without replacement',
    );
    expect(() => batchStream(key, { examples: 10, batch: 5, steps: 0 })).toThrow('at least 1 step');
  });
});
