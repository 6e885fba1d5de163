/** @file The bilevel problem and method interfaces, the horizon loop, the exact-gradient oracle and the baselines. */
export {
  type Agreement,
  agreement,
  type Comparison,
  compareWithExact,
  type MeasuredBytes,
  type Measurement,
  type MeasureOptions,
  measure,
} from './compare.ts';
export {
  type LaidOutGroup,
  type Reset,
  type StepGraph,
  TaskLayout,
} from './initialisation/layout.ts';
export type {
  InitialisationAlgorithm,
  InitialisationMethod,
  InitialisationOptions,
  InnerStep,
} from './initialisation/method.ts';
export { type FineTuningOptions, fineTuning } from './initialisation/methods/fine-tuning.ts';
export { type FomamlOptions, fomaml } from './initialisation/methods/fomaml.ts';
export { type ImamlOptions, imaml } from './initialisation/methods/imaml.ts';
export { independent } from './initialisation/methods/independent.ts';
export { type LeapOptions, leap } from './initialisation/methods/leap.ts';
export { type MultiStepFomamlOptions, multiStepFomaml } from './initialisation/methods/multi-step-fomaml.ts';
export { multiTask } from './initialisation/methods/multi-task.ts';
export { type ReptileOptions, reptile } from './initialisation/methods/reptile.ts';
export { scratch } from './initialisation/methods/scratch.ts';
export {
  type InitialisationOutcome,
  InitialisationRun,
  type PrepareInitialisationOptions,
  predictInitialisation,
  prepareInitialisation,
  refusalOfInitialisation,
} from './initialisation/run.ts';
export {
  defineTaskGroup,
  defineTaskSet,
  groupShape,
  type TaskGroup,
  type TaskSet,
  tasksOf,
} from './initialisation/task-set.ts';
export { type Facts, factsOf, refusalOfStart } from './method/facts.ts';
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
export { declareReverseSweep, type ReverseSweep } from './method/reverse-sweep.ts';
export {
  type Backend,
  type Outcome,
  predictRun,
  prepare,
  Run,
  type RunOptions,
  refusal,
} from './method/run.ts';
export { declareTangentSweep, type TangentSweep } from './method/tangent-sweep.ts';
export { type ConjugateGradientOptions, conjugateGradientIft } from './methods/conjugate-gradient.ts';
export { drmad, onTheLine } from './methods/drmad.ts';
export { type EvoGradOptions, evoGrad } from './methods/evograd.ts';
export { type ExactReverseOptions, exactReverse } from './methods/exact-reverse.ts';
export { firstOrder } from './methods/first-order.ts';
export { fomamlGradient } from './methods/fomaml.ts';
export { type ForwardOptions, forwardMode } from './methods/forward.ts';
export { type SharedForwardOptions, sharedForward } from './methods/forward-shared.ts';
export { type GeneralisedGreedyOptions, generalisedGreedy } from './methods/generalised-greedy.ts';
export { greedyMaml } from './methods/greedy-maml.ts';
export { type ImamlGradientOptions, imamlGradient } from './methods/imaml.ts';
export { leapGradient } from './methods/leap.ts';
export { needsLearnedStart, needsNothingButStart } from './methods/learned-start.ts';
export { multiStepFomamlGradient } from './methods/multi-step-fomaml.ts';
export { type NeumannOptions, neumannIft } from './methods/neumann.ts';
export { oneStep } from './methods/one-step.ts';
export { reptileGradient } from './methods/reptile.ts';
export { type TruncatedOptions, truncatedReverse } from './methods/truncated.ts';
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
export { learnStart } from './problems/learned-start.ts';
export type { OuterKind } from './problems/outer.ts';
export {
  diagonal,
  type MamlTask,
  type QuadraticMamlOptions,
  quadraticMaml,
} from './problems/quadratic-maml.ts';
export {
  type QuadraticTask,
  type QuadraticTaskSetOptions,
  quadraticTaskSet,
} from './problems/quadratic-tasks.ts';
export { type RatesOptions, rates, ratesOfSize } from './problems/rates.ts';
export { type ScheduleOptions, schedule } from './problems/schedule.ts';
export {
  type DescentOptions,
  descentOf,
  type TrackingOptions,
  tracking,
  trackingOfSize,
} from './problems/tracking.ts';
export { type WeightedRegressionOptions, weightedRegression } from './problems/weighted-regression.ts';
export { addCounts, type Counts, noCounts, subtractCounts } from './workspace/counts.ts';
export type { Engine, EngineStatistics } from './workspace/engine.ts';
export { type OpenedWorkspace, openWorkspace } from './workspace/open.ts';
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
