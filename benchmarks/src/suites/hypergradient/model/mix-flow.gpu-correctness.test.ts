/** @file MixFlow on networks: the same hypergradient as its host's, in fewer bytes, which were predicted. */
import { exactReverse, measure, mixFlow, type Problem, predictRun } from '@longhorizon/bilevel';
import { conv4 } from '@longhorizon/nn';
import type { Device } from '@longhorizon/tensor';
import { totalBytes } from '@longhorizon/tensor/compiler';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import { relativeDistance } from '../../../problem-parts/testing/distance.ts';
import { horizon, mixFlowProblems } from '../testing/mix-flow-problems.ts';
import { smallGlyphs } from '../testing/small.ts';
import { networkParts } from './network-parts.ts';

const device = useDevice();
/** Kernels have a dispatch each there, in an order of which little lives at a time. */
const asGraphicsProcessor = useDevice({}, 'gpu');

/** Two layers of 16 filters, batches of 20. */
const wide = (): Problem =>
  networkParts({
    dataset: smallGlyphs(),
    tasks: 2,
    ways: 3,
    perClass: 20,
    batch: 20,
    testBatch: 4,
    part: 'rates',
    momentum: 0.5,
    model: (inputShape, classes) => conv4({ inputShape, classes, filters: 16, layers: 2 }),
  }).problem;

/** MixFlow's bytes over those of exact reverse mode. */
function ratioOf(on: Device, problem: Problem, policy: 'states' | 'everything'): number {
  const host = exactReverse({ policy });
  const bytes = (method: typeof host) => totalBytes(predictRun(on, problem, method, { horizon }));
  return bytes(mixFlow(host)) / bytes(host);
}

async function expectSame(on: Device, problem: Problem): Promise<void> {
  const [mixed, plain] = [
    await measure(on, problem, mixFlow(exactReverse()), { horizon, warmUps: 0 }),
    await measure(on, problem, exactReverse(), { horizon, warmUps: 0 }),
  ];
  expect(relativeDistance(mixed.hypergradient, plain.hypergradient)).toBeLessThan(1e-6);
  for (const { bytes } of [mixed, plain]) expect(bytes!.measuredTotal).toBe(bytes!.predictedTotal);
}

describe.each(Object.entries(mixFlowProblems))('%s', (_, make) => {
  const problem = make();

  it('has the hypergradient of exact reverse mode to 1e-6', () => expectSame(device(), problem));

  it('takes fewer bytes than its host, whether that keeps states or everything', () => {
    expect(ratioOf(device(), problem, 'states')).toBeLessThan(0.97);
    expect(ratioOf(device(), problem, 'everything')).toBeLessThan(0.88);
  });
});

it('takes fewer bytes with wider layers and larger batches, too', () => {
  expect(ratioOf(device(), wide(), 'states')).toBeLessThan(0.98);
  expect(ratioOf(device(), wide(), 'everything')).toBeLessThan(0.6);
});

describe('as on a graphics processor', () => {
  // The convolutional network's kernels compile for a minute.
  it('the hypergradients are the same, in the bytes that were predicted', () =>
    expectSame(asGraphicsProcessor(), mixFlowProblems['a perceptron']!()));

  it.each([...Object.values(mixFlowProblems), wide])('MixFlow takes fewer bytes than its host', (make) => {
    expect(ratioOf(asGraphicsProcessor(), make(), 'states')).toBeLessThan(0.97);
  });
});
