/**
 * @file Rows about networks on many-shot tasks: what part of a network λ is, and how wide the network is. On generated characters, and on
 * Omniglot where its files are.
 */
import type { CellConfig, ProfileOverride } from '@longhorizon/harness';
import { conv4, warpedConvolutional } from '@longhorizon/nn';
import { ratesAround } from '../../measurements/rates.ts';
import type { ProblemRow, Recipe, Seeds } from '../../measurements/rows.ts';
import { firstStepName } from '../../problem-parts/batch-stream.ts';
import { smallPictures } from '../../problem-parts/small-pictures.ts';
import { metaWeightNet } from './model/meta-weight-net.ts';
import { type NetworkPartsOptions, networkParts, type TaskProblem } from './model/network-parts.ts';

type ModelOf = (width: number) => NetworkPartsOptions['model'];

/** One kind of λ. */
interface Kind {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly actsIn: string;
  /** What p follows from, smallest first. */
  readonly widths: readonly number[];
  /** What the widths are widths of. */
  readonly of: string;
  /** p at a width. */
  readonly size: (width: number) => number;
  readonly make: (width: number, tasks: ReturnType<typeof tasksOf>) => TaskProblem;
  /** Learning rate of λ. */
  readonly rate: number;
}

const side = 14;
const ways = 5;

/** As in the paper at a quarter of its pictures: 5 classes, 10 pictures of each to learn from and 10 to be judged on. */
function tasksOf(dataset: string, seed: number) {
  const pictures = smallPictures(dataset, side, { seed: 0, classes: 60 });
  return { dataset: pictures, tasks: 2, ways, perClass: 20, batch: 25, testBatch: 25, seed };
}

const convolutional: (layers: number) => ModelOf = (layers) => (filters) => (inputShape, classes) =>
  conv4({ inputShape, classes, filters, layers });
const warped: ModelOf = (filters) => (inputShape, classes) =>
  warpedConvolutional({ inputShape, classes, filters, layers: 3, warps: 2 });
const built = (model: ModelOf, width: number) => model(width)([side, side, 1], ways);

const kinds: readonly Kind[] = [
  {
    name: 'rates',
    actsIn: 'optimiser',
    title: 'A rate for each weight',
    description:
      'λ is a learning rate for each weight of a convolutional network with two layers (Meta-SGD), so p = d.',
    widths: [4, 16, 64],
    of: 'two layers of filters',
    size: (width) => built(convolutional(2), width).layout.size,
    make: (width, tasks) => networkParts({ ...tasks, part: 'rates', model: convolutional(2)(width) }),
    rate: 1e-3,
  },
  {
    name: 'body',
    actsIn: 'shared layers',
    title: 'A convolutional body',
    description: 'λ is three layers of convolution, of which the inner loop fits the last layer (ANIL).',
    widths: [4, 16, 64],
    of: 'three layers of filters',
    size: (width) => built(convolutional(3), width).partLayout('body').size,
    make: (width, tasks) => networkParts({ ...tasks, part: 'body', model: convolutional(3)(width) }),
    rate: 1e-3,
  },
  {
    name: 'warp',
    actsIn: 'shared layers',
    title: 'Warp layers',
    description:
      'λ is two warp layers after each of three layers of convolution, which the inner loop fits (WarpGrad).',
    widths: [4, 16, 32, 144],
    of: 'six warp layers',
    size: (width) => built(warped, width).partLayout('warp').size,
    make: (width, tasks) => networkParts({ ...tasks, part: 'warp', model: warped(width) }),
    rate: 1e-3,
  },
  {
    name: 'weighting',
    actsIn: 'inner loss',
    title: 'A weighting network',
    description:
      'λ is a perceptron that turns the loss of an example into its weight, while 40 % of the labels are replaced by random ones (Meta-Weight-Net).',
    widths: [10, 50, 200, 2000],
    of: 'the hidden layer of the perceptron',
    size: (hidden) => 3 * hidden + 1,
    make: (hidden, tasks) => metaWeightNet({ ...tasks, hidden, model: convolutional(2)(8) }),
    rate: 1e-3,
  },
];

export const networkRows: readonly ProblemRow[] = [
  ...kinds.map((kind) => rowOn(kind, 'glyphs', 'generated characters')),
  ...kinds.map((kind) => ({ ...rowOn(kind, 'omniglot', 'Omniglot'), needs: 'omniglot' })),
];

export const networkNames: readonly string[] = networkRows.map(({ name }) => name);

/** Overrides of a profile: the networks of some widths, the smallest being 0. */
export function networkDimensions(...places: readonly number[]): readonly ProfileOverride[] {
  return networkRows.map(({ name, dimension }) => ({
    where: { problems: [name] },
    dimensions: places.flatMap((place) => dimension!.values!.slice(place, place + 1)),
  }));
}

function rowOn(kind: Kind, dataset: string, title: string): ProblemRow {
  const values = kind.widths.map(kind.size);
  const problem = ({ dimension }: CellConfig, seeds: Seeds): TaskProblem =>
    kind.make(kind.widths[values.indexOf(dimension)]!, tasksOf(dataset, seeds.data ?? 0));
  return {
    name: `${kind.name}-${dataset}`,
    kind: kind.actsIn,
    title: `${kind.title}, ${title}`,
    description: `${kind.description} Two ${ways}-way tasks of ${title} (${side} × ${side}) side by side.`,
    dimension: {
      minimum: values[0]!,
      maximum: values.at(-1)!,
      values,
      because: `λ for ${kind.of} of ${kind.widths.join(', ')}`,
    },
    // Float64 on the host takes minutes for what convolutions take a second for.
    oracle: 'device',
    make: (config, seeds) => problem(config, seeds).problem,
    rates: ratesAround(kind.rate),
    training: (config, seeds): Recipe => {
      const { numbers } = problem(config, seeds);
      const innerOptimisations = config.profile === 'quick' ? 8 : config.profile === 'standard' ? 40 : 400;
      return {
        innerOptimisations,
        rate: kind.rate,
        every: 1,
        initialisation: 'reptile',
        tasks: (number) => ({ ...numbers('train', number), [firstStepName]: [number * config.horizon] }),
        test: { batches: config.profile === 'quick' ? 4 : 20, tasks: (number) => numbers('test', number) },
        evaluateEvery: innerOptimisations / 4,
      };
    },
  };
}
