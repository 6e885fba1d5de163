/** @file What the command line takes from here. */
export { command } from './bench/command.ts';
export { benchProgram } from './bench/program.ts';
export { kernelsCommand } from './suites/kernels/command.ts';
export { kernelSuite } from './suites/kernels/declaration.ts';
