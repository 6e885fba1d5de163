/**
 * @file `@longhorizon/tensor/kernels`: what the author of a hand-written kernel needs: the contract with the compiler, the families' variants,
 * and the judge.
 */
import type { Conv2dProblem, KernelVariant, MatmulProblem } from './kernels/contraction.ts';
import { conv2dVariants } from './kernels/conv2d/variants.ts';
import { matmulVariants } from './kernels/matmul/variants.ts';

export { type Draw, drawsFor } from './judge/draws.ts';
export { type JudgedVariant, type Judgement, judgeLone, judgeVariant } from './judge/judge.ts';
export { LoneKernel } from './judge/lone-kernel.ts';
export { standaloneModule } from './judge/module.ts';
export { judgedShapes, squareConvolution } from './judge/shapes.ts';
export {
  algorithmicBytes,
  conv2dTask,
  type KernelTask,
  matmulTask,
  operationsOf,
} from './judge/task.ts';
export type {
  Conv2dProblem,
  EmittedKernel,
  KernelAdapter,
  KernelVariant,
  MatmulProblem,
} from './kernels/contraction.ts';

/** The problem of each family. */
export interface FamilyProblems {
  readonly matmul: MatmulProblem;
  readonly conv2d: Conv2dProblem;
}

/** The name of a family. */
export type FamilyName = keyof FamilyProblems;

const families: { readonly [Name in FamilyName]: readonly KernelVariant<FamilyProblems[Name]>[] } = {
  matmul: matmulVariants,
  conv2d: conv2dVariants,
};

/** The variants of a family, in the order of its table. */
export function variantsOf<Name extends FamilyName>(
  family: Name,
): readonly KernelVariant<FamilyProblems[Name]>[] {
  return families[family];
}
