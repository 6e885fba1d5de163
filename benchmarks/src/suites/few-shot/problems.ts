/**
 * @file The rows of the suite `few-shot` whose start moves by a rule beside λ; those that learn it as λ are in start-problems.ts. A
 * problem is one row; those on files that are not here are left out.
 */
import type { ProfileOverride } from '@longhorizon/harness';
import { ratesAround } from '../../measurements/rates.ts';
import type { ProblemRow } from '../../measurements/rows.ts';
import { accuracyOf, type Kind, optionsOf, type Protocol, recipeOf, sizesOf, small } from './kinds.ts';
import { anil, metaSgd } from './model/few-shot-problem.ts';
import { startDimensionsAt, startProblems } from './start-problems.ts';

/** Tasks for perceptrons with two hidden layers; p follows from their width. */
const kindOn = (dataset: string, title: string): Kind => ({
  dataset,
  title,
  ways: 5,
  shots: 1,
  family: small,
});
const glyphs = kindOn('glyphs', 'generated characters');
const bodySizes = sizesOf(glyphs, (network) => network.partLayout('body').size);
const networkSizes = sizesOf(glyphs, ({ layout }) => layout.size);

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

const recipe = (kind: Kind, { lambda, start }: Rates) =>
  recipeOf(kind, protocols, { rate: lambda, initialisation: 'fomaml', initialisationRate: start });

/** Both problems on a data set. */
function rowsOn(kind: Kind): readonly ProblemRow[] {
  const { dataset, title } = kind;
  const anilOptions = optionsOf(kind, bodySizes, anilRates.inner);
  const rateOptions = optionsOf(kind, networkSizes, metaSgdRates.inner);
  return [
    {
      name: `anil-${dataset}`,
      title: `ANIL, ${title}`,
      description: `5-way 1-shot tasks of ${title} at 14 × 14: λ is the body of a perceptron, the inner loop fits its head.`,
      dimension: bodySizes,
      make: (config, seeds) => anil(anilOptions(config, seeds)),
      metric: accuracyOf(kind.ways),
      rates: ratesAround(anilRates.lambda),
      training: recipe(kind, anilRates),
    },
    {
      name: `meta-sgd-${dataset}`,
      title: `Meta-SGD, ${title}`,
      description: `5-way 1-shot tasks of ${title} at 14 × 14: λ is a learning rate for each weight of a perceptron.`,
      dimension: networkSizes,
      make: (config, seeds) => metaSgd(rateOptions(config, seeds)),
      metric: accuracyOf(kind.ways),
      rates: ratesAround(metaSgdRates.lambda),
      training: recipe(kind, metaSgdRates),
    },
  ];
}

/** The start moves by a rule of its own, beside λ. */
export const fixedStartProblems: readonly ProblemRow[] = [
  ...rowsOn(glyphs),
  ...rowsOn(kindOn('omniglot', 'Omniglot')).map((row) => ({ ...row, needs: 'omniglot' })),
];

export const problems: readonly ProblemRow[] = [...fixedStartProblems, ...startProblems];

/** The sizes of λ of every problem: overrides of a profile, with the networks of some widths. */
export function dimensionsAt(...indices: readonly number[]): readonly ProfileOverride[] {
  const named = (kind: string): readonly string[] =>
    fixedStartProblems.flatMap(({ name }) => (name.startsWith(`${kind}-`) ? [name] : []));
  return [
    { where: { problems: named('anil') }, dimensions: indices.map((index) => bodySizes.values![index]!) },
    {
      where: { problems: named('meta-sgd') },
      dimensions: indices.map((index) => networkSizes.values![index]!),
    },
    ...startDimensionsAt(...indices),
  ];
}
