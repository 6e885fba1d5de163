import { exactReverse, greedyMaml, type Method, type Problem, prepare } from '@longhorizon/bilevel';
import { lazy } from '@longhorizon/lazy';
import { sgd } from '@longhorizon/nn';
import { evaluate, input } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { relativeDistance } from '../../../problem-parts/testing/distance.ts';
import { attackerProblem } from './attacker-problem.ts';
import { gradientNetwork } from './gradient-network.ts';
import { margin, unitDeviation } from './margin.ts';

const network = gradientNetwork({ side: 4, channels: [2, 3, 4] });
const numbers = (seed: number) => Float32Array.from({ length: 20 * 16 }, (_, k) => Math.sin(seed + k * k));

function problem(): Problem {
  return attackerProblem({
    network,
    images: numbers(1),
    maps: [numbers(2), numbers(3)],
    support: 6,
    query: 3,
    optimiser: sgd({ rate: 0.1 }),
    seed: 4,
  });
}

async function hypergradient(method: Method, horizon: number): Promise<Float64Array> {
  const run = await prepare('float64', problem(), method, { horizon });
  await run.compute();
  const g = await run.read('hypergradient');
  run.destroy();
  return g;
}

describe('learning an attacker', () => {
  it('has the hypergradient of central differences by the start of its weights', async () => {
    const exact = await hypergradient(exactReverse(), 2);
    const lambda = Float64Array.from(problem().initial.hyperparameters);
    const run = await prepare('float64', problem(), greedyMaml, { horizon: 1 });
    const greedy = await hypergradient(exactReverse(), 1);
    const lossAt = async (place: number, value: number) => {
      run.write('lambda', lambda.with(place, value));
      return (await run.compute()).outerLoss;
    };
    for (const place of [0, 40, 100]) {
      const difference =
        ((await lossAt(place, lambda[place]! + 1e-6)) - (await lossAt(place, lambda[place]! - 1e-6))) / 2e-6;
      expect(Math.abs(greedy[place]! - difference)).toBeLessThan(1e-5 * Math.abs(difference) + 1e-8);
    }
    run.destroy();
    expect(relativeDistance(exact, greedy)).toBeGreaterThan(1e-3);
  });

  it('by Lazy with k = 1 is greedy MAML', async () => {
    const [leap, greedy] = [await hypergradient(lazy(), 1), await hypergradient(greedyMaml, 1)];
    expect(relativeDistance(leap, greedy)).toBeLessThan(1e-12);
  });

  it('needs sources, and a map of every picture from each', () => {
    const of = (maps: readonly Float32Array[]) =>
      attackerProblem({ network, images: numbers(1), maps, optimiser: sgd({ rate: 0.1 }), seed: 0 });
    expect(() => of([])).toThrow(/no source victims were given/);
    expect(() => of([numbers(2), numbers(3).subarray(16)])).toThrow(
      /20 pictures have maps of 20, 19 pictures/,
    );
  });
});

describe('the network that guesses gradients', () => {
  it('has the channels of the released code, and gives as many pixels as it takes', () => {
    const released = gradientNetwork({ side: 28, channels: [16, 32, 64] });
    const filters = 9 * 16 + 16 * 16 * 32 + 16 * 32 * 64 + 16 * 64 * 32 + 16 * 32 * 16 + 9 * 16;
    expect(released.layout.size).toBe(filters + 16 + 32 + 64 + 32 + 16 + 1);
    for (const side of [14, 28])
      expect(
        gradientNetwork({ side, channels: [2, 2, 2] }).apply(
          input([gradientNetwork({ side, channels: [2, 2, 2] }).layout.paddedLength], {}),
          input([3, side, side, 1], {}),
        ).outputs.shape,
      ).toEqual([3, side * side]);
  });

  it('refuses pictures that cannot be halved as often', () => {
    expect(() => gradientNetwork({ side: 3, channels: [1, 1, 1] })).toThrow(/3 × 3 cannot be halved 2 times/);
    expect(() => gradientNetwork({ side: 8, channels: [4] })).toThrow(/two channel counts or more/);
  });
});

describe('the margin', () => {
  const valuesOf = (
    data: readonly number[],
    shape: readonly number[],
    of: (x: ReturnType<typeof input>) => ReturnType<typeof input>,
  ) => {
    const x = input(shape, {});
    const values = new Map([[x, { shape, dtype: 'f32' as const, data: Float64Array.from(data) }]]);
    return evaluate([of(x)], values)[0]!.data;
  };

  it('is the difference of log-probabilities to the best of the others, and so of logits', () => {
    const labels = input([2], { dtype: 'u32' });
    const x = input([2, 3], {});
    const [found] = evaluate(
      [margin(x, labels)],
      new Map([
        [x, { shape: [2, 3], dtype: 'f32' as const, data: Float64Array.of(5, 2, 1, 0, -4, 3) }],
        [labels, { shape: [2], dtype: 'u32' as const, data: Float64Array.of(0, 1) }],
      ]),
    );
    expect(found!.data[0]).toBeCloseTo(3, 12);
    expect(found!.data[1]).toBeCloseTo(-7, 12);
  });

  it('gradient maps have unit deviation, and a map of zeros stays one', () => {
    const maps = valuesOf([1, 3, 5, 7, 0, 0, 0, 0], [2, 4], unitDeviation);
    const [first, second] = [maps.subarray(0, 4), maps.subarray(4)];
    const mean = first.reduce((sum, value) => sum + value) / 4;
    expect(first.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4).toBeCloseTo(1, 12);
    expect([...second]).toEqual([0, 0, 0, 0]);
  });
});
