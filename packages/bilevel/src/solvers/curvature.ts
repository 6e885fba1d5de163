/** @file Where a solver for positive definite systems met a direction along which its matrix does not curve upwards. */
import { add, constant, equal, multiply, select, stepIndex, type Tensor } from '@longhorizon/tensor';
import type { Engine } from '../workspace/engine.ts';
import type { Variable, Workspace } from '../workspace/workspace.ts';

/** The first direction p of a solver with pᵀMp ≤ 0: what it returns is no solution that theory promises, however finite. */
export interface NonPositiveCurvature {
  /** The inner step t whose data the system was made of, from 1. */
  readonly step: number;
  /** The iteration of the solver, from 1. */
  readonly iteration: number;
  /** pᵀMp / pᵀp; the least one where several systems are solved at once. */
  readonly curvature: number;
}

/** Notes the first direction of non-positive curvature that conjugate gradients meet. */
export interface CurvatureWatch {
  readonly variables: { readonly step: Variable; readonly iteration: Variable; readonly curvature: Variable };
  /**
   * The updates that note a direction, where none was noted before, inside a computation that runs with the index of an inner step.
   *
   * @param isBad u32 []: the direction does not curve upwards
   * @param iteration u32 []
   * @param curvature f32 []
   */
  note(isBad: Tensor, iteration: Tensor, curvature: Tensor): [Variable, Tensor][];
}

/** Declares a watch, which several solvers of one workspace may share. */
export function declareCurvatureWatch(workspace: Workspace): CurvatureWatch {
  const step = workspace.variable('step of non-positive curvature', [], { dtype: 'u32' });
  const iteration = workspace.variable('iteration of non-positive curvature', [], { dtype: 'u32' });
  const curvature = workspace.variable('non-positive curvature', []);
  return {
    variables: { step, iteration, curvature },
    note: (isBad, number, value) => {
      const isFirst = multiply(isBad, equal(step.tensor, 0));
      return [
        [step, select(isFirst, add(stepIndex(), constant(1, 'u32')), step.tensor)],
        [iteration, select(isFirst, number, iteration.tensor)],
        [curvature, select(isFirst, value, curvature.tensor)],
      ];
    },
  };
}

/** Forgets what was noted. */
export function clearCurvature(engine: Engine, watch: CurvatureWatch | undefined): void {
  if (watch !== undefined) engine.write(watch.variables.step, [0]);
}

/** What was noted since it was last cleared. */
export async function readCurvature(
  engine: Engine,
  watch: CurvatureWatch | undefined,
): Promise<NonPositiveCurvature | undefined> {
  if (watch === undefined) return undefined;
  const { variables } = watch;
  const [step] = await engine.read(variables.step);
  if (step === 0) return undefined;
  const [iteration] = await engine.read(variables.iteration);
  const [curvature] = await engine.read(variables.curvature);
  return { step: step!, iteration: iteration!, curvature: curvature! };
}
