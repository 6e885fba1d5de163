/** @file The sine waves of the hypergradient rows: those of the suite `hypergradient`, whose layers other libraries are given one by one. */
import type { Problem } from '@longhorizon/bilevel';
import { type Layout, perceptron } from '@longhorizon/nn';
import { sinusoidAnil, sinusoidBatch } from '../../problem-parts/sinusoid-anil.ts';
import type { HypergradientWork, NamedArray } from './work.ts';

const points = 10;
const waves = 10;
/** Query points of a wave: the loss after step t sees the ten from t · 10 on, round and round. */
const queryBatches = 30;

type Sizes = Pick<HypergradientWork, 'hyperparameters' | 'weights' | 'steps'>;

/** Width of the three hidden layers, of 2n² + 4n numbers together. */
function widthOf({ hyperparameters, weights }: Sizes): number {
  const width = Math.round(Math.sqrt(hyperparameters / 2 + 1)) - 1;
  if (2 * width * (width + 2) !== hyperparameters || weights !== width + 1)
    throw new Error(`internal: no three layers have ${hyperparameters} numbers and a head of ${weights}.`);
  return width;
}

function optionsOf(sizes: Sizes) {
  const width = widthOf(sizes);
  return {
    seed: 0,
    tasks: waves,
    shots: points,
    queries: points,
    queryBatches,
    hidden: [width, width, width],
  };
}

/** ANIL on sine waves, as the suite states it. */
export function sineWaves(sizes: Sizes): Problem {
  return sinusoidAnil(optionsOf(sizes));
}

function layoutsOf(sizes: Sizes): { readonly body: Layout; readonly head: Layout } {
  const model = perceptron([1, ...optionsOf(sizes).hidden, 1]);
  return { body: model.partLayout('body'), head: model.partLayout('head') };
}

/** The layers as they begin, the points of the inner loss, and those of the outer loss after the last step. */
export function sineWaveInputs(sizes: Sizes): readonly NamedArray[] {
  const { body, head } = layoutsOf(sizes);
  const { initial } = sineWaves(sizes);
  const layers = (layout: Layout, vector: ArrayLike<number>): readonly NamedArray[] => {
    const values = layout.unpack(vector);
    return layout.slices.map(({ name, shape }) => ({
      name,
      shape,
      values: Float32Array.from(values[name]!),
    }));
  };
  const batch = sinusoidBatch('train', 0, optionsOf(sizes));
  const first = (sizes.steps % queryBatches) * points;
  const shape = [waves, points, 1];
  const atTheEnd = (all: Float32Array): Float32Array<ArrayBuffer> =>
    Float32Array.from({ length: waves * points }, (_, k) => {
      const wave = Math.floor(k / points);
      return all[wave * points * queryBatches + first + (k % points)]!;
    });
  return [
    ...layers(body, initial.hyperparameters),
    ...layers(head, initial.weights!),
    { name: 'x', shape, values: Float32Array.from(batch.x) },
    { name: 'y', shape, values: Float32Array.from(batch.y) },
    { name: 'query x', shape, values: atTheEnd(batch.queryX) },
    { name: 'query y', shape, values: atTheEnd(batch.queryY) },
  ];
}

/** Numbers of a result without the gaps between its layers: a vector of λ, or one of weights for each wave. */
export function withoutGaps(
  sizes: Sizes,
  of: 'weights' | 'hypergradient',
  vectors: Float64Array,
): Float64Array {
  const { body, head } = layoutsOf(sizes);
  const { slices, paddedLength } = of === 'weights' ? head : body;
  const parts: number[] = [];
  for (let start = 0; start < vectors.length; start += paddedLength)
    for (const { offset, size } of slices)
      for (let k = 0; k < size; k++) parts.push(vectors[start + offset + k]!);
  return Float64Array.from(parts);
}
