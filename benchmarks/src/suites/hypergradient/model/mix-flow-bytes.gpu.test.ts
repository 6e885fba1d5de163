/**
 * @file MixFlow's bytes with truncation as its host. Not on the second driver, whose kernels bind 10 buffers: both keep nothing but maps of the network
 * there, the same ones, and it is 1.002 (the convolutional network) and 1.004 times (the perceptron).
 */
import { mixFlow, predictRun, truncatedReverse } from '@longhorizon/bilevel';
import { totalBytes } from '@longhorizon/tensor/compiler';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { expect, it } from 'vitest';
import { horizon, mixFlowProblems } from '../testing/mix-flow-problems.ts';

const device = useDevice();

it('truncation on a convolutional network takes fewer bytes with mixed products', () => {
  const problem = mixFlowProblems['a convolutional network']!();
  const host = truncatedReverse({ window: 2 });
  const bytes = (method: typeof host) => totalBytes(predictRun(device(), problem, method, { horizon }));
  expect(bytes(mixFlow(host)) / bytes(host)).toBeLessThan(0.95);
});
