import { trackingOfSize } from '@longhorizon/bilevel/problems';
import { type CellConfig, CellFailure } from '@longhorizon/harness';
import { afterAll, expect, it } from 'vitest';
import { hyperMethods, methodNamed } from '../methods/registry.ts';
import { caseOf, requireSize } from './case.ts';
import { closeDevices } from './device.ts';
import { bilevelSuite, hyperRow } from './rows.ts';

afterAll(closeDevices);

const suite = bilevelSuite({
  name: 'own',
  title: 'Own',
  description: 'A problem that has one size, and does not say so.',
  measureVersion: 1,
  problems: [
    { name: 'my-net', dimension: { minimum: 1, maximum: 1000 }, make: () => trackingOfSize(100, 81) },
  ],
  methods: [hyperRow(methodNamed(hyperMethods, 'one-step'))],
  isolation: 'in-process',
  profiles: { quick: { horizons: [1], dimensions: [81], seeds: [0] } },
});

const cell = (dimension: number): CellConfig => ({
  suite: 'own',
  problem: 'my-net',
  method: 'one-step',
  horizon: 1,
  dimension,
  seed: 0,
  profile: 'quick',
  pass: 'gradient',
  parameters: {},
});
const context = { cellId: '', seeds: {}, adapter: undefined, signal: new AbortController().signal };

it('a cell whose p is not that of its problem fails, and says what to declare', async () => {
  const error: unknown = await caseOf(suite, cell(100), context).catch((one: unknown) => one);
  expect(error).toBeInstanceOf(CellFailure);
  expect(error).toMatchObject({
    status: 'error',
    message: "problem 'my-net' has p = 81, but the cell says 100; give dimension { values: [81] }.",
  });
  expect((await caseOf(suite, cell(81), context)).problem.p).toBe(81);
});

it.each([
  [
    { horizon: { minimum: 5, maximum: 50 } },
    'has T from 5 to 50, but the cell says 4; ask for one of these.',
  ],
  [
    { horizon: { minimum: 1, maximum: 30, values: [1, 30] } },
    'has T from 1 to 30 (1, 30), but the cell says 4; ask for one of these.',
  ],
  [
    { weights: 99 },
    'has d = 100, but its row says 99; give weights: 100, or leave it out where d changes with p.',
  ],
])('a cell is held to what its row fixes: %j', (fixed, message) => {
  const config = { ...cell(81), horizon: 4 };
  const size = { p: 81, d: 100 };
  expect(() => requireSize(config, fixed, size)).toThrow(`problem 'my-net' ${message}`);
  expect(() =>
    requireSize(config, { horizon: { minimum: 1, maximum: 4 }, weights: 100 }, size),
  ).not.toThrow();
});
