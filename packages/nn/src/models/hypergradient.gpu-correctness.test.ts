/**
 * @file Second derivatives of a whole network on the device: the gradient of a trajectory's outer loss by a learning rate for
 * each parameter, by the start, and by warp layers, against the float64 reference.
 */
import { array, constant, grad, multiply, subtract, type Tensor } from '@longhorizon/tensor';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import { extractPart } from '../layout/parts.ts';
import { crossEntropy } from '../losses/cross-entropy.ts';
import { startOf } from '../optimisers/optimiser.ts';
import { momentum } from '../optimisers/sgd.ts';
import { distance, fed, floats, onBoth } from '../testing/support.ts';
import { conv4 } from './convolutional.ts';
import { warpedConvolutional } from './warped.ts';

const device = useDevice();
const EXAMPLES = 8;
const inputShape = [6, 6, 1] as const;
const labels = array([0, 1, 0, 1, 0, 1, 1, 1], [EXAMPLES], 'u32');
const support = array(floats(EXAMPLES * 36, 1), [EXAMPLES, ...inputShape]);
const query = array(floats(EXAMPLES * 36, 2), [EXAMPLES, ...inputShape]);

describe('a hypergradient through two steps', () => {
  it('of conv4 by rates, by momentum and by the start is that of the reference', async () => {
    const model = conv4({ classes: 2, filters: 3, layers: 2, inputShape });
    const P = model.layout.paddedLength;
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const start = fed(feeds, [P], model.initialise(1));
    const rates = fed(feeds, [P], new Float64Array(P).fill(Math.fround(0.1)));
    const mu = fed(feeds, [], [0.5]);
    const loss = (w: Tensor, x: Tensor) => crossEntropy(model.apply(w, x).outputs, labels);
    const outer = ({ start: w0, rates: eta, mu: kept }: { start: Tensor; rates: Tensor; mu: Tensor }) => {
      const optimiser = momentum({ rate: eta, momentum: kept });
      let w = w0;
      let state = startOf(optimiser, [P]);
      for (let t = 0; t < 2; t++)
        ({ w, state } = optimiser.update(w, grad(loss)(w, support), state, constant(t, 'u32')));
      return loss(w, query);
    };
    const gradient = grad(outer)({ start, rates, mu });
    const results = await onBoth(device(), [gradient.start, gradient.rates, gradient.mu], feeds);
    for (const { found, expected } of results) expect(distance(found, expected)).toBeLessThan(2e-5);
  });

  it('of warped layers by λ is that of the reference', async () => {
    const model = warpedConvolutional({ classes: 2, filters: 3, layers: 1, warps: 1, inputShape });
    const warp = model.partLayout('warp');
    const task = model.layout.without(warp);
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const whole = fed(feeds, [model.layout.paddedLength], model.initialise(1));
    const w0 = extractPart(model.layout, whole, task);
    const loss = (w: Tensor, lambda: Tensor, x: Tensor) =>
      crossEntropy(
        model.apply(
          [
            [task, w],
            [warp, lambda],
          ],
          x,
        ).outputs,
        labels,
      );
    const outer = (lambda: Tensor) => {
      let w = w0;
      for (let t = 0; t < 2; t++)
        w = subtract(w, multiply(0.2, grad((v: Tensor) => loss(v, lambda, support))(w)));
      return loss(w, lambda, query);
    };
    const gradient = grad(outer)(extractPart(model.layout, whole, warp));
    const [result] = await onBoth(device(), [gradient], feeds);
    expect(distance(result!.found, result!.expected)).toBeLessThan(2e-5);
  });
});
