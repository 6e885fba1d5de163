/** @file What the command line takes from here. */
export { command } from './bench/command.ts';
