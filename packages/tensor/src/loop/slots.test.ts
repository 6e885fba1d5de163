/** @file Copies that one buffer cannot hold together, under a limit put in at the WebGPU boundary. */
import { expect, it } from 'vitest';
import { nodeGpu } from '../device.ts';
import { openDevice } from '../index.ts';
import { withFaults } from '../testing.ts';
import type { CopyAction } from './sequencer.ts';
import { Slots } from './slots.ts';

const maxBufferSize = 2 ** 28;

it('more slots than a buffer may hold lie in several, each at a place of its own', async () => {
  const gpu = withFaults(await nodeGpu(), {
    limits: { maxBufferSize, maxStorageBufferBindingSize: 2 ** 27 },
  });
  const device = await openDevice({ gpu });
  const state = device.createBuffer({ label: 'state', bytes: 16, class: 'trajectory' });
  // Two in a buffer; nothing is copied, so no memory is touched.
  const slotBytes = 100 * 2 ** 20;
  const slots = new Slots(device, slotBytes, 5, { checkpoints: slotBytes }, 'checkpoints');
  expect(device.ledger.liveByClass().checkpoints).toBe(5 * slotBytes);

  const saved = Array.from({ length: 5 }, (_, slot) => slots.save(slot, state) as CopyAction);
  const buffers = [...new Set(saved.map(({ to }) => to))];
  expect(buffers.map(({ bytes }) => bytes)).toEqual([2 * slotBytes, 2 * slotBytes, slotBytes]);
  const places = saved.map(({ to, toOffset }) => [buffers.indexOf(to), toOffset]);
  expect(places).toEqual([
    [0, 0],
    [0, slotBytes],
    [1, 0],
    [1, slotBytes],
    [2, 0],
  ]);
  saved.forEach(({ to, toOffset }, slot) => {
    const { from, fromOffset } = slots.load(slot, state) as CopyAction;
    expect([from, fromOffset]).toEqual([to, toOffset]);
  });

  slots.destroy();
  state.destroy();
  expect((await device.close()).leaks).toEqual([]);
});
