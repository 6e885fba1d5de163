/** @file `@longhorizon/benchmarks/methods`: the registry of methods, for commands, studies and tests. */
export { type Card, descriptionOf, type RegisteredMethod } from './card.ts';
export { type HyperContext, type HyperMethod, hyperMethod } from './hyper-method.ts';
export { type InitContext, type InitMethod, initMethod } from './init-method.ts';
export {
  above0,
  atLeastZero,
  checked,
  fields,
  InputError,
  number,
  refuse,
  sentences,
  vector,
  whole,
} from './options.ts';
export { hyperMethods, initMethods, methodNamed } from './registry.ts';
