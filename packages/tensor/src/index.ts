/** @file Tensors, automatic differentiation of every order and replayed loops on WebGPU, with hand-written WGSL kernels. */

export { type AdapterProfile, adapterProfiles } from './adapters/index.ts';
export { kernelVariants } from './compile/kernel-variants.ts';
export { printMemory, printPlan } from './compile/print.ts';
export { makeProgram, type Program, type ProgramRequest } from './compile/program.ts';
export { ResidentError } from './compile/resident.ts';
export type { Target } from './compile/target.ts';
export { VariantError } from './compile/units/contraction.ts';
export { variantsUsed } from './compile/variants-used.ts';
export * from './device/index.ts';
export { printGraph } from './graph/print.ts';
export {
  broadcastShapes,
  elementCount,
  type Shape,
  ShapeError,
  sameShape,
  showShape,
} from './graph/shape.ts';
export { type DType, Tensor, topologicalOrder } from './graph/tensor.ts';
export { leavesOf, mapTree, type Tree, type TreeMap, unflatten, visitTree } from './graph/tree.ts';
export { MemoryBudgetError, parseBytes, showBytes } from './loop/byte-budget.ts';
export { Loop, type LoopRequest, type RunOptions } from './loop/loop.ts';
export { ResidentLoop, type ResidentLoopRequest } from './loop/resident.ts';
export { ReverseLoop, type ReverseStatistics } from './loop/reverse.ts';
export type { MemoryPolicy, ReverseRequest } from './loop/reverse-request.ts';
export { type Action, Sequencer, type SequenceStatistics } from './loop/sequencer.ts';
export { type AsArrays, type AsTensors, StateSpec, type Step, state } from './loop/state.ts';
export { type TangentCarry, tangentStep } from './loop/tangent.ts';
export * from './ops/index.ts';
export * from './reference/index.ts';
export { DeviceArray, type DeviceArrayOptions, type TypedArray } from './runtime/device-array.ts';
export { evaluateOnDevice } from './runtime/evaluate.ts';
export {
  addBytes,
  type ByteCounts,
  Plan,
  type PlanRequest,
  predictBytes,
  targetOf,
  totalBytes,
} from './runtime/plan.ts';
export * from './transform/index.ts';
