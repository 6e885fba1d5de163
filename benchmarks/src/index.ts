/** @file What the command line takes from here. */
export { command } from './bench/command.ts';
export { benchDefinition } from './bench/definition.ts';
export { kernelsCommand } from './suites/kernels/command.ts';
export { kernelSuite } from './suites/kernels/declaration.ts';
