/** @file The worker of a page: every cell of the benchmark that runs in a browser runs here, on one device. */
import { serveCellsInWorker, type WorkerScope } from '@longhorizon/harness/browser';
import { describeDevice, sharedDevice } from '../measurements/device.ts';
import { classifyError } from '../measurements/failures.ts';
import { runBrowserCell } from './suites.ts';

serveCellsInWorker(globalThis as typeof globalThis & WorkerScope, {
  runCell: runBrowserCell,
  classifyError,
  describeAdapter: async () => describeDevice(await sharedDevice(undefined)),
});
