/** @file SABA: SOBA's three directions with SAGA's variance reduction, over a number of batches whose last directions are kept. */
import {
  add,
  dynamicUpdate,
  foldIn,
  jvp,
  mean,
  multiply,
  randomIntegers,
  randomKey,
  stepIndex,
  subtract,
  type Tensor,
  take,
  vjp,
  zerosLike,
} from '@longhorizon/tensor';
import { execute, type Variable } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';

/** Options of SABA: its step and its batches. */
export interface SabaOptions {
  /** ρ: the step of y and of v. */
  readonly rate: number;
  /** m: batches, those of the first m steps, one of which is drawn for each step. 1, all data in each step, when left out. */
  readonly batches?: number;
  /** Seed of the draws. 0 when left out. */
  readonly seed?: number;
}

/**
 * Beside every inner step, with a batch i of m drawn anew: D_y = ∇_yL^tr(y; i), D_v = ∇²_{yy}L^tr(y; i) v + ∂L^val/∂y, D_λ = ∇²_{λy}L^tr(y; i) v + ∂_λL^val,
 * each D replaced by D − D_i + mean of all D_j, where D_i is what batch i gave when it was drawn last, 0 at first; y ← y − ρD_y, v ← v − ρD_v,
 * g = D_λ, from y = w_0 and v = 0. Its variance vanishes as y and v come to rest, which SOBA's does not; with one batch, as where
 * a problem has no batches, it is SOBA on y. λ must enter the inner loss itself.
 *
 * @throws RangeError for options outside their ranges
 */
export function saba({ rate, batches = 1, seed = 0 }: SabaOptions): Method {
  if (!(rate > 0)) throw new RangeError(`saba: ρ = ${rate} was asked for; it must be above 0.`);
  if (!(Number.isInteger(batches) && batches >= 1 && batches <= 2 ** 20))
    throw new RangeError(
      `saba: m = ${batches} batches were asked for; give a whole number from 1 to ${2 ** 20}.`,
    );
  return {
    id: 'hyper/saba',
    name: 'saba',
    title: `SABA (ρ = ${rate}, m = ${batches})`,
    source:
      'Dagréou et al., "A framework for bilevel optimization that enables stochastic and global variance reduction algorithms", NeurIPS 2022, SABA',
    complexity: { offline: '2T', online: '2T', memory: 'O(m(d + p))' },
    form: 'online',
    exact: false,
    refuses: ({ problem, inInnerLoss, inOuterLoss }, horizon) => {
      if (batches > horizon)
        return `saba: m = ${batches} batches were asked for, those of the first m steps, but the horizon is T = ${horizon}; give m ≤ ${horizon}.`;
      return inInnerLoss || inOuterLoss
        ? undefined
        : `saba: λ enters neither loss of problem '${problem.name}', only its optimiser, and the minimiser that implicit differentiation is about does not depend on the optimiser; use an unrolled method.`;
    },
    build: (inner) => {
      const { workspace, carry, lambda, horizon, problem } = inner;
      const isWhole = problem.trainBatch === undefined && problem.validationBatch === undefined;
      const m = isWhole ? 1 : batches;
      const y = workspace.variable('y', carry.w.shape, { class: 'tangents' });
      const v = workspace.variable('v', carry.w.shape, { class: 'tangents' });
      // Executed with the number of the step since the run began, from which the batch is drawn.
      const key = foldIn(randomKey(seed), stepIndex());
      const index = randomIntegers(key, [], m);
      const batch = inner.trainBatch(index);
      const gradient = inner.innerGradientAt(y.tensor, { batch });
      const [curved] = jvp([gradient], [y.tensor], [v.tensor]);
      const [mixed] = vjp([gradient], [lambda.tensor], [v.tensor]);
      const { alpha, direct } = inner.outerAt(y.tensor, index);
      const tables: [Variable, Tensor][] = [];
      const reduced = (name: string, found: Tensor): Tensor => {
        const table = workspace.variable(`last D_${name} of the batches`, [m, ...found.shape], {
          class: 'tangents',
        });
        tables.push([table, dynamicUpdate(table.tensor, found, index)]);
        return add(subtract(found, take(table.tensor, index)), mean(table.tensor, 0));
      };
      const moved = (variable: Variable, direction: Tensor): [Variable, Tensor] => [
        variable,
        subtract(variable.tensor, multiply(rate, direction)),
      ];
      const ofY = reduced('y', gradient);
      const ofV = reduced('v', add(curved ?? zerosLike(y.tensor), alpha));
      const ofLambda = reduced('λ', add(direct, mixed ?? zerosLike(lambda.tensor)));
      const step = workspace.computation(
        'steps of y and v, and D_λ',
        [moved(y, ofY), moved(v, ofV), [inner.hypergradient, ofLambda], ...tables],
        { gradients: 2, hvps: 2 },
      );
      const begin = workspace.computation('v = 0 and no batches', [
        [v, zerosLike(v.tensor)],
        ...tables.map(([table]): [Variable, Tensor] => [table, zerosLike(table.tensor)]),
      ]);
      const depart = workspace.computation('y = w_0', [[y, carry.w.tensor]]);
      const loss = workspace.computation('outer loss', [
        [inner.outerLoss, inner.outerLossAt(carry.w.tensor)],
      ]);
      let before = 0;
      return {
        begin: ({ episode }) => {
          before = episode * horizon;
          return [execute(begin, 0)];
        },
        before: (t) => (t === 1 ? [execute(depart, 0)] : []),
        after: (t) => [execute(step, before + t - 1)],
        // The step has left the hypergradient where it belongs.
        hypergradient: (t) => [execute(loss, t)],
      };
    },
  };
}
