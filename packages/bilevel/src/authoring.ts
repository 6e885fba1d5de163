/** @file `@longhorizon/bilevel/authoring`: what a method is written with. The program's verbs (`execute`, `load`, `save`), an inner problem's products, sweeps, solvers. */
export { type Facts, factsOf } from './hyper/facts.ts';
export { Inner } from './hyper/inner.ts';
export type { Algorithm, Beginning, CustomHorizon, DeviceHorizon } from './hyper/method.ts';
export type { OuterGradients, Products, UpdateOptions } from './hyper/products.ts';
export { declareReverseSweep, type ReverseSweep } from './hyper/reverse-sweep.ts';
export { declareTangentSweep, type TangentSweep } from './hyper/tangent-sweep.ts';
export {
  type LaidOutGroup,
  type MetaUpdate,
  type MetaUpdateOptions,
  type Reset,
  type StepGraph,
  TaskLayout,
} from './init/layout.ts';
export type { InitialisationAlgorithm, InnerStep } from './init/method.ts';
export { groupShape } from './init/task-set.ts';
export { type PlacedGiven, placeGiven } from './problem/place.ts';
export { declareMeta, type InitialisationRule, type Meta, type MetaOptions } from './session/meta.ts';
export {
  declareConjugateGradients,
  type LinearSystem,
  type LinearSystemOptions,
} from './solvers/conjugate-gradients.ts';
export { type CurvatureWatch, declareCurvatureWatch } from './solvers/curvature.ts';
export { type DenseSystem, solveByConjugateGradients } from './solvers/dense-system.ts';
export { addCounts, type Counts, noCounts, subtractCounts } from './workspace/counts.ts';
export type { Engine, EngineStatistics } from './workspace/engine.ts';
export { type MadeEngine, makeEngine } from './workspace/make-engine.ts';
export {
  type Action,
  type Computation,
  execute,
  type History,
  load,
  save,
  type Variable,
  Workspace,
} from './workspace/workspace.ts';
