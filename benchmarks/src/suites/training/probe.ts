/**
 * @file Linear probes of few-shot episodes: how well a linear classifier on given features tells new classes apart. All
 * episodes are fitted at once, along the task axis.
 */
import type { Episodes } from '@longhorizon/datasets';
import { Owner, owned } from '@longhorizon/harness';
import { adam, correctPerExample, crossEntropy, logisticRegression, type Model } from '@longhorizon/nn';
import {
  add,
  type Device,
  DeviceArray,
  dynamicUpdate,
  grad,
  input,
  Loop,
  mean,
  multiply,
  Plan,
  reshape,
  square,
  state,
  sum,
  type Tensor,
  take,
} from '@longhorizon/tensor';
import { drawBatch, indexArray, type ResidentImages } from '../../problem-parts/resident-images.ts';

/** From images [N, height, width, channels] to features [N, features], with the arrays that this needs. */
export interface Representation {
  readonly size: number;
  readonly given: Readonly<Record<string, DeviceArray>>;
  readonly features: (images: Tensor, given: Readonly<Record<string, Tensor>>) => Tensor;
}

/** The pixels themselves. */
export function pixels(resident: ResidentImages): Representation {
  const size = resident.shape[0] * resident.shape[1] * resident.shape[2];
  return { size, given: {}, features: (images) => reshape(images, [images.shape[0]!, size]) };
}

/** What a network's head is given. With running statistics where they are known, else by those of each episode's images. */
export function bodyOf(model: Model, w: DeviceArray, statistics?: DeviceArray): Representation {
  return {
    size: model.layout.view(input([model.layout.paddedLength]), 'head.weight').shape[0]!,
    given: statistics === undefined ? { w } : { w, statistics },
    features: (images, given) =>
      model.features(
        given.w!,
        images,
        given.statistics === undefined ? {} : { statistics: given.statistics, mode: 'evaluate' },
      ).outputs,
  };
}

export interface ProbeOptions {
  readonly steps: number;
  readonly rate: number;
  readonly weightDecay: number;
}

/** Accuracy on the query examples of each episode. */
export async function probeAccuracies(
  device: Device,
  resident: ResidentImages,
  episodes: Episodes,
  representation: Representation,
  options: ProbeOptions,
): Promise<readonly number[]> {
  const { tasks, ways, shots, queries } = episodes;
  const [supportCount, queryCount] = [ways * shots, ways * queries];
  using owner = new Owner();
  const support = owner.own(
    await featuresOf(device, resident, episodes.support.indices, tasks, representation),
  );
  const query = owner.own(await featuresOf(device, resident, episodes.query.indices, tasks, representation));
  const labels = {
    support: owner.own(indexArray(device, episodes.support.labels, 'support labels')),
    query: owner.own(indexArray(device, episodes.query.labels, 'query labels')),
  };
  const probe = logisticRegression(representation.size, ways);
  const P = probe.layout.paddedLength;
  const optimiser = adam({ rate: options.rate });
  const loop = owner.own(
    await Loop.make(device, {
      label: 'linear probes',
      carry: { w: state([tasks, P]), optimiser: optimiser.state([tasks, P]) },
      given: { features: support.carry.features, labels: labels.support },
      step: ({ w, optimiser: moments }, given, step) => {
        // Episodes do not touch each other, so the gradient of the sum holds the gradient of each.
        const loss = (v: Tensor) => {
          const logits = reshape(probe.apply(v, given.features).outputs, [tasks * supportCount, ways]);
          const fit = multiply(tasks, crossEntropy(logits, given.labels));
          return add(fit, multiply(0.5 * options.weightDecay, sum(square(v))));
        };
        const next = optimiser.update(w, grad(loss)(w), moments, step);
        return { w: next.w, optimiser: next.state };
      },
    }),
  );
  await loop.run(options.steps);
  const inputs = {
    w: input([tasks, P]),
    features: input([tasks, queryCount, representation.size]),
    labels: input([tasks * queryCount], { dtype: 'u32' }),
  };
  const logits = reshape(probe.apply(inputs.w, inputs.features).outputs, [tasks * queryCount, ways]);
  const correct = mean(reshape(correctPerExample(logits, inputs.labels), [tasks, queryCount]), 1);
  const plan = owner.own(
    await Plan.make(device, {
      outputs: [correct],
      arrays: new Map([
        [inputs.w, loop.carry.w],
        [inputs.features, query.carry.features],
        [inputs.labels, labels.query],
      ]),
    }),
  );
  plan.run();
  return [...(await plan.outputs[0]!.read())];
}

/** The features of all episodes [tasks, examples, size], one episode a step; they stay in the loop that made them. */
async function featuresOf(
  device: Device,
  resident: ResidentImages,
  indices: Uint32Array,
  tasks: number,
  representation: Representation,
) {
  const examples = indices.length / tasks;
  using chosen = owned(
    DeviceArray.from(device, indices, [tasks, examples], { dtype: 'u32', label: 'episodes' }),
  );
  const loop = await Loop.make(device, {
    label: 'features of episodes',
    carry: { features: state([tasks, examples, representation.size], { class: 'data' }) },
    given: { images: resident.arrays.images, chosen, weights: representation.given },
    step: ({ features }, given, step) => {
      const images = drawBatch(given.images, take(given.chosen, step), resident.shape);
      return { features: dynamicUpdate(features, representation.features(images, given.weights), step) };
    },
  });
  await loop.run(tasks);
  return loop;
}
