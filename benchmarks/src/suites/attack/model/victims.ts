/** @file Victims: small classifiers of different architecture, trained here and always to the same weights. */

import { hostArray } from '@longhorizon/bilevel';
import { execute, makeEngine, Workspace } from '@longhorizon/bilevel/authoring';
import { batchPositions, keyAt } from '@longhorizon/datasets';
import { owned } from '@longhorizon/harness';
import { adam, conv4, crossEntropy, kaimingNormal, type Model, perceptron } from '@longhorizon/nn';
import {
  add,
  argmax,
  type Device,
  gather,
  grad,
  multiply,
  reshape,
  stepIndex,
  type Tensor,
} from '@longhorizon/tensor';

/** Pictures as numbers from 0 to 1, [count, pixels], and their classes. */
export interface Pictures {
  readonly images: Float32Array;
  readonly labels: Uint32Array;
  readonly side: number;
  readonly classes: number;
}

export interface Victim {
  readonly model: Model;
  readonly weights: ArrayLike<number>;
}

/**
 * Logits of pictures [..., pixels] with numbers from 0 to 1.
 *
 * @returns [..., classes]
 */
export function logits(model: Model, weights: Tensor, x: Tensor): Tensor {
  const before = x.shape.slice(0, -1);
  const count = before.reduce((product, size) => product * size, 1);
  const centred = multiply(add(x, -0.5), 2);
  const { outputs } = model.apply(weights, reshape(centred, [count, ...model.inputShape]));
  return reshape(outputs, [...before, outputs.shape[1]!]);
}

/** `mixed`: a perceptron and convolutional networks; `dense`: perceptrons alone, which compile in a fraction of the time. */
export type VictimKind = 'mixed' | 'dense';

/** Networks that gradients are learned from, and the one that is attacked: no two alike. */
export function victimModels(
  side: number,
  classes: number,
  kind: VictimKind,
): { readonly sources: readonly Model[]; readonly unseen: Model } {
  const pixels = side * side;
  if (kind === 'dense')
    return {
      sources: [
        perceptron([pixels, 32, classes]),
        perceptron([pixels, 64, classes]),
        perceptron([pixels, 32, 32, classes]),
      ],
      unseen: perceptron([pixels, 48, 48, classes]),
    };
  const convolutional = (layers: number, filters: number, halving: 'stride' | 'max-pool' = 'stride') =>
    conv4({
      classes,
      inputShape: [side, side, 1],
      layers,
      filters,
      halving,
      norm: false,
      initial: kaimingNormal(),
    });
  return {
    sources: [perceptron([pixels, 64, classes]), convolutional(2, 8), convolutional(3, 12)],
    unseen: convolutional(2, 16, 'max-pool'),
  };
}

export interface VictimTraining {
  readonly steps: number;
  /** 64 when left out. */
  readonly batch?: number;
  /** Of Adam, 0.003 when left out. */
  readonly rate?: number;
  readonly seed: number;
}

/** Trains a classifier; the host waits once, at the end. */
export async function trainVictim(
  backend: Device | 'float64',
  model: Model,
  { images, labels }: Pictures,
  { steps, batch = 64, rate = 0.003, seed }: VictimTraining,
): Promise<Victim> {
  const workspace = new Workspace();
  const pixels = images.length / labels.length;
  const x = workspace.variable('pictures', [labels.length, pixels], {
    initial: hostArray(images, [labels.length, pixels]),
  });
  const y = workspace.variable('labels', [labels.length], {
    initial: hostArray(labels, [labels.length], { dtype: 'u32' }),
  });
  const w = workspace.variable('victim', [model.layout.paddedLength], {
    class: 'weights',
    initial: hostArray(model.initialise(seed)),
  });
  const optimiser = adam({ rate });
  const moments = Object.entries(optimiser.state(w.shape)).map(
    ([name, { shape }]) =>
      [name, workspace.variable(`${name} moment`, shape, { class: 'optimiser state' })] as const,
  );
  const positions = reshape(
    batchPositions(keyAt(seed, { of: 'victim', name: model.name }), stepIndex(), {
      examples: labels.length,
      batch,
    }),
    [batch],
  );
  const gradient = grad((point: Tensor) =>
    crossEntropy(logits(model, point, gather(x.tensor, positions)), gather(y.tensor, positions)),
  )(w.tensor) as Tensor;
  const state = Object.fromEntries(moments.map(([name, { tensor }]) => [name, tensor]));
  const next = optimiser.update(w.tensor, gradient, state as never, stepIndex());
  const step = workspace.computation('step of a victim', [
    [w, next.w],
    ...moments.map(([name, variable]) => [variable, next.state[name as 'first' | 'second']] as const),
  ]);
  using engine = owned((await makeEngine(backend, workspace)).engine);
  await engine.perform(Array.from({ length: steps }, (_, index) => execute(step, index)));
  return { model, weights: await engine.read(w) };
}

/** Places of the first pictures that a victim gets right. What it gets wrong needs no attack. */
export async function classifiedRight(
  backend: Device | 'float64',
  { model, weights }: Victim,
  { images, labels }: Pictures,
  wanted: number,
): Promise<Uint32Array> {
  const workspace = new Workspace();
  const pixels = images.length / labels.length;
  const x = workspace.variable('pictures', [labels.length, pixels], {
    initial: hostArray(images, [labels.length, pixels]),
  });
  const w = workspace.variable('victim', [weights.length], { class: 'weights', initial: hostArray(weights) });
  using engine = owned((await makeEngine(backend, workspace)).engine);
  const [predicted] = await engine.evaluate([argmax(logits(model, w.tensor, x.tensor), 1)]);
  const right = [...labels.keys()].filter((place) => predicted![place] === labels[place]);
  if (right.length < wanted)
    throw new RangeError(
      `attack: ${wanted} pictures that the victim gets right were asked for, but of ${labels.length} it gets ${right.length} right; offer more pictures, or train it longer.`,
    );
  return Uint32Array.from(right.slice(0, wanted));
}
