/** @file Every op on a device, against its float64 reference. */
import { afterAll, beforeAll } from 'vitest';
import { type Device, openDevice } from '../device/index.ts';
import { allOps } from '../ops/index.ts';
import { describeOpOnGpu } from './describe-op-on-gpu.ts';

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(async () => {
  await device.close();
});

for (const op of allOps) describeOpOnGpu(op, () => device);
