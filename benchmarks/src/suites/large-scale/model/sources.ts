/**
 * @file Where tasks of pictures come from: sets that have little in common, each with its own classes, size and colours. What is learned from
 * and what is kept for the test share no picture.
 */
import {
  allClasses,
  areaAverage,
  assertIndependent,
  chooseDistinct,
  classesWithAtLeast,
  type Dataset,
  findDataset,
  keyAt,
  loadDataset,
  toCommonShape,
} from '@longhorizon/datasets';

/** One set that a task is made from. */
export interface ImageSource {
  /** Of the task: a set may give more than one. */
  readonly name: string;
  readonly dataset: string;
  /** Classes of the task; all when left out. */
  readonly classes?: number;
  /** The first of its classes, where a set gives several tasks; chosen by the seed when left out. */
  readonly firstClass?: number;
}

/** Sources on the two sides of the split. */
export interface Sources {
  readonly train: readonly ImageSource[];
  readonly test: ImageSource;
}

/** Generated pictures: needs no files. Glyphs give two tasks of different characters, as TinyImageNet did in the paper. */
export const procedural: Sources = {
  train: [
    { name: 'glyphs-a', dataset: 'glyphs', classes: 20, firstClass: 0 },
    { name: 'glyphs-b', dataset: 'glyphs', classes: 20, firstClass: 20 },
    { name: 'polygons', dataset: 'polygons' },
    { name: 'textures', dataset: 'textures' },
    { name: 'gratings', dataset: 'gratings' },
    { name: 'blobs', dataset: 'blobs' },
  ],
  test: { name: 'strokes', dataset: 'strokes' },
};

/** Real pictures, small enough to be handed around: 2 to 42 classes, 28 × 28 in gray and 32 × 32 in colour. */
export const real: Sources = {
  train: [
    { name: 'fashion-mnist', dataset: 'fashion-mnist' },
    { name: 'quickdraw', dataset: 'quickdraw345', classes: 30 },
    { name: 'omniglot', dataset: 'omniglot', classes: 40 },
    { name: 'pneumonia', dataset: 'pneumoniamnist-balanced' },
    { name: 'eurosat', dataset: 'eurosat' },
    { name: 'sign-digits', dataset: 'sign-digits' },
    { name: 'fruits', dataset: 'fruits360-kinds' },
  ],
  test: { name: 'kmnist', dataset: 'kmnist' },
};

/** Names of the sets that must be here. */
export function datasetsOf({ train, test }: Sources): readonly string[] {
  return [...new Set([...train, test].map(({ dataset }) => dataset))];
}

/** What is taken of each set. */
export interface TakeOptions {
  readonly seed: number;
  /** Pictures of each class at most. */
  readonly perClass: number;
  /** The sides of the pictures are divided by this, 1 when left out: 2 halves them. */
  readonly reduction?: number;
  /** All pictures at this one size instead, and in three channels: tasks of one shape. */
  readonly side?: number;
  /** Classes of a task at most. */
  readonly classes?: number;
}

/** A set that was loaded, and the classes that a task is made of. */
export interface LoadedSource {
  readonly name: string;
  readonly dataset: Dataset;
  readonly pool: Uint32Array;
}

/**
 * Loads the sources.
 *
 * @throws RangeError without sources; DatasetError where one stands on both sides, or two share pictures
 */
export function loadSources(
  { train, test }: Sources,
  options: TakeOptions,
): { readonly train: readonly LoadedSource[]; readonly test: LoadedSource } {
  if (train.length === 0)
    throw new RangeError('there are no sources to learn from: zero tasks were asked for; name one or more.');
  assertIndependent(
    train.map(({ dataset }) => dataset),
    [test.dataset],
  );
  const load = (source: ImageSource): LoadedSource => loadSource(source, options);
  return { train: train.map(load), test: load(test) };
}

function loadSource({ name, dataset, classes, firstClass }: ImageSource, options: TakeOptions): LoadedSource {
  const { seed, perClass } = options;
  const needed = (firstClass ?? 0) + (classes ?? 0);
  const loaded = sized(dataset, options, Math.max(needed, 40));
  const most = options.classes ?? Number.POSITIVE_INFINITY;
  if (firstClass !== undefined && classes !== undefined) {
    const end = firstClass + Math.min(classes, most);
    return { name, dataset: loaded, pool: allClasses(loaded).slice(firstClass, end) };
  }
  // Where classes are chosen, those with enough pictures.
  const able =
    classes === undefined ? allClasses(loaded) : classesWithAtLeast(loaded, Math.min(perClass, 20));
  const wanted = Math.min(classes ?? able.length, most);
  const chosen = chooseDistinct(keyAt(seed, { classes: name }), able.length, wanted);
  return { name, dataset: loaded, pool: chosen.map((place) => able[place]!).sort() };
}

const known = new Map<string, Dataset>();

/** A set at the size asked for; read and reduced once a process. */
function sized(name: string, { perClass, reduction = 1, side }: TakeOptions, classes: number): Dataset {
  const key = `${name} ${perClass} ${side ?? `/${reduction}`}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  // Generated sets make no more pictures than are wanted.
  const isGenerated = findDataset(name).kind === 'generated';
  const whole = loadDataset(name, isGenerated ? { perClass, ...(name === 'glyphs' ? { classes } : {}) } : {});
  const dataset =
    side === undefined
      ? reduced(whole, reduction)
      : toCommonShape(whole, { height: side, width: side, channels: 3 });
  known.set(key, dataset);
  return dataset;
}

function reduced(dataset: Dataset, by: number): Dataset {
  const { name, images, shape } = dataset;
  if (!(images instanceof Uint8Array))
    throw new TypeError(`'${name}' does not hold pictures of bytes; choose a set of pictures.`);
  const [height, width] = [Math.round(shape[1] / by), Math.round(shape[2] / by)];
  return {
    ...dataset,
    images: areaAverage(images, shape, height, width),
    shape: [shape[0], height, width, shape[3]],
  };
}
