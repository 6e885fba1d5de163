/**
 * @file MixFlow's bytes on networks. Not on the second driver: its kernels bind 10 buffers, so one is cut where a map of the first layer has to be kept,
 * and MixFlow takes 1.06 times the bytes of the host that keeps states (1.18 times with 16 filters and batches of 20). With 16 buffers it would be 0.96.
 */
import { exactReverse, mixFlow, predictRun, truncatedReverse } from '@longhorizon/bilevel';
import { conv4 } from '@longhorizon/nn';
import { totalBytes } from '@longhorizon/tensor/compiler';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { expect, it } from 'vitest';
import { horizon, mixFlowProblems } from '../testing/mix-flow-problems.ts';
import { smallGlyphs } from '../testing/small.ts';
import { networkParts } from './network-parts.ts';

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

it('with wider layers and larger batches takes as much as a host that keeps no more than states', () => {
  const { problem } = networkParts({
    dataset: smallGlyphs(),
    tasks: 2,
    ways: 3,
    perClass: 20,
    batch: 20,
    testBatch: 4,
    part: 'rates',
    momentum: 0.5,
    model: (inputShape, classes) => conv4({ inputShape, classes, filters: 16, layers: 2 }),
  });
  const ratio = (policy: 'states' | 'everything') => {
    const host = exactReverse({ policy });
    const bytes = (method: typeof host) => totalBytes(predictRun(device(), problem, method, { horizon }));
    return bytes(mixFlow(host)) / bytes(host);
  };
  // The tangents of all layers beside what is done again weigh as much as the residuals of one step.
  expect(ratio('states')).toBeGreaterThan(1);
  expect(ratio('states')).toBeLessThan(1.05);
  expect(ratio('everything')).toBeLessThan(0.7);
});
