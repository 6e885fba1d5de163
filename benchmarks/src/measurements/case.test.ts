import { trackingOfSize } from '@longhorizon/bilevel/problems';
import { type CellConfig, CellFailure } from '@longhorizon/harness';
import { afterAll, expect, it } from 'vitest';
import { hyperMethods, methodNamed } from '../methods/registry.ts';
import { caseOf } from './case.ts';
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
