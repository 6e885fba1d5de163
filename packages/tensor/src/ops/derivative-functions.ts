/** @file The functions of tensors that other ops and derivatives are made of; a program is seldom written with them. */
export {
  conv2dFilterGradient,
  conv2dInputGradient,
  type FilterGradientParameters,
  type InputGradientParameters,
} from './contraction/conv2d.ts';
export { alias } from './movement/alias.ts';
export { foldWindows, windows } from './movement/windows.ts';
export { maxPoolIndex } from './pooling/max-pool-index.ts';
export { poolGather, poolScatter } from './pooling/pool-gather.ts';
export { sumUnpool } from './pooling/sum-pool.ts';
export { boxMuller } from './random/box-muller.ts';
export { threefry } from './random/threefry.ts';
