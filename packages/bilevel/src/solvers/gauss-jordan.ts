/** @file Gauss–Jordan elimination of a small symmetric system M x = b, an unknown a step, as computations: one system, or one for each task. */
import {
  absolute,
  argmax,
  concat,
  divide,
  dynamicUpdate,
  equal,
  expandAxes,
  greater,
  greaterEqual,
  iota,
  max,
  multiply,
  reshape,
  select,
  slice,
  stepIndex,
  subtract,
  sum,
  type Tensor,
  take,
  vmap,
  zerosLike,
} from '@longhorizon/tensor';
import { type Action, execute, type Variable, type Workspace } from '../workspace/workspace.ts';

/** What a system is declared with. */
export interface SymmetricSystemOptions {
  /** n: unknowns of one system. */
  readonly unknowns: number;
  /** How many systems stand side by side; one, without an axis for it, when left out. */
  readonly tasks?: number | undefined;
  /** Before the names of arrays and computations. */
  readonly name: string;
}

/** A symmetric system under elimination, as parts of computations. */
export interface SymmetricSystem {
  /** What a computation sets to begin with: M of shape [n, n] or [tasks, n, n], b of shape [n] or [tasks, n]. */
  from(matrix: Tensor, b: Tensor): [Variable, Tensor][];
  /** The n steps, in order. */
  steps(): Iterable<Action>;
  /** x as graph, shaped like b. */
  readonly solution: Tensor;
}

/** A pivot that is smaller than the largest entry of M by this factor is rounding. */
const negligible = 1e-7;

/**
 * Declares a solver. Step i takes, of the rows that are left, the one with the largest entry in column i (partial pivoting). Where all are
 * negligible, M has no rank left there: the unknown is 0 and its equation is dropped, which for a symmetric M is that of the same unknown.
 */
export function declareGaussJordan(
  workspace: Workspace,
  { unknowns: n, tasks, name }: SymmetricSystemOptions,
): SymmetricSystem {
  const lead = tasks === undefined ? [] : [tasks];
  const rows = workspace.variable(`${name}: [M b]`, [...lead, n, n + 1], { class: 'tangents' });
  const largest = workspace.variable(`${name}: max|M|`, lead, { class: 'tangents' });
  const i = stepIndex();

  const eliminate = (all: Tensor, size: Tensor): Tensor => {
    const column = sum(select(equal(iota([n, n + 1], 1), i), all, 0), 1);
    const candidates = select(greaterEqual(iota([n], 0), i), absolute(column), -1);
    const found = argmax(candidates);
    const pivot = take(column, found);
    const hasPivot = greater(absolute(pivot), multiply(negligible, size));
    const row = select(hasPivot, found, i);
    const own = take(all, i);
    const pivotRow = take(all, row);
    const unit = select(hasPivot, divide(pivotRow, select(hasPivot, pivot, 1)), zerosLike(pivotRow));
    const swapped = dynamicUpdate(dynamicUpdate(all, own, row), zerosLike(own), i);
    const factors = sum(select(equal(iota([n, n + 1], 1), i), swapped, 0), 1);
    const rest = subtract(swapped, multiply(expandAxes(factors, 1), expandAxes(unit, 0)));
    return dynamicUpdate(rest, unit, i);
  };
  const each = tasks === undefined ? eliminate : vmap(eliminate);
  const step = workspace.computation(`${name}: elimination of an unknown`, [
    [rows, each(rows.tensor, largest.tensor)],
  ]);
  const last = lead.length + 1;
  const right = slice(rows.tensor, [...lead.map(() => 0), 0, n], [...lead, n, n + 1]);
  return {
    from: (matrix, b) => [
      [rows, concat([matrix, expandAxes(b, last)], last)],
      [largest, max(absolute(matrix), [last - 1, last])],
    ],
    *steps() {
      for (let unknown = 0; unknown < n; unknown++) yield execute(step, unknown);
    },
    solution: reshape(right, [...lead, n]),
  };
}
