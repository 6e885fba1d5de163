/**
 * @file The rows of the suite `few-shot` whose start moves by a rule beside λ; those that learn it as λ are in start-problems.ts. A
 * problem is one row; those on files that are not here are left out.
 */
import type { CellConfig, ProfileOverride } from '@longhorizon/harness';
import { perceptron } from '@longhorizon/nn';
import { ratesAround } from '../../measurements/rates.ts';
import type { ProblemRow, Recipe, Seeds } from '../../measurements/rows.ts';
import { episodeSource, type TaskShape } from './model/episodes.ts';
import { anil, type FewShotOptions, metaSgd } from './model/few-shot-problem.ts';
import { accuracyOf, type Protocol, startDimensionsAt, startProblems } from './start-problems.ts';

const shapeOf = (dataset: string): TaskShape => ({
  dataset,
  side: 14,
  ways: 5,
  shots: 1,
  queries: 5,
  tasks: 4,
});

/** A perceptron with two hidden layers; p follows from their width. */
const network = (width: number) => perceptron([14 * 14, width, width, 5]);
const widths = [8, 32, 64];

/** Sizes of λ over the widths, as the range of p of a problem. */
function sizes(of: (width: number) => number) {
  const values = widths.map(of);
  return {
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    values,
    because: `the sizes of λ for hidden layers of ${widths.join(', ')}`,
  };
}
const bodySizes = sizes((width) => network(width).partLayout('body').size);
const networkSizes = sizes((width) => network(width).layout.size);

const protocols: Readonly<Record<string, Protocol>> = {
  quick: { innerOptimisations: 40, batches: 10, evaluations: 2 },
  standard: { innerOptimisations: 200, batches: 25, evaluations: 4 },
  full: { innerOptimisations: 1000, batches: 150, evaluations: 4 },
};

interface Rates {
  /** Of the inner loop; for Meta-SGD where every learning rate begins. */
  readonly inner: number;
  /** Of λ, by Adam. */
  readonly lambda: number;
  /** Of the start, by FOMAML. */
  readonly start: number;
}

/** Chosen by hand on the generated characters with the one-step method, the same for every method. */
const anilRates: Rates = { inner: 0.5, lambda: 0.005, start: 0.1 };
const metaSgdRates: Rates = { inner: 0.2, lambda: 0.01, start: 0.4 };

function recipe(dataset: string, rates: Rates) {
  return ({ profile }: CellConfig, seeds: Seeds): Recipe => {
    const { innerOptimisations, batches, evaluations } = protocols[profile] ?? protocols.standard!;
    const source = episodeSource(shapeOf(dataset), seeds.data ?? 0);
    return {
      innerOptimisations,
      rate: rates.lambda,
      initialisation: 'fomaml',
      initialisationRate: rates.start,
      tasks: (number) => source.batch('train', number),
      test: { batches, tasks: (number) => source.batch('test', number) },
      evaluateEvery: innerOptimisations / evaluations,
    };
  };
}

function optionsOf(dataset: string, sizesOf: typeof bodySizes, { inner }: Rates) {
  return ({ dimension }: CellConfig, seeds: Seeds): FewShotOptions => ({
    shape: shapeOf(dataset),
    source: episodeSource(shapeOf(dataset), seeds.data ?? 0),
    model: network(widths[sizesOf.values.indexOf(dimension)]!),
    seed: seeds.initialisation ?? 0,
    rate: inner,
  });
}

/** Both problems on a data set. */
function rowsOn(dataset: string, title: string): readonly ProblemRow[] {
  const anilOptions = optionsOf(dataset, bodySizes, anilRates);
  const rateOptions = optionsOf(dataset, networkSizes, metaSgdRates);
  return [
    {
      name: `anil-${dataset}`,
      title: `ANIL, ${title}`,
      description: `5-way 1-shot tasks of ${title} at 14 × 14: λ is the body of a perceptron, the inner loop fits its head.`,
      dimension: bodySizes,
      make: (config, seeds) => anil(anilOptions(config, seeds)),
      metric: accuracyOf(shapeOf(dataset).ways),
      rates: ratesAround(anilRates.lambda),
      training: recipe(dataset, anilRates),
    },
    {
      name: `meta-sgd-${dataset}`,
      title: `Meta-SGD, ${title}`,
      description: `5-way 1-shot tasks of ${title} at 14 × 14: λ is a learning rate for each weight of a perceptron.`,
      dimension: networkSizes,
      make: (config, seeds) => metaSgd(rateOptions(config, seeds)),
      metric: accuracyOf(shapeOf(dataset).ways),
      rates: ratesAround(metaSgdRates.lambda),
      training: recipe(dataset, metaSgdRates),
    },
  ];
}

/** The start moves by a rule of its own, beside λ. */
export const fixedStartProblems: readonly ProblemRow[] = [
  ...rowsOn('glyphs', 'generated characters'),
  ...rowsOn('omniglot', 'Omniglot').map((row) => ({ ...row, needs: 'omniglot' })),
];

export const problems: readonly ProblemRow[] = [...fixedStartProblems, ...startProblems];

/** The sizes of λ of every problem: overrides of a profile, with the networks of some widths. */
export function dimensionsAt(...indices: readonly number[]): readonly ProfileOverride[] {
  const named = (kind: string): readonly string[] =>
    fixedStartProblems.flatMap(({ name }) => (name.startsWith(`${kind}-`) ? [name] : []));
  return [
    { where: { problems: named('anil') }, dimensions: indices.map((index) => bodySizes.values[index]!) },
    {
      where: { problems: named('meta-sgd') },
      dimensions: indices.map((index) => networkSizes.values[index]!),
    },
    ...startDimensionsAt(...indices),
  ];
}
