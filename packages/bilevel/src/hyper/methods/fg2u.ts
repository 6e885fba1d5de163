/** @file (FG)²U: the hypergradient from its derivatives along a few random directions, carried forwards. */
import {
  bernoulli,
  foldIn,
  matmul,
  multiply,
  onesLike,
  randomKey,
  reshape,
  select,
  stepIndex,
} from '@longhorizon/tensor';
import { HostArray } from '../../problem/host-array.ts';
import { execute } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';
import { piecesOf } from '../pieces.ts';
import { declareTangentSweep } from '../tangent-sweep.ts';

/** Options of (FG)²U: how many directions are drawn. */
export interface Fg2uOptions {
  /** b: random directions of an inner optimisation; or the directions themselves, p numbers each. 1 when left out. */
  readonly directions?: number | readonly (readonly number[])[];
  /** Directions whose tangents lie in one array; all b when left out. What is found does not depend on it, to the bit. */
  readonly chunk?: number;
  /** Seed of the directions. 0 when left out. */
  readonly seed?: number;
}

/**
 * For directions v of random signs, z_0 = ∂w_0/∂λ v; z_t = A_t z_{t−1} + B_t v; g = mean over the b directions of (∂L^val/∂w_T · z_T + g^FO · v) v.
 * Unbiased, since E[v vᵀ] = I; its variance relative to ‖g‖² is (p − 1)/b. Memory O(bd) whatever T. Directions are drawn afresh for every inner
 * optimisation.
 *
 * @throws RangeError for a number of directions that is not a whole number of 1 or more
 */
export function fg2u({ directions = 1, seed = 0, chunk }: Fg2uOptions = {}): Method {
  const count = typeof directions === 'number' ? directions : directions.length;
  if (!(Number.isInteger(count) && count >= 1))
    throw new RangeError(`fg2u: b = ${count} directions were asked for; give a whole number of 1 or more.`);
  piecesOf('fg2u', count, chunk);
  return {
    id: 'hyper/fg2u',
    name: 'fg2u',
    title: `(FG)²U (b = ${count})`,
    source:
      'Shen et al., "Memory-efficient gradient unrolling for large-scale bi-level optimization", NeurIPS 2024, arXiv 2406.14095',
    complexity: { offline: 'T · b', online: 'T · b', memory: 'O(bd)' },
    form: 'online',
    exact: false,
    followsStart: true,
    refuses: ({ problem: { name, hyperparameterLength: p } }) => {
      const odd = typeof directions === 'number' ? undefined : directions.find(({ length }) => length !== p);
      return odd === undefined
        ? undefined
        : `fg2u: a direction of ${odd.length} numbers was given for the ${p} hyperparameters of problem '${name}'; give ${p} for each.`;
    },
    build: (inner) => {
      const { workspace } = inner;
      const [p] = inner.lambda.shape as [number];
      const given = typeof directions === 'number' ? {} : { initial: new HostArray(directions.flat()) };
      const signs = workspace.variable('directions', [count, p], { class: 'tangents', ...given });
      const key = foldIn(randomKey(seed), stepIndex());
      const draw =
        typeof directions === 'number' &&
        workspace.computation('random signs', [
          [signs, select(bernoulli(key, 0.5, signs.shape), onesLike(signs.tensor), -1)],
        ]);
      const sweep = declareTangentSweep(inner, {
        count,
        matrix: signs.tensor,
        chunk,
        along: (vector) => reshape(matmul(signs.tensor, reshape(vector, [p, 1])), [count]),
      });
      const weighted = reshape(multiply(sweep.along, 1 / count), [1, count]);
      const mean = reshape(matmul(weighted, signs.tensor), [p]);
      const result = workspace.computation('mean over the directions', inner.result(mean, sweep.loss), {
        gradients: 1,
      });
      return {
        begin: ({ episode }) => (draw === false ? [sweep.begin] : [execute(draw, episode), sweep.begin]),
        step: (t) => [sweep.step(t)],
        hypergradient: (t) => [execute(result, t)],
      };
    },
  };
}
