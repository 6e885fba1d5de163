/** @file Every op on a device, against its float64 reference. */
import { allOps } from '../ops/index.ts';
import { describeOpOnGpu } from './describe-op-on-gpu.ts';
import { useDevice } from './device.ts';

const getDevice = useDevice();

for (const op of allOps) describeOpOnGpu(op, getDevice);
