/** @file MixFlow on networks: the same hypergradient in less memory, whatever exact reverse mode keeps. */
import {
  exactReverse,
  measure,
  mixFlow,
  type Problem,
  predictRun,
  truncatedReverse,
} from '@longhorizon/bilevel';
import { perceptron } from '@longhorizon/nn';
import { totalBytes } from '@longhorizon/tensor/compiler';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import { relativeDistance } from '../../../problem-parts/testing/distance.ts';
import { SMALL, smallGlyphs } from '../testing/small.ts';
import { networkParts } from './network-parts.ts';

const device = useDevice();
const horizon = 3;
const tasks = { tasks: 2, ways: 3, perClass: 10, batch: 5, testBatch: 4 };
const problems: Readonly<Record<string, () => Problem>> = {
  'a perceptron': () =>
    networkParts({
      ...tasks,
      dataset: smallGlyphs(),
      part: 'rates',
      model: ([height, width], classes) => perceptron([height * width, 16, 16, classes]),
    }).problem,
  'a convolutional network': () => SMALL['many-shot-rates']!(),
};

describe.each(Object.entries(problems))('%s', (name, make) => {
  const problem = make();
  const bytes = (method: Parameters<typeof mixFlow>[0]) =>
    totalBytes(predictRun(device(), problem, method, { horizon }));

  it('has the hypergradient of exact reverse mode to 1e-6', async () => {
    const [mixed, plain] = [
      await measure(device(), problem, mixFlow(exactReverse()), { horizon, warmUps: 0 }),
      await measure(device(), problem, exactReverse(), { horizon, warmUps: 0 }),
    ];
    expect(relativeDistance(mixed.hypergradient, plain.hypergradient)).toBeLessThan(1e-6);
    expect(mixed.bytes!.measuredTotal).toBe(mixed.bytes!.predictedTotal);
    expect(mixed.bytes!.measuredTotal).toBeLessThan(plain.bytes!.measuredTotal);
  });

  it('takes fewer bytes than its host, most where the host keeps everything', () => {
    const hosts = [exactReverse(), exactReverse({ policy: 'everything' })];
    // In a perceptron of this size what truncation keeps of a step is no more than padding.
    if (name !== 'a perceptron') hosts.push(truncatedReverse({ window: 2 }));
    const ratios = Object.fromEntries(hosts.map((host) => [host.title, bytes(mixFlow(host)) / bytes(host)]));
    for (const [title, ratio] of Object.entries(ratios)) expect(ratio, title).toBeLessThan(1);
  });
});
