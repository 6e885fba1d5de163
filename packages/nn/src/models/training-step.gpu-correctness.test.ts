/**
 * @file One training step of each model on the device against the float64 reference: loss, updated parameters, velocity and
 * running statistics; for one task and for several at once.
 */
import { reshape, type Tensor, valueAndGradWithAuxiliary } from '@longhorizon/tensor';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import { crossEntropy } from '../losses/cross-entropy.ts';
import { meanSquaredError } from '../losses/squared-error.ts';
import { adam } from '../optimisers/adam.ts';
import type { Optimiser } from '../optimisers/optimiser.ts';
import { momentum } from '../optimisers/sgd.ts';
import { distance, fed, floats, onBoth } from '../testing/support.ts';
import { conv4 } from './convolutional.ts';
import type { Model } from './model.ts';
import { perceptron } from './perceptron.ts';
import { residualNetwork } from './residual.ts';
import { warpedConvolutional } from './warped.ts';

const device = useDevice();
const EXAMPLES = 5;

interface Case {
  readonly model: Model;
  readonly tasks?: number;
  readonly optimiser: Optimiser;
}

const heavyBall = momentum({ rate: 0.1, momentum: 0.9, weightDecay: 5e-4 });
const image = [8, 8, 1] as const;

const cases: readonly (readonly [string, Case])[] = [
  ['perceptron, Adam', { model: perceptron([3, 8, 7, 1]), optimiser: adam({ rate: 0.01 }) }],
  [
    'perceptron of three tasks, Adam',
    { model: perceptron([3, 8, 7, 1]), tasks: 3, optimiser: adam({ rate: 0.01 }) },
  ],
  ['conv4', { model: conv4({ classes: 3, filters: 4, layers: 3, inputShape: image }), optimiser: heavyBall }],
  [
    'conv4 of two tasks',
    {
      model: conv4({ classes: 3, filters: 4, layers: 3, inputShape: image }),
      tasks: 2,
      optimiser: heavyBall,
    },
  ],
  [
    'conv4 with strides, without norm',
    {
      model: conv4({
        classes: 3,
        filters: 4,
        layers: 2,
        inputShape: [7, 6, 2],
        norm: false,
        halving: 'stride',
      }),
      optimiser: heavyBall,
    },
  ],
  [
    'warped',
    {
      model: warpedConvolutional({ classes: 3, filters: 4, layers: 2, warps: 2, inputShape: image }),
      optimiser: heavyBall,
    },
  ],
  [
    'residual, running statistics',
    {
      model: residualNetwork({ depth: 8, classes: 3, channels: 4, inputShape: [8, 8, 3] }),
      optimiser: heavyBall,
    },
  ],
];

/** A step with everything it starts from, as graph with feeds. */
function stepOf({ model, tasks, optimiser }: Case) {
  const feeds = new Map<Tensor, ArrayLike<number>>();
  const lead = tasks === undefined ? [] : [tasks];
  const copies = tasks ?? 1;
  const P = model.layout.paddedLength;
  const size = model.inputShape.reduce((a, b) => a * b, 1);
  const starts = Array.from({ length: copies }, (_, t) => [...model.initialise(t + 1)]).flat();
  const w = fed(feeds, [...lead, P], starts);
  const x = fed(feeds, [...lead, EXAMPLES, ...model.inputShape], floats(copies * EXAMPLES * size, 3));
  const state = Object.fromEntries(
    Object.keys(optimiser.state([...lead, P])).map((name, k) => [
      name,
      // Nothing has moved in the gaps, and a second moment is not negative.
      fed(feeds, [...lead, P], velocityLike(model, copies, 40 + k)),
    ]),
  );
  const statistics =
    model.statistics === undefined
      ? undefined
      : fed(feeds, [model.statistics.paddedLength], model.startStatistics());
  const step = fed(feeds, [], [4], 'u32');
  const flat = copies * EXAMPLES;
  const labels = fed(
    feeds,
    [flat],
    Array.from({ length: flat }, (_, n) => (n * n) % 3),
    'u32',
  );
  const targets = fed(feeds, [flat, 1], floats(flat, 8));
  const compute = valueAndGradWithAuxiliary((v: Tensor) => {
    const applied = model.apply(v, x, statistics === undefined ? {} : { statistics });
    const outputs = reshape(applied.outputs, [flat, model.outputs]);
    const loss = model.outputs === 1 ? meanSquaredError(outputs, targets) : crossEntropy(outputs, labels);
    return [loss, applied.statistics === undefined ? [] : [applied.statistics]] as const;
  });
  const [loss, gradient, fresh] = compute(w);
  const next = optimiser.update(w, gradient, state, step);
  return { feeds, outputs: [loss, gradient, next.w, ...Object.values(next.state), ...fresh] };
}

function velocityLike(model: Model, copies: number, seed: number): Float64Array {
  const values = floats(copies * model.layout.paddedLength, seed, 0.001, 0.01);
  const used = new Set(
    model.layout.slices.flatMap(({ offset, size }) => Array.from({ length: size }, (_, i) => offset + i)),
  );
  return values.map((value, i) => (used.has(i % model.layout.paddedLength) ? value : 0));
}

describe('a training step on the device is that of the reference', () => {
  it.each(cases)('%s', async (_, one) => {
    const { feeds, outputs } = stepOf(one);
    const results = await onBoth(device(), outputs, feeds);
    for (const { found, expected } of results) expect(distance(found, expected)).toBeLessThan(2e-5);
  });
});
