/** @file The methods that return dL^val/dλ, exported as the namespace `hyper`. */
export { type ConjugateGradientOptions, conjugateGradientIft } from './methods/conjugate-gradient.ts';
export { drmad } from './methods/drmad.ts';
export { type EvoGradOptions, evoGrad } from './methods/evograd.ts';
export { type ExactReverseOptions, exactReverse } from './methods/exact-reverse.ts';
export { firstOrder } from './methods/first-order.ts';
export { fomaml } from './methods/fomaml.ts';
export { type ForwardOptions, forwardMode } from './methods/forward.ts';
export { type SharedForwardOptions, sharedForward } from './methods/forward-shared.ts';
export { type GeneralisedGreedyOptions, generalisedGreedy } from './methods/generalised-greedy.ts';
export { greedyMaml } from './methods/greedy-maml.ts';
export { type ImamlOptions, imaml } from './methods/imaml.ts';
export { leap } from './methods/leap.ts';
export { multiStepFomaml } from './methods/multi-step-fomaml.ts';
export { type NeumannOptions, neumannIft } from './methods/neumann.ts';
export { oneStep } from './methods/one-step.ts';
export { reptile } from './methods/reptile.ts';
export { type TruncatedOptions, truncatedReverse } from './methods/truncated.ts';
