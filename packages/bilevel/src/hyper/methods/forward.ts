/** @file Forward mode (RTRL): the Jacobian dw_t/dλ travels with the weights. Exact, for few hyperparameters. */
import { add, cast, equal, gather, iota, subtract, zerosLike } from '@longhorizon/tensor';
import { execute } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';
import { declareTangentSweep } from '../tangent-sweep.ts';

/** Options of forward mode: how many columns are carried at once. */
export interface ForwardOptions {
  /**
   * Columns of the Jacobian that are carried at once; all p when left out. With fewer, the horizon is run ⌈p/columns⌉ times in
   * O(d · columns) memory, and only offline.
   */
  readonly columns?: number;
}

/** Z_0 = 0; Z_t = A_t Z_{t−1} + B_t; dL^val/dλ = g^FO_t + α_t Z_t at any t. Online it is stale as RTRL is: Z mixes products of older λ. */
export function forwardMode(options: ForwardOptions = {}): Method {
  const { columns } = options;
  if (columns !== undefined && !(Number.isInteger(columns) && columns >= 1))
    throw new RangeError(
      `forward: ${columns} columns at once were asked for; give a whole number of 1 or more.`,
    );
  return {
    id: 'hyper/forward',
    name: 'forward',
    title: columns === undefined ? 'Forward mode (RTRL)' : `Forward mode (RTRL, ${columns} columns at once)`,
    source:
      'Franceschi et al., "Forward and reverse gradient-based hyperparameter optimization", ICML 2017, algorithm 2',
    complexity: { offline: 'Tp', online: 'Tp', memory: columns === undefined ? 'O(dp)' : 'O(d · columns)' },
    form: columns === undefined ? 'online' : 'offline',
    exact: true,
    followsStart: true,
    build: (inner) => {
      const { workspace, hypergradient } = inner;
      const [p] = inner.lambda.shape as [number];
      const count = Math.min(p, columns ?? p);
      const passes = Math.ceil(p / count);
      const first = workspace.variable('first column', [], { dtype: 'u32' });
      const offset = passes === 1 ? 0 : first.tensor;
      // Row k of S is the unit vector of column first + k; an index outside reads zero.
      const sweep = declareTangentSweep(inner, {
        count,
        matrix: cast(equal(add(iota([count, p], 0), offset), iota([count, p], 1)), 'f32'),
        along: (vector) => (passes === 1 ? vector : gather(vector, add(iota([count]), offset))),
      });
      const common = { step: (t: number) => [sweep.step(t)] };
      if (passes === 1) {
        const result = workspace.computation('g^FO + αZ', inner.result(sweep.along, sweep.loss), {
          gradients: 1,
        });
        return { ...common, begin: () => [sweep.begin], hypergradient: (t) => [execute(result, t)] };
      }
      const advance = workspace.computation('next columns', [[first, add(first.tensor, count)]]);
      const reset = workspace.computation('first columns', [
        [first, zerosLike(first.tensor)],
        [hypergradient, zerosLike(hypergradient.tensor)],
      ]);
      // Before the first column the difference wraps around to a number far outside.
      const placed = gather(sweep.along, subtract(iota([p]), offset));
      const result = workspace.computation(
        'g^FO + αZ of these columns',
        inner.result(add(hypergradient.tensor, placed), sweep.loss),
        { gradients: 1 },
      );
      return {
        ...common,
        passes,
        begin: ({ pass }) => [execute(pass === 0 ? reset : advance, 0), sweep.begin],
        hypergradient: (t) => [execute(result, t)],
      };
    },
  };
}
