import { totalmem } from 'node:os';
import type { Outcome } from '@longhorizon/bilevel';
import { CellFailure } from '@longhorizon/harness';
import { expect, it } from 'vitest';
import { refuseTooMuch } from './case.ts';
import { requireFinite } from './prepare.ts';

const outcome: Outcome = {
  horizon: 50,
  outerLoss: 1,
  wallMs: 1,
  dispatches: 50,
  counts: { gradients: 50, vjps: 0, jvps: 0, hvps: 0 },
};
function failureOf(act: () => unknown): CellFailure {
  try {
    act();
  } catch (error) {
    if (error instanceof CellFailure) return error;
    throw error;
  }
  throw new Error('nothing failed.');
}

it('a finite outcome passes as it is', () => {
  expect(requireFinite(outcome)).toBe(outcome);
});

it.each([
  ['weights', 'inner learning rate'],
  ['outer loss', 'inner learning rate'],
  ['hypergradient', 'damping'],
] as const)('a cell whose %s diverged says after which step, and what may help', (diverged, help) => {
  const failure = failureOf(() => requireFinite({ ...outcome, divergedAt: 7, diverged }));
  expect(failure).toMatchObject({ status: 'diverged', failedAtStep: 7 });
  expect(failure.message).toContain('after step 7 of 50');
  expect(failure.message).toContain(diverged);
  expect(failure.message).toContain(help);
});

it('a software adapter gives a cell half of the memory of its host, a GPU all that it has', () => {
  const half = totalmem() / 2;
  const software = { profile: { runsOnHost: true } };
  expect(() => refuseTooMuch(software, half)).not.toThrow();
  expect(failureOf(() => refuseTooMuch(software, half + 4096)).status).toBe('oom');
  expect(() => refuseTooMuch({ profile: { runsOnHost: false } }, 100 * half)).not.toThrow();
});
