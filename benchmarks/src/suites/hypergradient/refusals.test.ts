/**
 * @file Which methods of the registry refuse which problem, and in which words: where λ acts in no loss, where a step has no derivative, and where λ acts
 * nowhere. What is not refused gives a finite hypergradient, zero only where one step does not move the loss.
 */
import { type Method, type Problem, RefusedError, refusal } from '@longhorizon/bilevel';
import { trackingOfSize } from '@longhorizon/bilevel/problems';
import { hypergradientOf } from '@longhorizon/bilevel/testing';
import { add, cast, floor, multiply, stopGradient, type Tensor } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { hyperMethods } from '../../methods/registry.ts';
import { separatingRows } from './separating.ts';

const horizon = 12;
const methods = hyperMethods.filter(({ starts }) => starts === 'fixed' || starts === 'any');
const methodsOn = ({ p }: Problem): readonly [string, Method][] =>
  methods.map(({ name, inSuites }) => [name, inSuites({ horizon, dimension: p, seed: 0, rate: 0.1 })]);

const separatingProblems = separatingRows.map(({ name, dimension, make }) => {
  const at = Math.min(10, dimension!.maximum);
  const config = { suite: 'hypergradient', problem: name, method: '', horizon, dimension: at } as const;
  return make({ ...config, seed: 0, profile: 'standard', pass: 'training', parameters: {} }, {});
});

/** Sentences with the names of method and problem left out, each with the methods that say it. */
function saidOn(problem: Problem): Readonly<Record<string, readonly string[]>> {
  const said: Record<string, string[]> = {};
  for (const [name, method] of methodsOn(problem)) {
    const sentence = refusal(method, problem, horizon) ?? 'runs';
    const words = sentence
      .replace(new RegExp(`^${method.name}: `), '')
      .replace(`problem '${problem.name}'`, 'PROBLEM');
    said[words] = [...(said[words] ?? []), name];
  }
  return said;
}

/** What a method gives on a problem in float64, or the sentence in which it refuses. */
async function given(method: Method, problem: Problem): Promise<Float64Array | string> {
  try {
    return await hypergradientOf('float64', problem, method, horizon);
  } catch (error) {
    if (error instanceof RefusedError) return error.message;
    throw error;
  }
}

/** Holds every method to a finite hypergradient or a sentence. @returns those that give zeros */
async function holdAll(problem: Problem): Promise<readonly string[]> {
  const zeros: string[] = [];
  for (const [name, method] of methodsOn(problem)) {
    const found = await given(method, problem);
    if (typeof found === 'string') {
      expect(found, name).toBe(refusal(method, problem, horizon));
      expect(found, name).toMatch(/^[^\n]*problem '[^']+'[^\n]*; [^\n]+\.$/);
    } else {
      expect(found.every(Number.isFinite), name).toBe(true);
      if (found.every((one) => one === 0)) zeros.push(name);
    }
  }
  return zeros;
}

describe('where λ acts in no loss', () => {
  it.each(separatingProblems.map((problem) => [problem.name, problem] as const))(
    'on %s methods that look at losses alone, or at the minimiser, refuse, each in its sentence',
    (_, problem) => {
      expect(saidOn(problem)).toMatchInlineSnapshot(`
        {
          "runs": [
            "exact-reverse",
            "drmad",
            "fg2u",
            "forward",
            "forward-shared",
            "generalised-greedy",
            "neumann",
            "nres",
            "one-step",
            "pes",
            "replay",
            "tes",
            "truncated-reverse",
            "hyperdistill",
          ],
          "the update of PROBLEM does not go through the gradient of its inner loss, by which this method differentiates it; write the update as descend(optimiser, innerLoss).": [
            "sama",
          ],
          "with mixed products the update has to go along the gradient of the inner loss, and that of PROBLEM does not; write it as descend(optimiser, innerLoss), or leave MixFlow out.": [
            "mixflow",
          ],
          "λ does not enter the outer loss of PROBLEM, so its direct gradient is zero; use a method that follows λ through the inner steps, such as one-step.": [
            "first-order",
          ],
          "λ enters neither loss of PROBLEM, only its optimiser, and a penalty on the inner loss does not see it; use an unrolled method.": [
            "bome",
            "f2sa",
            "pbgd",
          ],
          "λ enters neither loss of PROBLEM, only its optimiser, and the minimiser that implicit differentiation is about does not depend on the optimiser; use an unrolled method.": [
            "conjugate-gradient",
            "nystrom",
            "saba",
            "soba",
          ],
          "λ enters neither loss of PROBLEM, only its optimiser, which this method does not run; use an unrolled method.": [
            "evograd",
          ],
        }
      `);
    },
  );

  it.each(separatingProblems.map((problem) => [problem.name, problem] as const))(
    'on %s all others give a hypergradient; zeros only where one step does not move the loss: on the Lorenz system z does not read λ',
    async (name, problem) => {
      const seeOneStep = methods.filter(({ family }) => family === 'one-step' || family === 'discounted');
      const runs = saidOn(problem).runs!;
      const expected = seeOneStep.flatMap((one) => (runs.includes(one.name) ? [one.name] : []));
      expect(await holdAll(problem)).toEqual(name === 'lorenz' ? expected : []);
    },
  );
});

