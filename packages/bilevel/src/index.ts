/**
 * @file The bilevel problem and method interfaces, the horizon loop, the exact-gradient oracle and the baselines. What a method of one's own is written
 * with stands in `authoring.ts`, small problems with known answers in `problems.ts`.
 */
export { type Complexity, type Method, RefusedError } from './hyper/method.ts';
export { type BomeOptions, bome } from './hyper/methods/bome.ts';
export { type ConjugateGradientOptions, conjugateGradientIft } from './hyper/methods/conjugate-gradient.ts';
export { drmad, onTheLine } from './hyper/methods/drmad.ts';
export { type EvoGradOptions, evoGrad } from './hyper/methods/evograd.ts';
export {
  type EvolutionStrategiesOptions,
  nres,
  pes,
  tes,
} from './hyper/methods/evolution-strategies.ts';
export { type ExactReverseOptions, exactReverse } from './hyper/methods/exact-reverse.ts';
export { type Fg2uOptions, fg2u } from './hyper/methods/fg2u.ts';
export { firstOrder } from './hyper/methods/first-order.ts';
export { type ForwardOptions, forwardMode } from './hyper/methods/forward.ts';
export { type SharedForwardOptions, sharedForward } from './hyper/methods/forward-shared.ts';
export { type GeneralisedGreedyOptions, generalisedGreedy } from './hyper/methods/generalised-greedy.ts';
export { greedyMaml } from './hyper/methods/greedy-maml.ts';
export { needsLearnedStart, needsNothingButStart } from './hyper/methods/learned-start.ts';
export { type NeumannOptions, neumannIft } from './hyper/methods/neumann.ts';
export { type NystromOptions, nystromIft } from './hyper/methods/nystrom.ts';
export { oneStep } from './hyper/methods/one-step.ts';
export { type ReplayOptions, replay } from './hyper/methods/replay.ts';
export { type SabaOptions, saba } from './hyper/methods/saba.ts';
export { type SamaOptions, sama } from './hyper/methods/sama.ts';
export { type SobaOptions, soba } from './hyper/methods/soba.ts';
export { type TruncatedOptions, truncatedReverse } from './hyper/methods/truncated.ts';
export { type F2saOptions, f2sa, type PbgdOptions, pbgd } from './hyper/methods/value-function.ts';
export * as hyper from './hyper/methods.ts';
export { mixFlow } from './hyper/mix-flow.ts';
export type { InitialisationMethod, InitialisationOptions } from './init/method.ts';
export { type FineTuningOptions, fineTuning } from './init/methods/fine-tuning.ts';
export { independent } from './init/methods/independent.ts';
export { multiTask } from './init/methods/multi-task.ts';
export { scratch } from './init/methods/scratch.ts';
export * as init from './init/methods.ts';
export { defineTaskGroup, defineTaskSet, type TaskGroup, type TaskSet, tasksOf } from './init/task-set.ts';
export { HostArray, hostArray } from './problem/host-array.ts';
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
export {
  type Agreement,
  agreement,
  type Comparison,
  compareWithExact,
  type MeasuredBytes,
  type MeasuredGradient,
  type MeasureOptions,
  measure,
} from './session/compare.ts';
export { type Estimate, type EstimateOptions, estimateQuality } from './session/estimate.ts';
export { type ExponentOptions, exponentMeans, finiteTimeExponent } from './session/exponent.ts';
export {
  type NotFinite,
  type PrepareInitialisationOptions,
  refusalOfInitialisation,
} from './session/initialisation-layout.ts';
export {
  type InitialisationOutcome,
  InitialisationRun,
  predictInitialisation,
  prepareInitialisation,
} from './session/initialisation-run.ts';
export {
  type Outcome,
  predictRun,
  prepare,
  type Quantity,
  Run,
  type RunOptions,
  refusal,
} from './session/run.ts';
export type { Backend, Effort } from './session/session.ts';
export type { NonPositiveCurvature } from './solvers/curvature.ts';
