/** @file Graph to graph: derivatives, batches, checkpoints, what a backward pass keeps, simplification. */
export { type Batched, batchGraph } from './batch.ts';
export { checkpoint } from './checkpoint.ts';
export { type CustomCall, type CustomRules, customDerivative } from './custom.ts';
export { grad, hvp, linearize, pullback, valueAndGrad, valueAndGradWithAuxiliary } from './functions.ts';
export { jacobianColumns, jacobianRows } from './jacobian.ts';
export { jvp } from './jvp.ts';
export {
  type Partition,
  type PartitionOptions,
  partition,
  printResiduals,
  type Residual,
} from './partition.ts';
export { dependsOn, reroot } from './reroot.ts';
export { type Rule, type SimplifyOptions, simplificationRules, simplify } from './simplify.ts';
export type { TensorTree } from './trace.ts';
export { vjp } from './vjp.ts';
export { type MappedAxis, type VmapOptions, vmap } from './vmap.ts';
export { filled, onesLike, uniformValue, zerosLike } from './zeros.ts';
