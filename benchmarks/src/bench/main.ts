/** @file `npm start`, `npx nx run bench` and `longhorizon bench`: the benchmark's command line. */
import { benchCommand } from '@longhorizon/harness';
import { closeDevices } from '../cells/device.ts';
import { closeKernelCells } from '../cells/kernel-cells.ts';
import { benchProgram } from './program.ts';

try {
  await benchCommand(benchProgram()).parseAsync();
} finally {
  await closeKernelCells();
  await closeDevices();
}
