/** @file Published golden values (float64) of the distilled hypergradient on the quadratics of `quadratics.ts`, and how they are checked. */
import { type Backend, type Method, type Problem, prepare } from '@longhorizon/bilevel';
import { expect } from 'vitest';
import { discountedSum } from '../discounted-sum.ts';
import { hyperdistill, thetaName } from '../hyperdistill.ts';
import { rates, tracking } from './quadratics.ts';

/** The hypergradient after T steps with λ frozen, and θ where the method fits one. */
export async function hypergradientOf(
  backend: Backend,
  problem: Problem,
  method: Method,
  horizon: number,
): Promise<{ readonly g: Float64Array; readonly theta: number | undefined }> {
  const run = await prepare(backend, problem, method, { horizon });
  try {
    await run.compute();
    const variable = run.inner.workspace.variables.find(({ name }) => name === thetaName);
    const theta = variable === undefined ? undefined : (await run.engine.read(variable))[0]!;
    return { g: await run.read('hypergradient'), theta };
  } finally {
    run.destroy();
  }
}

interface Golden {
  readonly name: string;
  readonly problem: () => Problem;
  readonly method: Method;
  readonly horizon: number;
  readonly g: readonly number[];
  readonly theta?: number;
}

/** Reverse mode on T1, T1′ and T2a. */
const exactT1Prime = [0.9852191171, 0.5460074444];
const exactT2a = [-0.1885902507, -6.1782478487, -0.7251334184];

const t1 = (gamma: number, theta: number, g: readonly number[]): Golden => ({
  name: `T1, γ = ${gamma}`,
  problem: tracking,
  method: hyperdistill({ gamma }),
  horizon: 20,
  theta,
  g,
});

export const GOLDEN: readonly Golden[] = [
  t1(0.9, 1.041142942825, [1.0257539309, 0.3925702741]),
  t1(0.95, 0.783240910909, [1.1270949699, 0.4313548971]),
  t1(0.99, 0.598179347533, [1.2216696238, 0.4675499305]),
  {
    name: 'T1, Eq. 7',
    problem: tracking,
    method: discountedSum(0.9),
    horizon: 20,
    g: [0.9852191171, 0.377057038],
  },
  {
    name: 'T1′: exact where every Jacobian is γI and B is constant',
    problem: () => tracking([1, 1]),
    method: hyperdistill({ gamma: 0.9 }),
    horizon: 20,
    theta: 1,
    g: exactT1Prime,
  },
  {
    name: 'T2a: exact where every Jacobian is γI and B is affine in w',
    problem: rates,
    method: hyperdistill({ gamma: 0.9 }),
    horizon: 10,
    theta: 1,
    g: exactT2a,
  },
  {
    name: 'T2a with the true weights in Eq. 17',
    problem: rates,
    method: hyperdistill({ gamma: 0.9, estimationWeights: 'true' }),
    horizon: 10,
    theta: 1.1087667541,
    g: exactT2a.map((one) => 1.1087667541 * one),
  },
  {
    name: 'T2a, Eq. 7',
    problem: rates,
    method: discountedSum(0.9),
    horizon: 10,
    g: exactT2a,
  },
  {
    name: 'T2a with θ = 1: S_T v_T is reverse mode',
    problem: rates,
    method: hyperdistill({ gamma: 0.9, size: 1 }),
    horizon: 10,
    g: exactT2a,
  },
];

/** Checks one golden value to a relative tolerance, plus what its printed digits leave open. */
export async function expectGolden(backend: Backend, golden: Golden, tolerance: number): Promise<void> {
  const { g, theta } = await hypergradientOf(backend, golden.problem(), golden.method, golden.horizon);
  const near = (found: number, expected: number) =>
    expect(Math.abs(found - expected), `${found} where ${expected} is expected`).toBeLessThan(
      tolerance * Math.abs(expected) + 6e-11,
    );
  expect(g.length).toBe(golden.g.length);
  g.forEach((one, k) => {
    near(one, golden.g[k]!);
  });
  if (golden.theta !== undefined) near(theta!, golden.theta);
}
