/** @file The methods that learn an initialisation φ over long trajectories, exported as the namespace `init`. */
export { type FineTuningOptions, fineTuning } from './methods/fine-tuning.ts';
export { type FomamlOptions, fomaml } from './methods/fomaml.ts';
export { type ImamlOptions, imaml } from './methods/imaml.ts';
export { independent } from './methods/independent.ts';
export { type LeapOptions, leap } from './methods/leap.ts';
export { type MultiStepFomamlOptions, multiStepFomaml } from './methods/multi-step-fomaml.ts';
export { multiTask } from './methods/multi-task.ts';
export { type ReptileOptions, reptile } from './methods/reptile.ts';
export { scratch } from './methods/scratch.ts';
