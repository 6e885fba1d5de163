/** @file N steps of conjugate gradients on M q = b, M symmetric and positive definite, as computations: one system, or one for each task. */
import {
  absolute,
  add,
  constant,
  divide,
  equal,
  expandAxes,
  greater,
  lessEqual,
  logicalNot,
  max,
  min,
  multiply,
  onesLike,
  type Shape,
  select,
  subtract,
  sum,
  type Tensor,
  zerosLike,
} from '@longhorizon/tensor';
import type { Counts } from '../workspace/counts.ts';
import { type Action, execute, type Variable, type Workspace } from '../workspace/workspace.ts';
import type { CurvatureWatch } from './curvature.ts';

/** A linear system M q = b: its shape, its product, its right side. */
export interface LinearSystemOptions {
  /** Shape of q: [d], or [tasks, d] for as many systems, each with step lengths of its own. */
  readonly shape: Shape;
  /** M v, for a v of that shape. */
  readonly product: (v: Tensor) => Tensor;
  /** Where a direction with pᵀMp ≤ 0 is noted. */
  readonly watch: CurvatureWatch;
  /** What is said behind the names of variables and computations: ` of group 2`. */
  readonly suffix?: string;
  /** Derivative work of one step. */
  readonly counts: Partial<Counts>;
}

/** A linear system under solution by conjugate gradients, as parts of computations. */
export interface LinearSystem {
  /** q, as graph. */
  readonly solution: Tensor;
  /** What a computation sets to begin: with q = 0, or with a start that the right solution is believed to be near. */
  from(b: Tensor, start?: Tensor): [Variable, Tensor][];
  /** A step of the solver, with the data of an inner step. */
  step(index: number): Action;
}

/** ‖r‖²/max|b|² below which a system is solved: a residual of 1e-15 is rounding, in float64 too. */
const solved = 1e-30;

/**
 * Declares a solver.
 *
 * The system that is iterated on is M q' = b/max|b|, so that squares of very small or large b neither vanish nor overflow; q = max|b| q'.
 * A direction with pᵀMp < 0 is followed as any other, which for an invertible M solves the system all the same where no step breaks
 * down, and is noted on the watch: M is not positive definite, and q minimises nothing. At pᵀMp = 0 there is no step; q stays as it is.
 */
export function declareConjugateGradients(workspace: Workspace, options: LinearSystemOptions): LinearSystem {
  const { shape, product, watch, suffix = '', counts } = options;
  const axis = shape.length - 1;
  const array = (name: string) => workspace.variable(`${name}${suffix}`, shape, { class: 'tangents' });
  const perSystem = (name: string) => workspace.variable(`${name}${suffix}`, shape.slice(0, axis));
  const [q, residual, direction] = [array('q'), array('residual'), array('direction')];
  const [scale, energy] = [perSystem('max|b|'), perSystem('‖residual‖²')];
  const done = workspace.variable(`iterations${suffix}`, [], { dtype: 'u32' });
  const both = (a: Tensor, b: Tensor) => multiply(a, b);
  const dot = (a: Tensor, b: Tensor) => sum(multiply(a, b), axis);
  const times = (perRow: Tensor, rows: Tensor) => multiply(expandAxes(perRow, axis), rows);

  const p = direction.tensor;
  const Mp = product(p);
  const curvature = dot(p, Mp);
  // Written so that NaN is open, and spreads.
  const isOpen = logicalNot(lessEqual(energy.tensor, solved));
  const isFlat = equal(curvature, 0);
  const moves = both(isOpen, logicalNot(isFlat));
  const length = select(moves, divide(energy.tensor, select(isFlat, onesLike(curvature), curvature)), 0);
  const nextResidual = subtract(residual.tensor, times(length, Mp));
  const nextEnergy = select(moves, dot(nextResidual, nextResidual), 0);
  const keep = select(moves, divide(nextEnergy, energy.tensor), 0);
  const isBad = both(isOpen, lessEqual(curvature, 0));
  const along = divide(curvature, select(greater(energy.tensor, 0), dot(p, p), onesLike(curvature)));
  const number = add(done.tensor, constant(1, 'u32'));
  const step = workspace.computation(
    `a step of conjugate gradients${suffix}`,
    [
      [q, add(q.tensor, times(length, p))],
      [residual, nextResidual],
      [direction, add(nextResidual, times(keep, p))],
      [energy, nextEnergy],
      [done, number],
      ...watch.note(greater(sum(isBad), 0), number, min(select(isBad, along, 0))),
    ],
    counts,
  );
  return {
    solution: times(scale.tensor, q.tensor),
    from: (b, start) => {
      const largest = max(absolute(b), axis);
      const size = select(equal(largest, 0), onesLike(largest), largest);
      const each = expandAxes(size, axis);
      const left = divide(start === undefined ? b : subtract(b, product(start)), each);
      return [
        [scale, size],
        [q, start === undefined ? zerosLike(b) : divide(start, each)],
        [residual, left],
        [direction, left],
        [energy, dot(left, left)],
        [done, zerosLike(done.tensor)],
      ];
    },
    step: (index) => execute(step, index),
  };
}
