/** @file Division by a number of a shared module, as the device does it: exact for every index and every divisor that a width may be. */
import { expect, it } from 'vitest';
import { makeProgram, targetOf } from '../compiler.ts';
import { evaluateOnDevice, input, relu, transpose } from '../index.ts';
import { useDevice } from '../testing/device.ts';
import { quickIndices, quotientFunctions } from './shared-modules.ts';

const device = useDevice();

const mostDivisor = 4096;

/**
 * A thread a divisor. The quotient grows with n, so it is right everywhere if it is right at both sides of every multiple: k·d − 1 gives
 * k − 1, k·d gives k.
 */
const everyMultiple = `${quotientFunctions}
@group(0) @binding(0) var<storage, read_write> reciprocals: array<f32>;
@group(0) @binding(1) var<storage, read_write> wrong: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let d = id.x + 1u;
  let reciprocal = reciprocals[id.x];
  var count = 0u;
  for (var n = d; n < ${quickIndices}u; n += d) {
    let k = quotient(n, reciprocal);
    let below = quotient(n - 1u, reciprocal);
    count += select(1u, 0u, k * d == n && below + 1u == k && remainder(n, d, reciprocal) == 0u);
  }
  wrong[id.x] = count;
}
`;

it('is exact for all divisors up to 4096 and all indices below 2²²', async () => {
  const { gpu } = device();
  const bytes = 4 * mostDivisor;
  const buffer = () => device().createBuffer({ bytes, label: 'divisors', class: 'scratch' });
  const [reciprocals, wrong] = [buffer(), buffer()];
  try {
    device().write(
      reciprocals,
      Float32Array.from({ length: mostDivisor }, (_, k) => 1 / (k + 1)),
    );
    device().write(wrong, new Uint32Array(mostDivisor).fill(1));
    const pipeline = await device().pipeline(everyMultiple, { label: 'every multiple' });
    const encoder = gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(
      0,
      gpu.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: [reciprocals, wrong].map((own, binding) => ({ binding, resource: { buffer: own.gpu } })),
      }),
    );
    pass.dispatchWorkgroups(mostDivisor / 64);
    pass.end();
    device().submit(encoder.finish());
    const counts = new Uint32Array(await device().read(wrong));
    const divisors = [...counts].flatMap((count, k) => (count === 0 ? [] : [`${k + 1}: ${count} times`]));
    expect(divisors).toEqual([]);
  } finally {
    reciprocals.destroy();
    wrong.destroy();
  }
});

it('kernels of one module find their elements at widths that a rounded reciprocal misses', async () => {
  const sizes = [41, 47, 94];
  const inputs = sizes.map((width) => input([width, width + 1]));
  const outputs = inputs.map((x) => relu(transpose(x)));
  const { kernels } = makeProgram({ outputs }, targetOf(device()));
  const isShared = kernels.every(({ numbers }) => numbers !== undefined);
  expect(isShared).toBe(device().profile.shareModules);
  expect(kernels.every(({ wgsl }) => /= quotient\(/.test(wgsl))).toBe(isShared);
  const feeds = new Map(
    inputs.map((x) => [x, Float32Array.from({ length: x.shape[0]! * x.shape[1]! }, (_, k) => k)]),
  );
  const found = await evaluateOnDevice(device(), outputs, feeds);
  found.forEach((values, slot) => {
    const width = sizes[slot]!;
    const right = Array.from(values, (_, k) => (k % width) * (width + 1) + Math.floor(k / width));
    expect([...values]).toEqual(right);
  });
});
