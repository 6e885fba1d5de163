/** @file Input gradients computed as convolutions with rotated filters: when, and that they are the same values. */
import { describe, expect, it } from 'vitest';
import { makeProgram, targetOf } from '../compiler.ts';
import { topologicalOrder } from '../graph/tensor.ts';
import {
  conv2d,
  DeviceArray,
  evaluate,
  evaluateOnDevice,
  grad,
  input,
  mean,
  multiply,
  ReverseLoop,
  reshape,
  slice,
  square,
  state,
  subtract,
  sum,
  type Tensor,
  tanh,
} from '../index.ts';
import type { PaddingChoice } from '../ops/helpers/windows.ts';
import { useDevice } from '../testing/device.ts';
import { distance } from '../testing/numerics.ts';
import { rotateFilters } from './rotated-filters.ts';

const device = useDevice();

const wave = (count: number) => Float32Array.from({ length: count }, (_, k) => Math.sin(1.3 * k + 0.2));
const opsOf = (tensors: readonly Tensor[]) => topologicalOrder(tensors).map(({ op }) => op.name);

/** The gradient for images of two convolutions of `channels` channels, with filters of 3 × 2. */
function deepGradient(padding: PaddingChoice, stride = 1, channels = 4) {
  const x = input([2, 6, 5, channels], { name: 'x' });
  const filters = [0, 1].map((layer) => input([3, 2, channels, channels], { name: `filter${layer}` }));
  const loss = (images: Tensor) =>
    sum(square(filters.reduce((h, filter) => conv2d(h, filter, { padding, stride }), images)));
  return { gradient: grad(loss)(x), inputs: [x, ...filters] };
}

describe.each<[string, PaddingChoice]>([
  ['as many pixels as before', 'same'],
  ['fewer', 'valid'],
  [
    'another number above than below',
    [
      [2, 0],
      [0, 1],
    ],
  ],
])('convolutions that leave %s', (_title, padding) => {
  it('have gradients without a kernel for input gradients, equal to the reference', async () => {
    const { gradient, inputs } = deepGradient(padding);
    expect(opsOf([gradient])).toContain('conv2dInputGradient');
    expect(opsOf(rotateFilters([gradient]))).not.toContain('conv2dInputGradient');
    const values = inputs.map(({ shape }) => wave(shape.reduce((count, size) => count * size, 1)));
    const [found] = await evaluateOnDevice(
      device(),
      [gradient],
      new Map(inputs.map((tensor, k) => [tensor, values[k]!])),
    );
    const [expected] = evaluate(
      [gradient],
      new Map(
        inputs.map(({ shape, ...rest }, k) => [
          inputs[k]!,
          { shape, dtype: rest.dtype, data: Float64Array.from(values[k]!) },
        ]),
      ),
    );
    expect(distance(found!, expected!.data)).toBeLessThan(2e-6);
  });
});

it('share their module with the forward convolutions on a software adapter', () => {
  const { gradient } = deepGradient('same', 1, 32);
  const { kernels } = makeProgram({ outputs: [gradient] }, targetOf(device()));
  const modules = new Set(
    kernels.filter(({ variant }) => variant?.startsWith('conv2d')).map(({ wgsl }) => wgsl),
  );
  // The last convolution has an epilogue, and so a module, of its own.
  if (device().profile.rotateFilters) expect(modules.size).toBe(2);
});

it('stay input gradients with strides, and where nothing is convolved forward by filters of such sizes', () => {
  const strided = deepGradient('same', 2).gradient;
  expect(rotateFilters([strided])).toEqual([strided]);
  const x = input([2, 6, 5, 4]);
  const filter = input([3, 3, 4, 8]);
  const other = grad((images: Tensor) => sum(square(conv2d(images, filter, { padding: 'same' }))))(x);
  expect(rotateFilters([other])).toEqual([other]);
});

it('leave gradients through a loop the same under every memory policy', async () => {
  const filters = 2 * 3 * 2 * 4 * 4;
  const rate = DeviceArray.from(device(), [0.05], [1]);
  const x = DeviceArray.from(device(), wave(2 * 6 * 5 * 4), [2, 6, 5, 4]);
  const outputs = (w: Tensor, images: Tensor) =>
    [0, 1].reduce((h, layer) => {
      const filter = reshape(slice(w, [(layer * filters) / 2], [((layer + 1) * filters) / 2]), [3, 2, 4, 4]);
      return tanh(conv2d(h, filter, { padding: 'same' }));
    }, images);
  const lossOf = (w: Tensor, images: Tensor) => mean(square(outputs(w, images)));
  const results: number[][] = [];
  for (const policy of ['everything', 'states', { memory: '40 KB' }] as const) {
    const reverse = await ReverseLoop.make(device(), {
      carry: { w: state([filters]) },
      given: { x, rate },
      step: ({ w }: { w: Tensor }, given: { x: Tensor; rate: Tensor }) => ({
        w: subtract(w, multiply(given.rate, grad((v: Tensor) => lossOf(v, given.x))(w) as Tensor)),
      }),
      loss: ({ w }: { w: Tensor }, given: { x: Tensor; rate: Tensor }) => lossOf(w, given.x),
      parameters: [rate],
      maxSteps: 12,
      policy,
    });
    reverse.carry.w.write(wave(filters));
    await reverse.gradient(12);
    results.push([...(await reverse.gradients[0]!.read())]);
    reverse.destroy();
  }
  expect(results[0]![0]).not.toBe(0);
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
  for (const one of [x, rate]) one.destroy();
});
