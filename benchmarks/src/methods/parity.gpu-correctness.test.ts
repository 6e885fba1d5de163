/** @file Every method of the registry, with the options that suites set, on the device and in float64. */
import { type Problem, refusal } from '@longhorizon/bilevel';
import { learnStart } from '@longhorizon/bilevel/problems';
import {
  differenceTolerance,
  initialisationParity,
  parity,
  parityHorizon,
  parityProblems,
  parityRate,
  parityTaskSet,
  parityTolerance,
  slicedProblem,
  startProblem,
} from '@longhorizon/bilevel/testing';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import { hyperMethods, initMethods } from './registry.ts';

const device = useDevice();
const size = 12;
// Several tasks: the packages' own tests compare every method on `parityProblems`, which have one.
const problems: readonly Problem[] = [slicedProblem(size).together, startProblem(size).together];

describe('every method of the registry agrees with float64', () => {
  it.each(hyperMethods.map((entry) => [entry.id, entry] as const))('%s', async (id, entry) => {
    // What looks back further than the test runs gets the options of a short file.
    const isLong = (entry.horizon?.minimum ?? 1) > parityHorizon;
    const tolerance =
      entry.family === 'evolution' || id === 'hyper/evograd' || id === 'hyper/sama'
        ? differenceTolerance
        : parityTolerance;
    const differences: number[] = [];
    for (const problem of problems) {
      const context = { horizon: parityHorizon, dimension: problem.p, seed: 0, rate: parityRate(size) };
      const method = isLong ? entry.fromFile({}, context) : entry.inSuites(context);
      const difference = await parity(device(), method, problem);
      if (difference !== undefined) differences.push(difference);
    }
    expect(differences.length, `${id} runs on some problem`).toBeGreaterThan(0);
    for (const difference of differences) expect(difference).toBeLessThan(tolerance);
  });

  it.each(initMethods.map((entry) => [entry.id, entry] as const))('%s', async (_, entry) => {
    const method = entry.inSuites({ horizon: parityHorizon, beta: 0.1 });
    expect(await initialisationParity(device(), method, parityTaskSet(size))).toBeLessThan(parityTolerance);
  });
});

it('a method that declares to know a learned start is not refused there', () => {
  const learned = learnStart(parityProblems(size)[0] as Problem);
  for (const entry of hyperMethods) {
    const method = entry.inSuites({ horizon: 20, dimension: learned.p, seed: 0, rate: 0.1 });
    const refused = refusal(method, learned, 20);
    if (entry.starts === 'any' || entry.starts === 'learned') expect(refused, entry.id).toBeUndefined();
  }
});
