/** @file What the rows of the suite `few-shot` are made of: families of networks, tasks, options of problems and recipes of training. */
import type { AxisRange, CellConfig, MetricSpec } from '@longhorizon/harness';
import { type Model, perceptron } from '@longhorizon/nn';
import type { Recipe, Seeds } from '../../measurements/rows.ts';
import { episodeSource, type TaskShape } from './model/episodes.ts';
import type { FewShotOptions } from './model/few-shot-problem.ts';

/** A network and the pictures it takes; its size is chosen by p. */
export interface Family {
  readonly side: number;
  readonly sizes: readonly number[];
  readonly network: (size: number, ways: number) => Model;
  readonly title: string;
  /**
   * Of the inner loop, and of λ by Adam, the same for every method. The perceptron's were chosen among 0.1, 0.3, 1 and 0.003, 0.01 by 120
   * iterations of exact MAML and FOMAML on one seed of the generated characters; Conv4's are the published ones.
   */
  readonly rates: { readonly inner: number; readonly lambda: number };
}

export const small: Family = {
  side: 14,
  sizes: [8, 32, 64],
  network: (width, ways) => perceptron([14 * 14, width, width, ways]),
  title: 'a perceptron on 14 × 14 pixels',
  rates: { inner: 0.3, lambda: 0.003 },
};

/** How long λ is learned, and how it is judged. */
export interface Protocol {
  readonly innerOptimisations: number;
  /** Of test tasks, each time. */
  readonly batches: number;
  /** After the one at the start. */
  readonly evaluations: number;
}

/** Tasks of a data set for the networks of a family. */
export interface Kind {
  readonly dataset: string;
  readonly title: string;
  readonly ways: number;
  readonly shots: number;
  readonly family: Family;
}

const shapeOf = ({ dataset, ways, shots, family }: Kind): TaskShape => ({
  dataset,
  side: family.side,
  ways,
  shots,
  queries: ways === 20 ? 1 : 5,
  tasks: 4,
});

/** Sizes of λ over the family's networks, as the range of p of a problem. */
export function sizesOf({ family, ways }: Kind, of: (model: Model) => number): AxisRange {
  const values = family.sizes.map((size) => of(family.network(size, ways)));
  return {
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    values,
    because: `the sizes of λ for hidden layers of ${family.sizes.join(', ')}`,
  };
}

/** What a problem is made from, the network chosen by p. */
export function optionsOf(kind: Kind, dimension: AxisRange, rate = kind.family.rates.inner) {
  return (config: CellConfig, seeds: Seeds): FewShotOptions => ({
    shape: shapeOf(kind),
    source: episodeSource(shapeOf(kind), seeds.data ?? 0),
    model: kind.family.network(kind.family.sizes[dimension.values!.indexOf(config.dimension)]!, kind.ways),
    seed: seeds.initialisation ?? 0,
    rate,
  });
}

/**
 * The training of a problem, by profile.
 *
 * @param own how λ and the start move
 */
export function recipeOf(
  kind: Kind,
  protocols: Readonly<Record<string, Protocol>>,
  own: Pick<Recipe, 'rate' | 'clip' | 'initialisation' | 'initialisationRate'>,
) {
  return ({ profile }: CellConfig, seeds: Seeds): Recipe => {
    const { innerOptimisations, batches, evaluations } = protocols[profile] ?? protocols.standard!;
    const source = episodeSource(shapeOf(kind), seeds.data ?? 0);
    return {
      innerOptimisations,
      ...own,
      tasks: (number) => source.batch('train', number),
      test: { batches, tasks: (number) => source.batch('test', number) },
      evaluateEvery: innerOptimisations / evaluations,
    };
  };
}

/** Accuracy on tasks of so many classes: guessing is right one time in as many. */
export function accuracyOf(classes: number): MetricSpec {
  return { name: 'accuracy', title: 'Test accuracy', direction: 'higher', chance: 1 / classes };
}
