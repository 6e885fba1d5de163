/** @file Options of the registry that a problem bounds: which number is refused on it, in which sentence, and which is not. */
import { refusal } from '@longhorizon/bilevel';
import { trackingOfSize } from '@longhorizon/bilevel/problems';
import { describe, expect, it } from 'vitest';
import { InputError } from './options.ts';
import { hyperMethods } from './registry.ts';

const [T, d, p] = [12, 6, 3];
const context = { horizon: T, dimension: p, seed: 0, rate: 0.1 };
const problem = trackingOfSize(d, p);
const methods = hyperMethods.filter(({ starts }) => starts === 'fixed' || starts === 'any');

/** The options that a method says it knows. */
function optionsOf({ fromFile }: (typeof methods)[number]): readonly string[] {
  try {
    fromFile({ '?': 0 }, context);
  } catch (error) {
    const known = /the fields are (.*)\.$/.exec((error as Error).message)?.[1];
    return known === undefined ? [] : known.split(', ');
  }
  throw new Error('internal: an unknown option was taken.');
}

/** What is said of a number; undefined where it is taken. */
function saidOf(method: (typeof methods)[number], option: string, value: number): string | undefined {
  try {
    return refusal(method.fromFile({ [option]: value }, context), problem, T);
  } catch (error) {
    if (error instanceof InputError || error instanceof RangeError) return error.message;
    throw error;
  }
}

const saidEverywhere = (value: number): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    methods.flatMap((method) =>
      optionsOf(method).map((option) => [`${method.name} ${option}`, saidOf(method, option, value)]),
    ),
  );
const isOfNumbers = (name: string) => !/ (policy|estimationWeights|size)$/.test(name);

describe(`options on a problem of ${d} weights and ${p} hyperparameters, at T = ${T}`, () => {
  it('above a bound of the problem are refused in a sentence that says what was asked and what to give', () => {
    const said = Object.entries(saidEverywhere(100)).filter(([name]) => isOfNumbers(name));
    const refused = said.filter(([, sentence]) => sentence !== undefined);
    expect(Object.fromEntries(refused)).toMatchInlineSnapshot(`
      {
        "forward-shared groups": "forward-shared: λ has 3 elements and cannot be cut into 100 groups; give a whole number from 1 to 3.",
        "generalised-greedy gamma": "The options of 'generalised-greedy' cannot be used:
        gamma: γ must be 1 or less.",
        "hyperdistill gamma": "The options of 'hyperdistill' cannot be used:
        gamma: γ must be a number from 0 to 1.",
        "neumann last": "neumann: updates in the last K = 100 steps were asked for, but the horizon is T = 12; give K ≤ 12.",
        "nres window": "nres: a window of W = 100 steps is longer than the horizon, T = 12; give W ≤ 12.",
        "nystrom rank": "nystrom: k = 100 rows were asked for of the Hessian of problem 'tracking', which has 6; give k ≤ 6.",
        "pes window": "pes: a window of W = 100 steps is longer than the horizon, T = 12; give W ≤ 12.",
        "saba batches": "saba: m = 100 batches were asked for, those of the first m steps, but the horizon is T = 12; give m ≤ 12.",
        "tes window": "tes: a window of W = 100 steps is longer than the horizon, T = 12; give W ≤ 12.",
        "truncated-reverse window": "truncated-reverse: a window of K = 100 steps is longer than the horizon, T = 12; give K ≤ 12, or use exact reverse mode.",
      }
    `);
    // A problem bounds none of these: draws and copies, repetitions, the arity of a tree, seeds and rates.
    expect(said.flatMap(([name, sentence]) => (sentence === undefined ? [name] : []))).toMatchInlineSnapshot(`
      [
        "bome rate",
        "bome jointRate",
        "bome closing",
        "bome steps",
        "conjugate-gradient steps",
        "conjugate-gradient damping",
        "evograd copies",
        "evograd deviation",
        "evograd temperature",
        "evograd seed",
        "f2sa rate",
        "f2sa multiplier",
        "f2sa growth",
        "f2sa steps",
        "fg2u directions",
        "fg2u seed",
        "forward columns",
        "neumann terms",
        "nres particles",
        "nres deviation",
        "nres seed",
        "nystrom damping",
        "pbgd rate",
        "pbgd multiplier",
        "pbgd steps",
        "pes particles",
        "pes deviation",
        "pes seed",
        "replay arity",
        "saba rate",
        "saba seed",
        "sama length",
        "soba rate",
        "tes particles",
        "tes deviation",
        "tes seed",
        "hyperdistill estimationPeriod",
      ]
    `);
  });

  it('below 0 are refused, every one, and so is 0 where it means nothing', () => {
    const said = (value: number) =>
      Object.entries(saidEverywhere(value)).filter(([name]) => isOfNumbers(name));
    for (const [name, sentence] of said(-1)) expect(sentence, name).toMatch(/must be|is needed|groups is/);
    const taken = said(0).filter(([, sentence]) => sentence === undefined);
    expect(taken.map(([name]) => name)).toMatchInlineSnapshot(`
      [
        "conjugate-gradient damping",
        "evograd seed",
        "f2sa growth",
        "fg2u seed",
        "generalised-greedy gamma",
        "neumann terms",
        "nres seed",
        "pes seed",
        "saba seed",
        "tes seed",
        "hyperdistill gamma",
      ]
    `);
  });
});
