/** @file Rows that one buffer cannot hold together, under a limit put in at the WebGPU boundary. */
import { expect, it } from 'vitest';
import { nodeGpu } from '../device.ts';
import { openDevice } from '../index.ts';
import { withFaults } from '../testing.ts';
import { Slots } from './slots.ts';

const maxBufferSize = 2 ** 28;

it('more slots than a buffer may hold lie in several, each at a place of its own', async () => {
  const gpu = withFaults(await nodeGpu(), {
    limits: { maxBufferSize, maxStorageBufferBindingSize: 2 ** 27 },
  });
  const device = await openDevice({ gpu });
  // Two in a buffer; nothing is written, so no memory is touched.
  const slotBytes = 100 * 2 ** 20;
  const slots = new Slots(device, slotBytes, 5, { checkpoints: slotBytes }, 'checkpoints');
  expect(device.ledger.liveByClass().checkpoints).toBe(5 * slotBytes);

  const rows = Array.from({ length: 5 }, (_, slot) => slots.place(slot));
  const buffers = [...new Set(rows.map(({ buffer }) => buffer))];
  expect(buffers.map(({ bytes }) => bytes)).toEqual([2 * slotBytes, 2 * slotBytes, slotBytes]);
  expect(rows.map(({ buffer, offset }) => [buffers.indexOf(buffer), offset])).toEqual([
    [0, 0],
    [0, slotBytes],
    [1, 0],
    [1, slotBytes],
    [2, 0],
  ]);
  expect(slots.place(3, 256)).toEqual({ buffer: buffers[1], offset: slotBytes + 256 });

  slots.destroy();
  expect((await device.close()).leaks).toEqual([]);
});
