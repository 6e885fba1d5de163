/**
 * @file Tensors, automatic differentiation of every order and replayed loops on WebGPU, with hand-written WGSL kernels: what a program is
 * written with. What a compiler's or a harness's author needs beside it stands in `compiler.ts`, `device.ts` and `testing.ts`.
 */

export { printMemory, printPlan } from './compile/print.ts';
export {
  type AdapterChoice,
  type AdapterDescription,
  BufferTooLargeError,
  Device,
  DeviceClosedError,
  DeviceError,
  DeviceLostError,
  listAdapters,
  NoAdapterError,
  type OpenOptions,
  OutOfMemoryError,
  openDevice,
} from './device/index.ts';
export { printGraph } from './graph/print.ts';
export { elementCount, type Shape, ShapeError } from './graph/shape.ts';
export { type DType, Tensor } from './graph/tensor.ts';
export { MemoryBudgetError } from './loop/byte-budget.ts';
export { Loop, type LoopRequest, type RunOptions } from './loop/loop.ts';
export { ReverseLoop, type ReverseStatistics } from './loop/reverse.ts';
export type { MemoryPolicy, ReverseRequest } from './loop/reverse-request.ts';
export { type AsArrays, type AsTensors, StateSpec, type Step, state } from './loop/state.ts';
export { type TangentCarry, tangentStep } from './loop/tangent.ts';
export * from './ops/functions.ts';
export type { Operand } from './ops/helpers/elementwise.ts';
export type { WindowOptions } from './ops/helpers/windows.ts';
export { constant } from './ops/leaf/constant.ts';
export { array, input, stepIndex } from './ops/leaf/input.ts';
export { evaluate, type Feeds } from './reference/evaluate.ts';
export { DeviceArray, type DeviceArrayOptions, type TypedArray } from './runtime/device-array.ts';
export { evaluateOnDevice } from './runtime/evaluate.ts';
export { Plan } from './runtime/plan.ts';
export type { PlanRequest } from './runtime/plan-request.ts';
export { checkpoint } from './transform/checkpoint.ts';
export { type CustomCall, type CustomRules, customDerivative } from './transform/custom.ts';
export {
  grad,
  hvp,
  linearize,
  pullback,
  valueAndGrad,
  valueAndGradWithAuxiliary,
} from './transform/functions.ts';
export { jacobianColumns, jacobianRows } from './transform/jacobian.ts';
export { jvp } from './transform/jvp.ts';
export type { TensorTree } from './transform/trace.ts';
export { vjp } from './transform/vjp.ts';
export { type MappedAxis, type VmapOptions, vmap } from './transform/vmap.ts';
export { filled, onesLike, zerosLike } from './transform/zeros.ts';
