/**
 * @file `@longhorizon/tensor/compiler`: graphs and what is made of them, for those who write transforms, look into programs or run plans in a
 * rhythm of their own.
 */

export { type AdapterProfile, adapterProfiles } from './adapters/index.ts';
export { VariantError } from './compile/choose-variant.ts';
export { generatedFamilies, kernelFamilies, kernelVariants } from './compile/kernel-variants.ts';
export { makeProgram } from './compile/known-programs.ts';
export type { Program, ProgramRequest } from './compile/program.ts';
export { ResidentError } from './compile/resident/module.ts';
export type { Target } from './compile/target.ts';
export { choicesForRecord, choicesUsed, variantsUsed } from './compile/variants-used.ts';
export { checkNumbers } from './graph/numbers.ts';
export type { Op, OpCase, ReferenceArray, Tolerance } from './graph/op.ts';
export { broadcastShapes, sameShape, showShape } from './graph/shape.ts';
export { topologicalOrder } from './graph/tensor.ts';
export { leavesOf, mapTree, type Tree, type TreeMap, unflatten, visitTree } from './graph/tree.ts';
export type { ChosenKernel, KernelChoices, TableChoice } from './kernels/choices.ts';
export {
  type Configuration,
  configurationProblem,
  configurationsOf,
  type Declaration,
  idleLanes,
  type Parameter,
  type ParameterValue,
  valuesIn,
} from './kernels/family.ts';
export type { DeviceAction } from './loop/device-action.ts';
export { PackedArrays, type PackedLayout, packLayout } from './loop/packed-arrays.ts';
export { mayRunResident } from './loop/resident/executor.ts';
export type { SequenceStatistics } from './loop/sequence.ts';
export { Sequencer } from './loop/sequencer.ts';
export type { OpFunction } from './ops/define.ts';
export * from './ops/derivative-functions.ts';
export { checkTensor } from './ops/helpers/check-tensor.ts';
export type { PoolParameters, UnpoolParameters } from './ops/helpers/pools.ts';
export type { Padding, PaddingChoice, Pair } from './ops/helpers/windows.ts';
export { allOps } from './ops/index.ts';
export { addBytes, type ByteCounts, predictBytes, totalBytes } from './runtime/byte-counts.ts';
export { targetOf } from './runtime/target-of.ts';
export { type Batched, batchGraph } from './transform/batch.ts';
export { type InnerLoss, mixedVjp } from './transform/mixed-vjp.ts';
export {
  type Partition,
  type PartitionOptions,
  partition,
  printResiduals,
  type Residual,
} from './transform/partition.ts';
export { dependsOn, reroot } from './transform/reroot.ts';
export { type SimplifyOptions, simplificationRules, simplify } from './transform/simplify.ts';
export type { Rule } from './transform/simplify-rule.ts';
export { uniformValue } from './transform/zeros.ts';
