/** @file The command `hypergrad`, for hosts with files. */
export { command, hypergradCommand } from './command.ts';
export { computeHypergradients, type HypergradReport, type MethodReport } from './compute.ts';
export { checkInput, type HypergradInput, InputError, problemOf } from './input.ts';
export { baselineEntries, type MethodContext, type MethodEntry, methodEntry } from './methods.ts';
