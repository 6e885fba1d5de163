/**
 * @file What runs without files and without Node, in a browser as well: generators and samplers. Everything that samples
 * gives indices into a data set's arrays, and everything random is a function of a key.
 */

export type * from './dataset/types.ts';
export { GENERATED, PROCEDURAL_FAMILIES } from './definitions/generated.ts';
export { batchPositions } from './device/batch-positions.ts';
export { DatasetError } from './errors.ts';
export { blobs } from './generated/blobs.ts';
export { type GaussianBlobOptions, generateGaussianBlobs } from './generated/gaussian-blobs.ts';
export { generateDataset } from './generated/generate.ts';
export { type Glyph, glyphs } from './generated/glyphs.ts';
export { gratings } from './generated/gratings.ts';
export {
  HIMMELBLAU,
  HIMMELBLAU_STARTS,
  HIMMELBLAU_TASKS,
  type HimmelblauTask,
  himmelblauGradient,
  himmelblauLoss,
  himmelblauMinima,
} from './generated/himmelblau.ts';
export { familyImages, type ImageFamily } from './generated/image-family.ts';
export { polygons } from './generated/polygons.ts';
export { type QuadraticOptions, type QuadraticTasks, quadraticTasks } from './generated/quadratics.ts';
export {
  SINUSOID,
  type SinusoidPoints,
  type SinusoidTasks,
  sinusoidPoints,
  sinusoidTasks,
} from './generated/sinusoids.ts';
export { strokes } from './generated/strokes.ts';
export { textures } from './generated/textures.ts';
export { type CommonShape, toCommonShape, withRotations } from './images/convert.ts';
export { type ChannelStatistics, channelStatistics } from './images/statistics.ts';
export { chooseDistinct, drawAt, PERMUTATION_ROUNDS, permutation, permute } from './random/choice.ts';
export { Draw } from './random/draw.ts';
export {
  type Axes,
  bitsAt,
  hashName,
  type Key,
  keyAt,
  randomBits,
  randomUniform,
  rootKey,
  splitKey,
  UNIFORM_SCALE,
  uniformAt,
} from './random/key.ts';
export { threefry2x32 } from './random/threefry.ts';
export { areaAverage } from './readers/area-average.ts';
export { type BatchOptions, batchEntry, batchStream, take } from './samplers/batches.ts';
export {
  allClasses,
  type ClassIndex,
  classesWithAtLeast,
  classIndex,
  classSize,
  type Examples,
  imagesOfClass,
  indexLabels,
} from './samplers/class-index.ts';
export {
  type ClassSplit,
  officialClassSplit,
  type SplitSizes,
  splitClasses,
} from './samplers/class-splits.ts';
export { type CleaningOptions, type CleaningSplit, dataCleaningSplit } from './samplers/data-cleaning.ts';
export { type EpisodeOptions, type Episodes, sampleEpisodes, TURNS } from './samplers/episodes.ts';
export { addLabelNoise, type LabelNoise, type NoisyLabels } from './samplers/label-noise.ts';
export {
  type LongTail,
  type LongTailOptions,
  longTailCounts,
  longTailedSubset,
} from './samplers/long-tail.ts';
export { type ManyShotOptions, type ManyShotTask, sampleManyShotTask } from './samplers/many-shot.ts';
