/** @file What the command line takes from here. */
export { command } from './bench/command.ts';
export { kernelsCommand } from './kernels/command.ts';
export { kernelSuite } from './kernels/suite.ts';
