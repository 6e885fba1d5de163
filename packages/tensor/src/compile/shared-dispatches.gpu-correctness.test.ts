/** @file A step whose kernels share dispatches: the same bits as with a dispatch each, and right. */
import { expect, it } from 'vitest';
import { makeProgram, targetOf } from '../compiler.ts';
import {
  add,
  conv2d,
  evaluate,
  grad,
  input,
  logSoftmax,
  matmul,
  maxPool,
  mean,
  multiply,
  negate,
  Plan,
  relu,
  reshape,
  rsqrt,
  square,
  subtract,
  sum,
  type Tensor,
} from '../index.ts';
import { useDevice } from '../testing/device.ts';
import { distance } from '../testing/numerics.ts';

const device = useDevice();

const wave = (tensor: Tensor, k: number) =>
  Float32Array.from({ length: tensor.shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1.3 * i + k));

/** Two layers of convolution, batch norm, relu and pooling, and a linear head: a step of gradient descent, parameters in place. */
function network() {
  const images = input([3, 8, 8, 4], { name: 'images' });
  const labels = input([3, 5], { name: 'labels' });
  const filters = [0, 1].map((layer) => input([3, 3, 4, 4], { name: `filter${layer}` }));
  const scales = [0, 1].map((layer) => input([4], { name: `scale${layer}` }));
  const [head, bias] = [input([16, 5], { name: 'head' }), input([5], { name: 'bias' })];
  const loss = (p: readonly Tensor[]) => {
    let h: Tensor = images;
    for (const layer of [0, 1]) {
      const y = conv2d(h, p[layer]!, { padding: 1 });
      const centred = subtract(y, mean(y, [0, 1, 2], { keep: true }));
      const spread = mean(square(centred), [0, 1, 2], { keep: true });
      h = maxPool(relu(multiply(multiply(centred, rsqrt(add(spread, 1e-5))), p[2 + layer]!)), 2);
    }
    const scores = add(matmul(reshape(h, [3, 16]), p[4]!), p[5]!);
    return negate(mean(sum(multiply(labels, logSoftmax(scores, 1)), 1)));
  };
  const parameters = [...filters, ...scales, head, bias];
  const gradients = grad(loss)(parameters);
  const next = parameters.map((p, k) => subtract(p, multiply(0.1, gradients[k]!)));
  return { inputs: [images, labels, ...parameters], parameters, next };
}

it('a training step has the same bits with fewer dispatches, and is right', async () => {
  const { inputs, parameters, next } = network();
  const request = { outputs: [], updates: new Map(parameters.map((p, k) => [p, next[k]!])) };
  const target = targetOf(device());
  const run = async (shareDispatches: boolean) => {
    const program = makeProgram(request, { ...target, profile: { ...target.profile, shareDispatches } });
    const plan = await Plan.fromProgram(device(), program, request);
    for (const [k, tensor] of inputs.entries()) plan.inputs.get(tensor)!.write(wave(tensor, k));
    plan.run();
    const values = [];
    for (const p of parameters) values.push((await plan.inputs.get(p)!.read()) as Float32Array);
    plan.destroy();
    return { values, program };
  };
  const [apart, together] = [await run(false), await run(true)];
  expect(together.values).toEqual(apart.values);
  expect(together.program.kernels.length).toBeLessThan(apart.program.kernels.length);
  const expected = evaluate(
    next,
    new Map(
      inputs.map((tensor, k) => [
        tensor,
        { shape: tensor.shape, dtype: 'f32' as const, data: Float64Array.from(wave(tensor, k)) },
      ]),
    ),
  );
  expected.forEach(({ data }, k) => {
    expect(distance(together.values[k]!, data)).toBeLessThan(1e-5);
  });
});

it('what a pool reads of a batch norm is computed in its kernel, and never lies in memory', () => {
  const { parameters, next } = network();
  const { kernels } = makeProgram(
    { outputs: [], updates: new Map(parameters.map((p, k) => [p, next[k]!])) },
    targetOf(device()),
  );
  const pools = kernels.filter(({ label }) => label.includes('poolGather'));
  expect(pools.length).toBeGreaterThan(0);
  for (const { label, regions } of pools) {
    expect(label).toMatch(/^reduction/);
    expect(regions.map((region) => region.label)).not.toContain('relu');
  }
});
