/**
 * @file Quadratic tasks L_t(θ) = ½ (θ - c_t)ᵀ H_t (θ - c_t), whose learning has a closed form at every horizon.
 *
 * H_t = Q diag(h) Qᵀ: eigenvalues h log-uniform between two bounds, Q a product of Householder reflections of normal
 * vectors (Stewart, "The efficient generation of random orthogonal matrices", SIAM J. Numer. Anal. 17, 1980).
 */
import type { FunctionsDefinition } from '../dataset/types.ts';
import { DatasetError } from '../errors.ts';
import { Draw } from '../random/draw.ts';
import { type Key, splitKey } from '../random/key.ts';
import { exp, log } from '../random/portable-math.ts';
import { requireWhole } from '../whole.ts';

/** Which quadratics to draw. */
export interface QuadraticOptions {
  readonly tasks: number;
  readonly dimension: number;
  /** Bounds of the eigenvalues of H. */
  readonly curvature?: readonly [smallest: number, largest: number];
  /** Standard deviation of each coordinate of the centres. */
  readonly spread?: number;
  /** Only the diagonal of H is drawn and stored: for dimensions beyond some hundreds. */
  readonly diagonal?: boolean;
}

/** Tasks in float32, so that a device and a reference in float64 start from the same numbers. */
export interface QuadraticTasks {
  /** Symmetric, shape [tasks, dimension, dimension], or [tasks, dimension] where only the diagonal is stored; flat. */
  readonly hessians: Float32Array;
  /** Shape [tasks, dimension], flat. */
  readonly centres: Float32Array;
}

/** Draws quadratic tasks; task `t` depends on (key, t) and the options, not on the number of tasks. */
export function quadraticTasks(key: Key, options: QuadraticOptions): QuadraticTasks {
  const { tasks, dimension, curvature = [0.1, 1], spread = 1, diagonal = false } = options;
  const [smallest, largest] = curvature;
  requireWhole('The number of tasks', tasks, 1);
  requireWhole('The dimension of quadratic tasks', dimension, 1);
  if (!(smallest > 0) || !(largest >= smallest && largest < Number.POSITIVE_INFINITY)) {
    throw new DatasetError(
      `The eigenvalues of quadratic tasks need bounds 0 < smallest <= largest, but ${smallest} and ${largest} were given.`,
    );
  }
  const size = diagonal ? dimension : dimension * dimension;
  const hessians = new Float32Array(tasks * size);
  const centres = new Float32Array(tasks * dimension);
  for (let task = 0; task < tasks; task += 1) {
    const draw = new Draw(splitKey(key, 'task', task));
    const eigenvalues = Float64Array.from({ length: dimension }, () =>
      exp(draw.uniform(log(smallest), log(largest))),
    );
    for (let i = 0; i < dimension; i += 1) centres[task * dimension + i] = draw.normal(0, spread);
    hessians.set(diagonal ? eigenvalues : rotate(eigenvalues, draw), task * size);
  }
  return { hessians, centres };
}

/** Q diag(h) Qᵀ, applying one reflection after the other from both sides. */
function rotate(eigenvalues: Float64Array, draw: Draw): Float64Array {
  const n = eigenvalues.length;
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) matrix[i * n + i] = eigenvalues[i]!;
  for (let reflection = 0; reflection < n; reflection += 1) {
    const axis = Float64Array.from({ length: n }, () => draw.normal());
    const norm = Math.sqrt(axis.reduce((sum, value) => sum + value * value, 0));
    reflectColumns(
      matrix,
      axis.map((value) => value / norm),
    );
    transpose(matrix, n);
    reflectColumns(
      matrix,
      axis.map((value) => value / norm),
    );
  }
  // Rounding leaves the two triangles a little apart; the upper one counts.
  for (let i = 0; i < n; i += 1) for (let j = 0; j < i; j += 1) matrix[i * n + j] = matrix[j * n + i]!;
  return matrix;
}

/** (I - 2 v vᵀ) M for a unit vector v. */
function reflectColumns(matrix: Float64Array, axis: Float64Array): void {
  const n = axis.length;
  for (let j = 0; j < n; j += 1) {
    let dot = 0;
    for (let i = 0; i < n; i += 1) dot += axis[i]! * matrix[i * n + j]!;
    for (let i = 0; i < n; i += 1) matrix[i * n + j]! -= 2 * dot * axis[i]!;
  }
}

function transpose(matrix: Float64Array, n: number): void {
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const value = matrix[i * n + j]!;
      matrix[i * n + j] = matrix[j * n + i]!;
      matrix[j * n + i] = value;
    }
  }
}

export const quadratics: FunctionsDefinition = {
  kind: 'functions',
  name: 'quadratics',
  title: 'Quadratic bowls of random curvature and centre, in any dimension',
  maker: 'quadraticTasks',
  licence: { id: 'MIT', shareAlike: false, evidence: 'made by this code' },
  citation: 'This project.',
  notes: [],
  overlaps: [],
};
