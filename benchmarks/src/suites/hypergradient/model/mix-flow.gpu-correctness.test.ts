/** @file MixFlow on networks: the same hypergradient, and bytes that were predicted. How many is measured in mix-flow-bytes.gpu.test.ts. */
import { exactReverse, measure, mixFlow } from '@longhorizon/bilevel';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import { relativeDistance } from '../../../problem-parts/testing/distance.ts';
import { horizon, mixFlowProblems } from '../testing/mix-flow-problems.ts';

const device = useDevice();
describe.each(Object.entries(mixFlowProblems))('%s', (_, make) => {
  const problem = make();

  it('has the hypergradient of exact reverse mode to 1e-6', async () => {
    const [mixed, plain] = [
      await measure(device(), problem, mixFlow(exactReverse()), { horizon, warmUps: 0 }),
      await measure(device(), problem, exactReverse(), { horizon, warmUps: 0 }),
    ];
    expect(relativeDistance(mixed.hypergradient, plain.hypergradient)).toBeLessThan(1e-6);
    expect(mixed.bytes!.measuredTotal).toBe(mixed.bytes!.predictedTotal);
  });
});
