/** @file A linear system that is given in numbers, solved by the same conjugate gradients that methods use: for tests and for conformance. */
import { type Device, matmul, reshape } from '@longhorizon/tensor';
import { hostArray } from '../problem/host-array.ts';
import { makeEngine } from '../workspace/make-engine.ts';
import { execute, Workspace } from '../workspace/workspace.ts';
import { declareConjugateGradients } from './conjugate-gradients.ts';
import { declareCurvatureWatch } from './curvature.ts';

/** H q = b, H symmetric and positive definite. */
export interface DenseSystem {
  /** d rows of d numbers. */
  readonly H: readonly (readonly number[])[];
  /** d numbers. */
  readonly b: readonly number[];
  /** N: steps of the solver. */
  readonly steps: number;
  /** Where it begins; at zeros when left out. */
  readonly start?: readonly number[] | undefined;
}

/**
 * q after N steps of conjugate gradients.
 *
 * @param backend a device, or the float64 reference
 */
export async function solveByConjugateGradients(
  backend: Device | 'float64',
  { H, b, steps, start }: DenseSystem,
): Promise<Float64Array> {
  const d = b.length;
  const workspace = new Workspace();
  const matrix = workspace.variable('H', [d, d], { initial: hostArray(H.flat(), [d, d]) });
  const right = workspace.variable('b', [d], { initial: hostArray(b) });
  const first = start && workspace.variable('start', [d], { initial: hostArray(start) });
  const found = workspace.variable('q of the system', [d]);
  const system = declareConjugateGradients(workspace, {
    shape: [d],
    product: (v) => reshape(matmul(matrix.tensor, reshape(v, [d, 1])), [d]),
    watch: declareCurvatureWatch(workspace),
    counts: {},
  });
  const begin = workspace.computation('start', system.from(right.tensor, first?.tensor));
  const finish = workspace.computation('solution', [[found, system.solution]]);
  const { engine } = await makeEngine(backend, workspace);
  try {
    await engine.perform([
      execute(begin, 0),
      ...Array.from({ length: steps }, () => system.step(0)),
      execute(finish, 0),
    ]);
    return await engine.read(found);
  } finally {
    engine.destroy();
  }
}
