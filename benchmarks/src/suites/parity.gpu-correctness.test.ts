/**
 * @file Every problem without convolutions that a suite of hypergradients registers, at its smallest size: one hypergradient after three steps, on a device and in
 * float64. A new row is compared without a line here.
 */
import { hyper, oneStep, refusal } from '@longhorizon/bilevel';
import { parity } from '@longhorizon/bilevel/testing';
import type { CellConfig } from '@longhorizon/harness';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import type { ProblemRow } from '../measurements/rows.ts';
import { isHere } from '../problem-parts/data-files.ts';
import { problems as fewShot } from './few-shot/problems.ts';
import { problems as hypergradient } from './hypergradient/problems.ts';

const device = useDevice();
const horizon = 3;

/** The first that takes the problem: one product through the last step, or α itself where the weights begin at λ. */
const methods = [oneStep, hyper.fomaml];

for (const [suite, rows] of Object.entries({ hypergradient, 'few-shot': fewShot }))
  describe(suite, () => {
    for (const row of oneOfEachKind(rows))
      it.skipIf(row.needs !== undefined && !isHere(row.needs))(
        `${row.name} gives the hypergradient of float64 on a device`,
        async () => {
          const problem = row.make(smallest(suite, row), { data: 1, initialisation: 2, order: 3, noise: 4 });
          const method = methods.find((one) => refusal(one, problem, horizon) === undefined);
          expect(method, 'a method that admits it').toBeDefined();
          expect(await parity(device(), method!, problem, horizon)).toBeLessThan(1e-3);
        },
      );
  });

/**
 * Convolutional networks take up to 30 s each to compile on a software adapter; those of many-shot tasks are compared at a smaller size beside
 * their model.
 */
const convolutional = /^(rates|body|warp|weighting)-|-conv4-/;

/** Rows that differ in ways and shots alone, `maml-glyphs-5w1s`, have the same graphs: the first stands for them. */
function oneOfEachKind(all: readonly ProblemRow[]): readonly ProblemRow[] {
  const rows = all.filter(({ name }) => !convolutional.test(name));
  const kinds = new Map<string, ProblemRow>();
  for (const row of rows) {
    const kind = row.name.replace(/-\d+w\d+s$/, '');
    if (!kinds.has(kind)) kinds.set(kind, row);
  }
  return [...kinds.values()];
}

function smallest(suite: string, { name, dimension }: ProblemRow): CellConfig {
  return {
    suite,
    problem: name,
    method: 'one-step',
    horizon,
    dimension: Math.min(...(dimension?.values ?? [Math.max(dimension?.minimum ?? 0, 4)])),
    seed: 0,
    profile: 'quick',
    pass: 'gradient',
    parameters: {},
  };
}