describe('where a step has no derivative, or has no λ', () => {
  const quadratic = trackingOfSize(3, 3);
  type Step = (w: Tensor, lambda: Tensor) => Tensor;
  const stepping = (name: string, step: Step): Problem => ({
    ...quadratic,
    name,
    update: ({ w, state }, lambda) => ({ w: step(w, lambda), state }),
  });
  const thousandths = (x: Tensor) => multiply(0.001, floor(multiply(1000, x)));
  const pulled = (w: Tensor, lambda: Tensor) => add(multiply(0.9, w), multiply(0.1, lambda));
  const bySampling = methods
    .filter(({ inSuites }) => inSuites({ horizon, dimension: 3, seed: 0, rate: 0.1 }).needsNoDerivatives)
    .map(({ name }) => name);
  const allOthers = methods.map(({ name }) => name).filter((name) => !bySampling.includes(name));

  it.each<[string, Problem, string]>([
    [
      'weights in whole thousandths',
      stepping('floored', (w, lambda) => pulled(thousandths(w), lambda)),
      'no derivative flows from the weights before a step to those after it',
    ],
    [
      'weights that are integers on the way',
      stepping('integers', (w, lambda) =>
        pulled(multiply(0.001, cast(cast(multiply(1000, w), 'i32'), 'f32')), lambda),
      ),
      'no derivative flows from the weights before a step to those after it',
    ],
    [
      'λ in whole thousandths',
      stepping('floored λ', (w, lambda) => pulled(w, thousandths(lambda))),
      'the update reads λ only through operations that have no derivative',
    ],
    [
      'λ as a constant',
      stepping('constant λ', (w, lambda) => pulled(w, stopGradient(lambda))),
      'the update reads λ only through operations that have no derivative',
    ],
  ])(
    '%s: all methods refuse in one sentence but those that sample losses, which run',
    async (_, problem, because) => {
      expect(bySampling.length).toBeGreaterThan(0);
      const { runs, ...refused } = saidOn(problem);
      expect(runs).toEqual(bySampling);
      expect(Object.values(refused)).toEqual([allOthers]);
      expect(Object.keys(refused)[0]).toContain(`PROBLEM: ${because}`);
      expect(Object.keys(refused)[0]).toMatch(/take an estimate from losses alone: NRES, PES\.$/);
      expect(await holdAll(problem)).toEqual([]);
    },
  );

  it('no λ at all: every method refuses', () => {
    const still = stepping('still', (w) => multiply(0.9, w));
    expect(Object.values(saidOn(still))).toEqual([methods.map(({ name }) => name)]);
    expect(Object.keys(saidOn(still))[0]).toMatch(
      /^PROBLEM: neither the update nor the outer loss depends on λ, .*; let λ enter .*\.$/,
    );
  });

  it('no horizon: every method refuses', () => {
    for (const T of [0, -1, 2.5, Number.NaN])
      for (const [name, method] of methodsOn(quadratic))
        expect(refusal(method, quadratic, T), name).toMatch(/^T = \S+ is not a horizon; .*\.$/);
  });
});
