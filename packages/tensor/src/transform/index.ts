/** @file Graph to graph: derivatives, batches, checkpoints, what a backward pass keeps, simplification. */
export { checkpoint } from './checkpoint.ts';
export { customDerivative } from './custom.ts';
export { grad, hvp, linearize, pullback, valueAndGrad, valueAndGradWithAuxiliary } from './functions.ts';
export { jacobianColumns, jacobianRows } from './jacobian.ts';
export { jvp } from './jvp.ts';
export { type Partition, partition, printResiduals } from './partition.ts';
export { dependsOn, reroot } from './reroot.ts';
export { simplificationRules, simplify } from './simplify.ts';
export { vjp } from './vjp.ts';
export { vmap } from './vmap.ts';
