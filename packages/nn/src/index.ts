/** @file Layers, losses, initialisers, optimisers and models as pure functions on flat parameter vectors with named layouts. */
export {
  activation,
  type Block,
  type BlockKind,
  type Mode,
  pure,
  type Scope,
  type StatisticsDescription,
  sequence,
} from './blocks/block.ts';
export {
  type ConvolutionOptions,
  convolutionBlock,
  denseBlock,
  dropoutBlock,
  flatten,
  type LayerOptions,
} from './blocks/layer-blocks.ts';
export { type BatchNormOptions, batchNormBlock, groupNormBlock } from './blocks/norm-blocks.ts';
export { type ResidualOptions, residualBlock } from './blocks/residual-block.ts';
export {
  type CropOptions,
  cropAt,
  flipWhere,
  type NormalisationOptions,
  normalise,
  randomCrop,
  randomFlip,
} from './data/augmentation.ts';
export { drawImages, packImages, wordsPerImage } from './data/packed-images.ts';
export { initialise, type ParameterDescription } from './initial/initialise.ts';
export {
  type Fan,
  fanOf,
  fill,
  type Initialiser,
  identityFilter,
  type KaimingOptions,
  kaimingNormal,
  kaimingUniform,
  normalOf,
  ones,
  uniformFanIn,
  xavierNormal,
  xavierUniform,
  zeros,
} from './initial/initialisers.ts';
export {
  atStep,
  batchNorm,
  batchStatistics,
  channelCount,
  normaliseBy,
  type Statistics,
  updateRunning,
  withRowAtStep,
} from './layers/batch-norm.ts';
export { convolution } from './layers/convolution.ts';
export { dense } from './layers/dense.ts';
export { dropout } from './layers/dropout.ts';
export { groupNorm, layerNorm } from './layers/group-norm.ts';
export { shortcutA } from './layers/residual.ts';
export { Layout, type NamedShape, SLICE_ALIGNMENT, type Slice } from './layout/layout.ts';
export {
  extractNumbers,
  extractPart,
  joinParts,
  type Parameters,
  type Part,
  parametersOf,
} from './layout/parts.ts';
export { accuracy, correctPerExample } from './losses/accuracy.ts';
export { expectedCalibrationError } from './losses/calibration.ts';
export { crossEntropy, crossEntropyPerExample, nll, nllPerExample } from './losses/cross-entropy.ts';
export { meanSquaredError, squaredErrorPerExample } from './losses/squared-error.ts';
export { weightedMean } from './losses/weighted-mean.ts';
export { type Conv4Options, conv4 } from './models/convolutional.ts';
export {
  type Applied,
  type ApplyOptions,
  Model,
  type ModelDescription,
  type Weights,
} from './models/model.ts';
export {
  logisticRegression,
  type PerceptronOptions,
  perceptron,
  sinusoidPerceptron40,
  sinusoidPerceptron100,
} from './models/perceptron.ts';
export { type ResidualNetworkOptions, residualNetwork, resnet8, resnet20 } from './models/residual.ts';
export { insertAtSites, type Site, sitesOf } from './models/sites.ts';
export { type WarpedConvolutionalOptions, warpedConvolutional } from './models/warped.ts';
export { type AdamOptions, adam } from './optimisers/adam.ts';
export { clipNorm, clipValue } from './optimisers/clip.ts';
export {
  type Hyperparameter,
  type Optimiser,
  type Schedule,
  type State,
  startOf,
  stateLike,
  type Updated,
  valueAt,
} from './optimisers/optimiser.ts';
export {
  cosineSchedule,
  exponentialSchedule,
  linearSchedule,
  stepSchedule,
  warmUp,
} from './optimisers/schedules.ts';
export { type MomentumOptions, momentum, type SgdOptions, sgd, withWeightDecay } from './optimisers/sgd.ts';
