/** @file Functions made of ops on a device, against their float64 reference: here ops meet in one kernel. */
import { describeFunctionOnGpu } from './describe-op-on-gpu.ts';
import { useDevice } from './device.ts';
import { testedFunctions } from './function-cases.ts';

const getDevice = useDevice();

for (const tested of testedFunctions) describeFunctionOnGpu(tested, getDevice);
