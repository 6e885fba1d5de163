/**
 * @file Rows of the suite `few-shot` in which λ is, or begins with, the start of the weights: MAML on 5 and 20 ways with 1 and 5 shots, by a
 * perceptron on 14 × 14 pixels and by Conv4 on 28 × 28; ANIL and Meta-SGD with their start. A problem is one row.
 */
import { learnStart } from '@longhorizon/bilevel/problems';
import type { ProfileOverride } from '@longhorizon/harness';
import { conv4 } from '@longhorizon/nn';
import { ratesAround } from '../../measurements/rates.ts';
import type { ProblemRow } from '../../measurements/rows.ts';
import {
  accuracyOf,
  type Family,
  type Kind,
  optionsOf,
  type Protocol,
  recipeOf,
  sizesOf,
  small,
} from './kinds.ts';
import { anil, maml, metaSgd } from './model/few-shot-problem.ts';

const convolutional: Family = {
  side: 28,
  sizes: [8, 32],
  network: (filters, classes) => conv4({ classes, filters }),
  title: 'Conv4 on 28 × 28 pixels',
  rates: { inner: 0.1, lambda: 0.001 },
};

const protocols: Readonly<Record<string, Protocol>> = {
  quick: { innerOptimisations: 40, batches: 10, evaluations: 2 },
  standard: { innerOptimisations: 300, batches: 25, evaluations: 4 },
  full: { innerOptimisations: 10_000, batches: 150, evaluations: 4 },
};

const isConvolutional = (name: string): boolean => name.includes('conv4');

/** η of the inner steps of a row, by its name. */
export const innerRateOf = (name: string): number =>
  (isConvolutional(name) ? convolutional : small).rates.inner;

/** The norm that every method's hypergradient is brought down to: long exact ones explode. */
const clip = 10;

const recipe = (kind: Kind) => recipeOf(kind, protocols, { rate: kind.family.rates.lambda, clip });

function mamlRow(name: string, kind: Kind): ProblemRow {
  const dimension = sizesOf(kind, ({ layout }) => layout.size);
  const options = optionsOf(kind, dimension);
  return {
    name,
    title: `MAML, ${kind.title}, ${kind.ways}-way ${kind.shots}-shot`,
    description: `${kind.ways}-way ${kind.shots}-shot tasks of ${kind.title}: λ is where the weights of ${kind.family.title} begin; T is the number of inner steps, in learning and at the test.${isConvolutional(name) ? ' Batch norm takes the statistics of all query images of a task at once, so accuracies are transductive.' : ''}`,
    dimension,
    make: (config, seeds) => maml(options(config, seeds)),
    metric: accuracyOf(kind.ways),
    rates: ratesAround(kind.family.rates.lambda),
    training: recipe(kind),
  };
}

const ways = [5, 20];
const shots = [1, 5];

function rowsOn(dataset: string, title: string): readonly ProblemRow[] {
  const five: Kind = { dataset, title, ways: 5, shots: 1, family: small };
  const anilSizes = sizesOf(five, ({ layout }) => layout.size);
  const rateSizes = sizesOf(five, ({ layout }) => 2 * layout.size);
  return [
    ...ways.flatMap((way) =>
      shots.flatMap((shot) => [
        mamlRow(`maml-${dataset}-${way}w${shot}s`, { ...five, ways: way, shots: shot }),
        mamlRow(`maml-conv4-${dataset}-${way}w${shot}s`, {
          ...five,
          ways: way,
          shots: shot,
          family: convolutional,
        }),
      ]),
    ),
    {
      name: `anil-start-${dataset}`,
      title: `ANIL with its head's start, ${title}`,
      description: `5-way 1-shot tasks of ${title} at 14 × 14: λ is the body of a perceptron and where its head begins.`,
      dimension: anilSizes,
      make: (config, seeds) => learnStart(anil(optionsOf(five, anilSizes)(config, seeds))),
      metric: accuracyOf(five.ways),
      rates: ratesAround(five.family.rates.lambda),
      training: recipe(five),
    },
    {
      name: `meta-sgd-start-${dataset}`,
      title: `Meta-SGD with its start, ${title}`,
      description: `5-way 1-shot tasks of ${title} at 14 × 14: λ is where the weights of a perceptron begin and a learning rate for each of them.`,
      dimension: rateSizes,
      make: (config, seeds) => learnStart(metaSgd(optionsOf(five, rateSizes)(config, seeds))),
      metric: accuracyOf(five.ways),
      rates: ratesAround(five.family.rates.lambda),
      training: recipe(five),
    },
  ];
}

export const startProblems: readonly ProblemRow[] = [
  ...rowsOn('glyphs', 'generated characters'),
  ...rowsOn('omniglot', 'Omniglot').map((row) => ({ ...row, needs: 'omniglot' })),
];

/** λ is the start and nothing else. */
export const mamlProblems = startProblems.filter(({ name }) => name.startsWith('maml-'));

/** The perceptrons' rows, and the convolutional ones. */
export const namesOf = (which: 'small' | 'conv4'): readonly string[] =>
  startProblems.map(({ name }) => name).filter((name) => isConvolutional(name) === (which === 'conv4'));

/** The sizes of λ of every problem: overrides of a profile, with the networks of some sizes. */
export function startDimensionsAt(...indices: readonly number[]): readonly ProfileOverride[] {
  return startProblems.map(({ name, dimension }) => ({
    where: { problems: [name] },
    dimensions: indices.flatMap((index) => dimension!.values![index] ?? []),
  }));
}
