/** @file MixFlow's bytes on networks. Not on the second driver: its convolutions take scratch memory of their own, 1.05 times the host's bytes in all. */
import { exactReverse, mixFlow, predictRun, truncatedReverse } from '@longhorizon/bilevel';
import { totalBytes } from '@longhorizon/tensor/compiler';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { expect, it } from 'vitest';
import { horizon, mixFlowProblems } from '../testing/mix-flow-problems.ts';

const device = useDevice();

it.each(Object.entries(mixFlowProblems))('%s takes fewer bytes than its host', (name, make) => {
  const problem = make();
  const bytes = (method: Parameters<typeof mixFlow>[0]) =>
    totalBytes(predictRun(device(), problem, method, { horizon }));
  const hosts = [exactReverse(), exactReverse({ policy: 'everything' })];
  // In a perceptron of this size what truncation keeps of a step is no more than padding.
  if (name !== 'a perceptron') hosts.push(truncatedReverse({ window: 2 }));
  const ratios = Object.fromEntries(hosts.map((host) => [host.title, bytes(mixFlow(host)) / bytes(host)]));
  for (const [title, ratio] of Object.entries(ratios)) expect(ratio, title).toBeLessThan(1);
});
