/** @file MetaPerturb: a perturbation of 82 numbers that is meta-learned on some tasks and regularises other networks on others. */
export {
  type MetaBatch,
  type MetaCarry,
  type MetaStep,
  type MetaTraining,
  type MetaTrainingOptions,
  metaTraining,
  type SourceTask,
} from './meta-training.ts';
export {
  type ChannelStatistics,
  type PerturbationOptions,
  type Perturbed,
  perturbation,
} from './perturbation.ts';
export { type PerturbedOptions, perturbed, runningAfter } from './perturbed.ts';
export {
  authorsPhi,
  loadPhi,
  numbersOf,
  type PhiPart,
  type PhiTensors,
  phiLayout,
  savePhi,
  untrainedPhi,
} from './phi.ts';
export { type MetaPerturbProblemOptions, metaPerturbProblem, type TaskExamples } from './problem.ts';
