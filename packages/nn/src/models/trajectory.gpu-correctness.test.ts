/**
 * @file A trajectory of a convolutional network in a loop: momentum, batch norm, max-pooling and dropout that follows the step.
 * Its hypergradient by the learning rates of all parameters and by the decay, under two memory policies, against the float64
 * reference of the unrolled graph.
 */
import {
  constant,
  DeviceArray,
  foldIn,
  grad,
  input,
  maxPool,
  ReverseLoop,
  randomKey,
  relu,
  state,
  type Tensor,
} from '@longhorizon/tensor';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import { pure, sequence } from '../blocks/block.ts';
import { convolutionBlock, denseBlock, dropoutBlock, flatten } from '../blocks/layer-blocks.ts';
import { batchNormBlock } from '../blocks/norm-blocks.ts';
import { crossEntropy } from '../losses/cross-entropy.ts';
import { startOf } from '../optimisers/optimiser.ts';
import { momentum } from '../optimisers/sgd.ts';
import { distance, floats, onReference } from '../testing/support.ts';
import { Model } from './model.ts';

const device = useDevice();
const [EXAMPLES, STEPS] = [6, 3];

const model = new Model({
  name: 'small',
  source: 'a convolution, batch norm, max-pooling, dropout and a head',
  inputShape: [6, 6, 1],
  outputs: 2,
  body: sequence(
    convolutionBlock('layer', 1, 3),
    batchNormBlock('norm', 3),
    pure(relu),
    pure((x) => maxPool(x, 2)),
    dropoutBlock('drop', 0.3),
    flatten,
  ),
  head: denseBlock('head', 27, 2, { part: 'head' }),
});
const P = model.layout.paddedLength;

type Given = { x: Tensor; labels: Tensor; rates: Tensor; decay: Tensor };

/** One step of the loop, and its last loss. */
function stepOf(w: Tensor, velocity: Tensor, given: Given, t: Tensor) {
  const key = foldIn(randomKey(5), t, 'step');
  const loss = (v: Tensor) => crossEntropy(model.apply(v, given.x, { key }).outputs, given.labels);
  const optimiser = momentum({ rate: given.rates, momentum: 0.5, weightDecay: given.decay });
  return optimiser.update(w, grad(loss)(w), { velocity }, t);
}
const outerLoss = (w: Tensor, given: Given) =>
  crossEntropy(model.apply(w, given.x, { mode: 'evaluate' }).outputs, given.labels);

describe('the hypergradient of a trajectory', () => {
  it('is that of the reference under every memory policy', async () => {
    const values = {
      x: floats(EXAMPLES * 36, 1),
      labels: [0, 1, 0, 1, 1, 0],
      rates: new Float64Array(P).fill(Math.fround(0.1)),
      decay: [Math.fround(0.01)],
    };
    const start = model.initialise(1);
    const shapes = { x: [EXAMPLES, 6, 6, 1], labels: [EXAMPLES], rates: [P], decay: [] };
    const given = Object.fromEntries(
      Object.entries(values).map(([name, list]) => {
        const shape = shapes[name as keyof typeof shapes];
        return [name, DeviceArray.from(device(), list, shape, { dtype: name === 'labels' ? 'u32' : 'f32' })];
      }),
    ) as { [K in keyof typeof values]: DeviceArray };

    const inputs = {
      x: input(shapes.x),
      labels: input(shapes.labels, { dtype: 'u32' }),
      rates: input(shapes.rates),
      decay: input(shapes.decay),
    };
    const w0 = input([P]);
    const unrolled = ({ rates, decay }: { rates: Tensor; decay: Tensor }) => {
      const own = { ...inputs, rates, decay };
      let w: Tensor = w0;
      let { velocity } = startOf(momentum({ rate: 1, momentum: 1 }), [P]);
      for (let t = 0; t < STEPS; t++) {
        const next = stepOf(w, velocity, own, constant(t, 'u32'));
        [w, velocity] = [next.w, next.state.velocity];
      }
      return outerLoss(w, own);
    };
    const gradient = grad(unrolled)({ rates: inputs.rates, decay: inputs.decay });
    const feeds = new Map<Tensor, ArrayLike<number>>([
      [w0, start],
      ...Object.entries(inputs).map(
        ([name, tensor]) => [tensor, values[name as keyof typeof values]] as const,
      ),
    ]);
    const expected = onReference([gradient.rates, gradient.decay], feeds);

    const found: number[][] = [];
    for (const policy of ['everything', 'states'] as const) {
      const reverse = await ReverseLoop.make(device(), {
        carry: { w: state([P]), velocity: state([P], { class: 'optimiser state' }) },
        given,
        step: ({ w, velocity }, own, t) => {
          const next = stepOf(w, velocity, own, t);
          return { w: next.w, velocity: next.state.velocity };
        },
        loss: ({ w }, own) => outerLoss(w, own),
        parameters: [given.rates, given.decay],
        maxSteps: STEPS,
        policy,
      });
      reverse.carry.w.write(start);
      await reverse.gradient(STEPS);
      const gradients = await Promise.all(reverse.gradients.map((one) => one.read()));
      gradients.forEach((one, k) => {
        expect(distance(one, expected[k]!)).toBeLessThan(5e-5);
      });
      found.push(gradients.flatMap((one) => [...one]));
      reverse.destroy();
    }
    expect(found[1]).toEqual(found[0]);
    for (const array of Object.values(given)) array.destroy();
  });
});
