/** @file The bilevel problem and method interfaces, the horizon loop, the exact-gradient oracle and the baselines. */
export { type Facts, factsOf } from './method/facts.ts';
export { Inner, type OuterGradients, type Products, type UpdateOptions } from './method/inner.ts';
export { declareMeta, type InitialisationRule, type Meta, type MetaOptions } from './method/meta.ts';
export {
  type Algorithm,
  type Beginning,
  type Complexity,
  type Method,
  type OpenHorizon,
  type OwnHorizon,
  RefusedError,
} from './method/method.ts';
export {
  type Backend,
  type Outcome,
  predictRun,
  prepare,
  Run,
  type RunOptions,
  refusal,
} from './method/run.ts';
export { HostArray, hostArray } from './problem/host-array.ts';
export { type PlacedGiven, placeGiven } from './problem/place.ts';
export {
  type Carry,
  type ClosedForm,
  defineProblem,
  descend,
  type GivenArrays,
  type GivenTensors,
  innerGradient,
  type Problem,
  weightShape,
} from './problem/problem.ts';
export { addCounts, type Counts, noCounts } from './workspace/counts.ts';
export type { Engine, EngineStatistics } from './workspace/engine.ts';
export {
  type Action,
  copy,
  type Kernel,
  load,
  type Rows,
  run,
  type Slot,
  save,
  Workspace,
} from './workspace/workspace.ts';
