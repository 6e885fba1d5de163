import { trackingOfSize } from '@longhorizon/bilevel/problems';
import type { CellConfig } from '@longhorizon/harness';
import { expect, it } from 'vitest';
import type { HyperContext, HyperMethod } from '../methods/hyper-method.ts';
import { hyperMethods, methodNamed } from '../methods/registry.ts';
import { bilevelSuite, hyperRow, type ProblemRow } from './rows.ts';

const config: CellConfig = {
  suite: 'own',
  problem: 'here',
  method: 'one-step',
  horizon: 3,
  dimension: 2,
  seed: 1,
  profile: 'quick',
  pass: 'gradient',
  parameters: {},
};
const oneStep = methodNamed(hyperMethods, 'one-step');

/** An entry of the registry that writes down what it is told. */
function listening() {
  const told: HyperContext[] = [];
  const method: HyperMethod = {
    ...oneStep,
    inSuites: (context) => {
      told.push(context);
      return oneStep.inSuites(context);
    },
  };
  return { told, method };
}

it('a method is told the size of its cell, the stream of its noise and the rate of the inner steps', () => {
  const { told, method } = listening();
  hyperRow(method).make(config, { noise: 17, data: 4 });
  hyperRow(method).make(config, {});
  hyperRow(method, { rateOf: ({ horizon }) => 1 / horizon }).make(config, {});
  expect(told).toEqual([
    { horizon: 3, dimension: 2, seed: 17, rate: 0.1 },
    { horizon: 3, dimension: 2, seed: 0, rate: 0.1 },
    { horizon: 3, dimension: 2, seed: 0, rate: 1 / 3 },
  ]);
  expect(hyperRow(oneStep)).not.toHaveProperty('problems');
  expect(hyperRow(oneStep, { problems: ['here'] }).problems).toEqual(['here']);
});

const row = (name: string, more: Partial<ProblemRow> = {}): ProblemRow => ({
  name,
  dimension: { minimum: 1, maximum: 100 },
  weights: 4,
  make: () => trackingOfSize(4, 2),
  ...more,
});
const made = (
  problems: readonly ProblemRow[],
  profile: { problems?: readonly string[]; absent?: undefined } = {},
) =>
  bilevelSuite({
    name: 'own',
    title: 'Own',
    description: 'Two problems, one of them without its files.',
    measureVersion: 1,
    problems,
    methods: [hyperRow(oneStep)],
    isolation: 'in-process',
    profiles: { quick: { horizons: [3], dimensions: [2], seeds: [0], ...profile } },
  }).suite;

it('a problem without its files stays declared, says where they are from, and is in no profile', () => {
  const rows = [row('here'), row('there', { needs: 'glyphs' })];
  // A generated set has no files, so that no file of it is found.
  const suite = made(rows);
  expect(suite.problems.map(({ name }) => name)).toEqual(['here', 'there']);
  expect(suite.problems[0]).not.toHaveProperty('absent');
  expect(suite.problems[1]?.absent).toBe(
    'its data set glyphs is not here; "longhorizon data list" says where it is from',
  );
  expect(suite.profiles.quick?.problems).toEqual(['here']);
});

it('a profile that names its problems has no others', () => {
  const rows = [row('one'), row('two'), row('three')];
  expect(made(rows, { problems: ['two', 'three'] }).profiles.quick?.problems).toEqual(['two', 'three']);
  expect(made(rows).profiles.quick?.problems).toEqual(['one', 'two', 'three']);
});

it('what a row makes is no part of the declaration', () => {
  const [spec] = made([row('here', { oracle: 'device', training: () => ({}) as never })]).problems;
  // Weights of a number of its own say that λ alone grows.
  expect(Object.keys(spec!).sort()).toEqual(['dimension', 'isolatesDimension', 'name']);
});

it('methods of one seed see the same data, start and order, and each noise of its own', () => {
  const { seedAxes } = made([row('here')]);
  for (const stream of ['data', 'initialisation', 'order'])
    expect(seedAxes?.[stream], stream).toEqual(['suite', 'problem', 'seed']);
  expect(seedAxes?.noise).toContain('method');
});
