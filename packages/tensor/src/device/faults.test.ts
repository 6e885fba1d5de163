import { afterEach, describe, expect, test } from 'vitest';
import {
  BufferTooLargeError,
  type Device,
  DeviceLostError,
  type Faults,
  nodeGpu,
  OutOfMemoryError,
  openDevice,
  withFaults,
} from './index.ts';

const open: Device[] = [];

async function openWith(faults: Faults): Promise<Device> {
  const device = await openDevice({ gpu: withFaults(await nodeGpu(), faults) });
  open.push(device);
  return device;
}

afterEach(async () => {
  for (const device of open.splice(0)) await device.close();
});

const emptyCommands = (device: Device): GPUCommandBuffer => device.gpu.createCommandEncoder().finish();

describe('no memory for the n-th buffer', () => {
  test('is an error at the next wait that names the buffer, leaves the ledger right and the device usable', async () => {
    const device = await openWith({ failBufferAt: 2 });
    const first = device.createBuffer({ label: 'first', bytes: 64, class: 'weights' });
    device.createBuffer({ label: 'second', bytes: 1024, class: 'trajectory' });
    const error = await device.settle().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OutOfMemoryError);
    expect(error).toMatchObject({ label: 'second', bytes: 1024 });
    expect((error as Error).message).toContain(
      "no memory for the buffer 'second' of 1024 bytes; 64 bytes are already",
    );
    expect(device.ledger.list().map((allocation) => allocation.label)).toEqual(['first']);
    device.write(first, new Uint32Array([5]));
    expect(new Uint32Array(await device.read(first, 0, 4))[0]).toBe(5);
  });

  test('is reported before the refusals that follow from it', async () => {
    const device = await openWith({ failBufferAt: 1 });
    const missing = device.createBuffer({ label: 'missing', bytes: 16, class: 'data' });
    device.write(missing, new Uint32Array(4));
    await expect(device.idle()).rejects.toThrow(OutOfMemoryError);
    await device.idle();
  });

  test('in a read-back is an error of that read alone', async () => {
    const device = await openWith({ failBufferAt: 2 });
    const values = device.createBuffer({ label: 'values', bytes: 16, class: 'data' });
    await expect(device.read(values)).rejects.toThrow(OutOfMemoryError);
    expect((await device.read(values)).byteLength).toBe(16);
  });
});

describe('a device lost at the n-th submission', () => {
  test('fails every later call with the reason, and closes quietly', async () => {
    const device = await openWith({ loseAtSubmit: 2, lossMessage: 'the watchdog bit' });
    const buffer = device.createBuffer({ label: 'w', bytes: 16, class: 'weights' });
    device.submit(emptyCommands(device));
    await device.idle();
    device.submit(emptyCommands(device));
    await expect(device.idle()).rejects.toThrow(DeviceLostError);
    await expect(device.read(buffer)).rejects.toThrow(/lost \(unknown\); it said: the watchdog bit\./);
    expect(() => device.submit(emptyCommands(device))).toThrow(DeviceLostError);
    expect(() => device.createBuffer({ label: 'v', bytes: 16, class: 'weights' })).toThrow(DeviceLostError);
    await expect(device.pipeline('@compute @workgroup_size(1) fn main() {}')).rejects.toThrow(
      DeviceLostError,
    );
    expect(await device.lost).toBeInstanceOf(DeviceLostError);
    expect((await device.close()).leaks.map((leak) => leak.label)).toEqual(['w']);
    expect(device.ledger.live).toBe(0);
  });

  test('fails a read that is under way', async () => {
    const device = await openWith({ loseAtSubmit: 1 });
    const buffer = device.createBuffer({ label: 'w', bytes: 16, class: 'weights' });
    await expect(device.read(buffer)).rejects.toThrow(DeviceLostError);
  });

  test('fails a read with the loss, also where the host reports it after the read has failed', async () => {
    const device = await openWith({ loseAtSubmit: 1, reportsLossAfter: 200 });
    const buffer = device.createBuffer({ label: 'w', bytes: 16, class: 'weights' });
    const reading = device.read(buffer).then(
      () => 'it was read',
      (error: unknown) => error,
    );
    expect(await reading).toBeInstanceOf(DeviceLostError);
  });

  test('fails idle() while work is under way', async () => {
    const device = await openWith({ loseAtSubmit: 1 });
    const waiting = device.idle();
    device.submit(emptyCommands(device));
    await expect(waiting.then(() => device.idle())).rejects.toThrow(DeviceLostError);
  });
});

describe('an adapter with less', () => {
  test('lower limits are granted, named and kept', async () => {
    const device = await openWith({
      limits: { maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 2 ** 27 },
    });
    expect(device.limits.maxBufferSize).toBe(2 ** 28);
    const large = { label: 'large', bytes: 2 ** 28 + 4, class: 'scratch' } as const;
    expect(() => device.createBuffer(large)).toThrow(BufferTooLargeError);
    expect(() => device.createBuffer({ ...large, bytes: 2 ** 27 + 4 })).toThrow(/boundInParts/);
    const parts = device.createBuffer({ ...large, bytes: 2 ** 27 + 4, boundInParts: true });
    await device.idle();
    parts.destroy();
  });

  test('features that are missing are not asked for', async () => {
    const device = await openWith({
      withoutFeatures: ['subgroups', 'subgroup-size-control', 'timestamp-query'],
    });
    expect(device.features.has('subgroups')).toBe(false);
    expect(device.features.has('timestamp-query')).toBe(false);
  });
});
