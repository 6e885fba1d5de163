import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import { learnStart } from '../../problems/learned-start.ts';
import { quadraticMaml } from '../../problems/quadratic-maml.ts';
import { measure } from '../../session/compare.ts';
import { predictRun } from '../../session/run.ts';
import { relativeDifference } from '../../testing/numbers.ts';
import { optimisers, smallNetwork } from '../../testing/small-network.ts';
import { drmad } from './drmad.ts';
import { exactReverse } from './exact-reverse.ts';
import { fomaml } from './fomaml.ts';
import { forwardMode } from './forward.ts';
import { greedyMaml } from './greedy-maml.ts';
import { imaml } from './imaml.ts';
import { leap } from './leap.ts';
import { multiStepFomaml } from './multi-step-fomaml.ts';
import { reptile } from './reptile.ts';
import { truncatedReverse } from './truncated.ts';

const device = useDevice();
const horizon = 6;
const network = learnStart(smallNetwork(optimisers.momentum!(), 3));

describe('a learned start on the device', () => {
  it('exact MAML under three policies is the same to the bit, right, and in the bytes predicted', async () => {
    const exact = await measure('float64', network, exactReverse(), { horizon, warmUps: 0 });
    const found: Float64Array[] = [];
    for (const policy of ['everything', 'states', { memory: '40 KB' }] as const) {
      const one = await measure(device(), network, exactReverse({ policy }), { horizon, warmUps: 0 });
      expect(one.bytes!.measuredTotal).toBe(one.bytes!.predictedTotal);
      expect(one.outcome.counts.vjps).toBe(2 * horizon);
      found.push(one.hypergradient);
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
    expect(relativeDifference(found[0]!, exact.hypergradient)).toBeLessThan(2e-6);
  });

  it('other methods agree with float64, in the bytes predicted', async () => {
    const ofNetwork = [
      truncatedReverse({ window: 3 }),
      forwardMode(),
      drmad,
      fomaml,
      multiStepFomaml,
      greedyMaml,
    ];
    const quadratic = quadraticMaml({
      tasks: [
        {
          G: [
            [1, 0.4],
            [0.4, 0.6],
          ],
          c: [1, -1],
          v: [0.8, -0.5],
        },
        {
          G: [
            [0.5, -0.2],
            [-0.2, 0.9],
          ],
          c: [-0.3, 0.7],
          v: [0.1, 0.2],
        },
      ],
      start: [0.2, -0.1],
      rate: 0.15,
    });
    const ofQuadratic = [reptile, leap, imaml({ rate: 0.15 })];
    for (const [problem, methods] of [
      [network, ofNetwork],
      [quadratic, ofQuadratic],
    ] as const)
      for (const method of methods) {
        const one = await measure(device(), problem, method, { horizon, warmUps: 0 });
        const reference = await measure('float64', problem, method, { horizon, warmUps: 0 });
        expect(one.bytes!.measuredTotal).toBe(one.bytes!.predictedTotal);
        expect(relativeDifference(one.hypergradient, reference.hypergradient)).toBeLessThan(5e-6);
      }
  });

  it('has no φ beside λ', () => {
    const fixed = smallNetwork(optimisers.momentum!(), 3);
    const weights = (problem: typeof fixed) => predictRun(device(), problem, drmad, { horizon }).weights!;
    expect(weights(fixed) - weights(network)).toBe(4 * fixed.weightLength);
  });
});
