/**
 * @file `@longhorizon/tensor/kernels`: what the author of a hand-written kernel needs: the contract with the compiler, kernels from files of
 * one's own, and the judge.
 */

import { type Choice, chooseVariant } from './compile/choose-variant.ts';
import { kernelFamilies } from './compile/kernel-variants.ts';
import type { Device } from './device/index.ts';
import type { KernelTask } from './judge/task.ts';
import type { KernelVariant } from './kernels/contraction.ts';
import type { KernelFamily } from './kernels/family.ts';
import type { FamilyName, FamilyProblems } from './kernels/own-kernel.ts';
import { targetOf } from './runtime/target-of.ts';

export { type Draw, drawsFor } from './judge/draws.ts';
export {
  type JudgedVariant,
  type Judgement,
  judgeLone,
  judgeVariant,
  kernelAdapterOf,
} from './judge/judge.ts';
export { LoneKernel } from './judge/lone-kernel.ts';
export { standaloneModule } from './judge/module.ts';
export { parseShape, shapeNotation } from './judge/notation.ts';
export { workgroupSize } from './judge/renumbered.ts';
export { judgedShapes, squareConvolution } from './judge/shapes.ts';
export {
  algorithmicBytes,
  conv2dTask,
  type KernelTask,
  matmulTask,
  operationsOf,
} from './judge/task.ts';
export { issuedBytes } from './judge/traffic.ts';
export type {
  Conv2dProblem,
  EmittedKernel,
  KernelAdapter,
  KernelVariant,
  MatmulProblem,
} from './kernels/contraction.ts';
export {
  type FamilyName,
  type FamilyProblems,
  type OwnKernel,
  ownKernelFault,
  variantFromFile,
} from './kernels/own-kernel.ts';

const families: { readonly [Name in FamilyName]: KernelFamily<FamilyProblems[Name]> } = kernelFamilies;

/** The variants of a family among which the model chooses, in the order of its table. */
export function variantsOf<Name extends FamilyName>(
  family: Name,
): readonly KernelVariant<FamilyProblems[Name]>[] {
  return families[family].variants;
}

/** What the compiler chooses for a task on a device. */
export function choiceFor<Name extends FamilyName>(
  device: Device,
  family: Name,
  task: KernelTask<FamilyProblems[Name]>,
): Choice<FamilyProblems[Name]> {
  return chooseVariant(families[family], task.problem, targetOf(device), undefined);
}
