/** @file The rows of the suite `long-tailed`: which pictures, how unbalanced. A problem is one row. */
import { type Dataset, keyAt, loadDataset, toCommonShape } from '@longhorizon/datasets';
import type { CellConfig, MetricSpec, ProblemSpec } from '@longhorizon/harness';
import type { Seeds } from '../../measurements/rows.ts';
import { type Classifier, classifierOf, smallNetwork } from './model/classifier.ts';
import { type TailData, tailData } from './model/tail-data.ts';
import { onlyClasses } from './model/two-classes.ts';

export interface TailProblemRow extends ProblemSpec {
  /** The data set whose files it needs; profiles leave it out where they are not. */
  readonly needs?: string;
  readonly imbalance: number;
  readonly pictures: () => Dataset;
  /** Training images of the largest class, dev and test images of every class. */
  readonly sizes: { readonly largest: number; readonly dev: number; readonly test: number };
}

/** How large a run is. */
export interface TailProfile {
  /** Pictures are reduced to side × side. */
  readonly side: number;
  readonly filters: number;
  readonly layers: number;
  /** Steps of the whole run; the last fifth is the second stage. */
  readonly steps: number;
}

const tailProfiles: Readonly<Record<string, TailProfile>> = {
  quick: { side: 14, filters: 8, layers: 2, steps: 200 },
  standard: { side: 14, filters: 16, layers: 2, steps: 1000 },
  full: { side: 28, filters: 32, layers: 3, steps: 5000 },
};

const glyphs = (perClass: number) => () => loadDataset('glyphs', { seed: 1, classes: 10, perClass });

/** Ten generated characters, or Fashion-MNIST: as many images as its 10,000 allow beside a test set of 2,000. */
const generatedSizes = { largest: 400, dev: 10, test: 100 };
const fashionSizes = { largest: 790, dev: 10, test: 200 };

/** Mean accuracy over so many classes: one guess for all is right in one of them. */
function balanced(classes: number): MetricSpec {
  return { name: 'accuracy', title: 'Balanced accuracy', direction: 'higher', chance: 1 / classes };
}

function generated(imbalance: number): TailProblemRow {
  return {
    name: `generated-${imbalance}`,
    title: `generated characters, imbalance ${imbalance}`,
    description: `Ten generated characters, 400 training images of the first and ${400 / imbalance} of the last; 10 of each in the dev set.`,
    metric: balanced(10),
    imbalance,
    pictures: glyphs(generatedSizes.largest + generatedSizes.dev + generatedSizes.test),
    sizes: generatedSizes,
  };
}

function fashion(imbalance: number): TailProblemRow {
  return {
    name: `fashion-${imbalance}`,
    title: `Fashion-MNIST, imbalance ${imbalance}`,
    description: `790 training images of the first class and ${Math.floor(790 / imbalance)} of the last; 10 of each in the dev set, 200 in the test set.`,
    needs: 'fashion-mnist',
    metric: balanced(10),
    imbalance,
    pictures: () => loadDataset('fashion-mnist'),
    sizes: fashionSizes,
  };
}

/** Of L2RW (Ren et al., section 4.1): 4 against 9, 99.5 % of them one of the two, 10 clean images. */
const fourNineSizes = { largest: 796, dev: 5, test: 150 };

export const problems: readonly TailProblemRow[] = [
  generated(100),
  generated(200),
  {
    name: 'generated-pair',
    title: 'two generated characters, 99.5 % of them one',
    description: '796 training images of one character and 4 of the other; 5 of each in the dev set.',
    metric: balanced(2),
    imbalance: 199,
    pictures: () => loadDataset('glyphs', { seed: 2, classes: 2, perClass: 951 }),
    sizes: fourNineSizes,
  },
  ...[10, 50, 100, 200].map(fashion),
  {
    name: 'four-nine',
    title: 'MNIST, 4 against 9, 99.5 % of them 9',
    description:
      '796 training images of 9 and 4 of 4, 5 of each in the dev set, 150 in the test set: the toy of L2RW at the size that 2,000 images allow.',
    needs: 'mnist',
    metric: balanced(2),
    imbalance: 199,
    pictures: () => onlyClasses(loadDataset('mnist'), [9, 4]),
    sizes: fourNineSizes,
  },
];

export interface TailCase {
  readonly data: TailData;
  readonly classifier: Classifier;
  readonly profile: TailProfile;
}

let last: { readonly key: string; readonly found: TailCase } | undefined;

/** Data and network of a cell: the same for every method and pass, so the last is usually the next one, too. */
export function tailCase({ problem, profile, seed }: CellConfig, seeds: Seeds): TailCase {
  const key = JSON.stringify([problem, profile, seed]);
  if (last?.key === key) return last.found;
  const row = problems.find(({ name }) => name === problem);
  if (row === undefined) throw new Error(`internal: long-tailed has no problem ${problem}.`);
  const size = tailProfiles[profile] ?? tailProfiles.standard!;
  const { side, filters, layers } = size;
  const { largest, dev, test } = row.sizes;
  const data = tailData({
    dataset: toCommonShape(row.pictures(), { height: side, width: side, channels: 1 }),
    imbalance: row.imbalance,
    largest,
    devPerClass: dev,
    testPerClass: test,
    key: keyAt(seeds.data ?? 0, { of: 'long tail' }),
  });
  const found = {
    data,
    classifier: classifierOf(data, smallNetwork(side, data.classes, filters, layers)),
    profile: size,
  };
  last = { key, found };
  return found;
}
