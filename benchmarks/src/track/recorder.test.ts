import { openDevice } from '@longhorizon/tensor';
import { expect, it } from 'vitest';
import { startRecording, stopRecording, watchWebGpu } from './recorder.ts';

/** Usages of buffers, as WebGPU numbers them. */
const [copySource, copyTarget] = [4, 8];

it('counts the bytes that WebGPU is given, in elements of views and in bytes of buffers', async () => {
  watchWebGpu();
  const device = await openDevice({ warmPipelines: false });
  const { gpu } = device;
  const buffer = gpu.createBuffer({ size: 64, usage: copySource | copyTarget });
  const write = (data: ArrayBuffer | Float32Array<ArrayBuffer>, offset?: number, size?: number): number => {
    startRecording();
    gpu.queue.writeBuffer(buffer, 0, data, offset, size);
    return stopRecording().counters.writtenBytes!;
  };
  const numbers = Float32Array.of(1, 2, 3, 4, 5, 6);
  expect(write(numbers)).toBe(24);
  expect(write(numbers, 2)).toBe(16);
  expect(write(numbers, 1, 3)).toBe(12);
  expect(write(numbers.buffer, 8)).toBe(16);
  expect(write(numbers.buffer, 8, 4)).toBe(4);
  buffer.destroy();
  await device.close();
});

it('tells apart what is written, and not when: the same commands give the same trace', async () => {
  const device = await openDevice({ warmPipelines: false });
  const { gpu } = device;
  const traceOf = async (value: number): Promise<string> => {
    startRecording();
    const from = gpu.createBuffer({ size: 8, usage: copySource | copyTarget });
    const to = gpu.createBuffer({ size: 8, usage: copyTarget });
    gpu.queue.writeBuffer(from, 0, Uint32Array.of(value, 7));
    const encoder = gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(from, 0, to, 0, 8);
    gpu.queue.submit([encoder.finish()]);
    await gpu.queue.onSubmittedWorkDone();
    for (const one of [from, to]) one.destroy();
    const { trace, counters } = stopRecording();
    expect(counters).toMatchObject({
      buffers: 2,
      allocatedBytes: 16,
      copies: 1,
      copiedBytes: 8,
      submits: 1,
      syncs: 1,
    });
    return trace;
  };
  const [first, again, other] = [await traceOf(1), await traceOf(1), await traceOf(2)];
  expect(again).toBe(first);
  expect(other).not.toBe(first);
  await device.close();
});
