/** @file The command `hypergrad`, for hosts with files. */
export { InputError } from '../command/fields.ts';
export { command, hypergradCommand } from './command.ts';
export { computeHypergradients, type HypergradReport, type MethodReport } from './compute.ts';
export { checkInput, type HypergradInput, problemOf } from './input.ts';
export { baselineEntries, type MethodContext, type MethodEntry, methodEntry } from './methods.ts';
