import { expect, it } from 'vitest';
import {
  conv2d,
  DeviceArray,
  grad,
  matmul,
  mean,
  reshape,
  square,
  subtract,
  sum,
  TaskMap,
  type Tensor,
  tanh,
  totalBytes,
} from '../index.ts';
import { useDevice } from '../testing/device.ts';

const device = useDevice();

const wave = (count: number, frequency: number) =>
  Float32Array.from({ length: count }, (_, k) => Math.sin(frequency * k + 0.2));

/** The gradient of a small convolutional loss for a task's own filters, and a long sum: what different chunks might sum in different orders. */
function ofOneTask(x: Tensor, w: Tensor, head: Tensor): readonly Tensor[] {
  const loss = (v: Tensor) => {
    const y = tanh(conv2d(x, reshape(v, [3, 3, 2, 4]), { padding: 'same' }));
    return mean(square(subtract(matmul(reshape(y, [8, 256]), head), 0.5)));
  };
  return [grad(loss)(w), sum(square(x))];
}

it('gives every task the same bits, however the tasks are cut into chunks', async () => {
  const tasks = 6;
  const x = DeviceArray.from(device(), wave(tasks * 8 * 128, 0.37), [tasks, 8, 8, 8, 2]);
  const w = DeviceArray.from(device(), wave(tasks * 72, 0.9), [tasks, 72]);
  const head = DeviceArray.from(device(), wave(256 * 3, 1.1), [256, 3]);
  const request = {
    f: ofOneTask as (...inputs: Tensor[]) => readonly Tensor[],
    perTask: [x, w],
    shared: [head],
  };
  const whole = await TaskMap.make(device(), request);
  expect(whole.chunk).toBe(tasks);
  await whole.run();
  const expected = await Promise.all(whole.outputs.map((output) => output.read()));
  const all = totalBytes(whole.predicted);
  for (const memory of [0.7 * all, 0.4 * all, 0.2 * all]) {
    const chunked = await TaskMap.make(device(), { ...request, memory });
    expect(chunked.chunk).toBeLessThan(tasks);
    expect(totalBytes(chunked.predicted)).toBeLessThanOrEqual(memory);
    await chunked.run();
    for (const [k, output] of chunked.outputs.entries())
      expect([...(await output.read())]).toEqual([...expected[k]!]);
    chunked.destroy();
  }
  await expect(TaskMap.make(device(), { ...request, memory: 100 })).rejects.toThrow(
    /one of 6 tasks at a time needs .*, but the budget is 100 bytes/,
  );
  for (const one of [whole, x, w, head]) one.destroy();
});
