/** @file Sums over leading axes, with one and with four outer tiles a thread. */
import { expect, it } from 'vitest';
import { adapterProfiles } from '../../adapters/index.ts';
import { makeProgram, targetOf } from '../../compiler.ts';
import {
  evaluate,
  evaluateOnDevice,
  input,
  mean,
  multiply,
  relu,
  slice,
  square,
  sum,
  type Tensor,
} from '../../index.ts';
import { useDevice } from '../../testing/device.ts';
import { distance } from '../../testing/numerics.ts';
import { tilesOfThread } from './reduction-threads.ts';

const device = useDevice();

const length = 256;
const columns = 1024;
const values = Float32Array.from({ length: length * columns }, (_, k) => Math.sin(1.3 * k) + (k % 7) / 7);

const tilesPerThreadOf = (outputs: readonly Tensor[]) =>
  makeProgram({ outputs }, targetOf(device())).kernels.map(({ wgsl }) =>
    Number(/const TILES_PER_THREAD: u32 = (\d+)u/.exec(wgsl)?.[1]),
  );

it('a sum over a leading axis takes four outer tiles a thread on a software adapter, with the same bits as one', async () => {
  const x = input([length, columns]);
  const part = slice(x, [0, 256], [length, 512]);
  expect(tilesPerThreadOf([sum(x, 0)])).toEqual([device().profile.outerTilesPerThread]);
  expect(tilesPerThreadOf([sum(part, 0)])).toEqual([1]);
  const feeds = new Map([[x, values]]);
  const [whole] = await evaluateOnDevice(device(), [sum(x, 0)], feeds);
  const [own] = await evaluateOnDevice(device(), [sum(part, 0)], feeds);
  expect([...whole!.slice(256, 512)]).toEqual([...own!]);
});

it('two reductions of one kernel, what is computed before them, and what is made of their results', async () => {
  const x = input([length, columns]);
  const average = mean(relu(x), 0);
  const outputs = [average, multiply(mean(square(relu(x)), 0), square(average))];
  const kernels = tilesPerThreadOf(outputs);
  expect(kernels).toEqual([device().profile.outerTilesPerThread]);
  const found = await evaluateOnDevice(device(), outputs, new Map([[x, values]]));
  const expected = evaluate(
    outputs,
    new Map([[x, { shape: x.shape, dtype: 'f32' as const, data: Float64Array.from(values) }]]),
  );
  expected.forEach(({ data }, k) => {
    expect(distance(found[k]!, data)).toBeLessThan(2e-6);
  });
});

it('kept axes on both sides of the reduced one', async () => {
  const x = input([2, length, columns / 2]);
  expect(tilesPerThreadOf([sum(x, 1)])).toEqual([device().profile.outerTilesPerThread]);
  const [found] = await evaluateOnDevice(device(), [sum(x, 1)], new Map([[x, values]]));
  const [expected] = evaluate(
    [sum(x, 1)],
    new Map([[x, { shape: x.shape, dtype: 'f32' as const, data: Float64Array.from(values) }]]),
  );
  expect(distance(found!, expected!.data)).toBeLessThan(2e-6);
});

it('one outer tile a thread where the sums are few or short, the columns do not divide, or threads share a row', () => {
  const limits = { ...device().limits, maxComputeWorkgroupsPerDimension: 65_535 };
  const adapter = { profile: adapterProfiles.llvmpipe, features: new Set<string>(), limits };
  const across = { x: 8, y: 1 };
  expect(tilesOfThread(1024, 1024, 4096, across, adapter)).toBe(4);
  expect(tilesOfThread(128, 128, 4096, across, adapter)).toBe(1);
  expect(tilesOfThread(1024, 1024, 64, across, adapter)).toBe(1);
  expect(tilesOfThread(1032, 1032, 4096, across, adapter)).toBe(1);
  expect(tilesOfThread(1024, 1024, 4096, { x: 8, y: 2 }, adapter)).toBe(1);
  expect(tilesOfThread(1024, 1024, 4096, across, { ...adapter, profile: adapterProfiles.gpu })).toBe(1);
  expect(tilesOfThread(2 ** 22, 2 ** 22, 256, across, adapter)).toBe(1);
});
