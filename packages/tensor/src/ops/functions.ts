/**
 * @file Every function of tensors, those that carry an op and those made of others. A new op adds its line
 * here.
 */
export { absolute } from './arithmetic/absolute.ts';
export { add } from './arithmetic/add.ts';
export { bitwiseAnd } from './arithmetic/bitwise-and.ts';
export { bitwiseOr } from './arithmetic/bitwise-or.ts';
export { bitwiseXor } from './arithmetic/bitwise-xor.ts';
export { divide } from './arithmetic/divide.ts';
export { maximum } from './arithmetic/maximum.ts';
export { minimum } from './arithmetic/minimum.ts';
export { modulo } from './arithmetic/modulo.ts';
export { multiply } from './arithmetic/multiply.ts';
export { negate } from './arithmetic/negate.ts';
export { power } from './arithmetic/power.ts';
export { shiftLeft } from './arithmetic/shift-left.ts';
export { shiftRight } from './arithmetic/shift-right.ts';
export { sign } from './arithmetic/sign.ts';
export { square } from './arithmetic/square.ts';
export { subtract } from './arithmetic/subtract.ts';
export { equal } from './comparison/equal.ts';
export { greater } from './comparison/greater.ts';
export { greaterEqual } from './comparison/greater-equal.ts';
export { less } from './comparison/less.ts';
export { lessEqual } from './comparison/less-equal.ts';
export { logicalNot } from './comparison/logical-not.ts';
export { notEqual } from './comparison/not-equal.ts';
export { select } from './comparison/select.ts';
export {
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  type FilterGradientParameters,
  type InputGradientParameters,
} from './contraction/conv2d.ts';
export { matmul } from './contraction/matmul.ts';
export { dynamicUpdate } from './indexing/dynamic-update.ts';
export { gather, segmentSum } from './indexing/gather-segment-sum.ts';
export { iota } from './indexing/iota.ts';
export { oneHot } from './indexing/one-hot.ts';
export { take } from './indexing/take.ts';
export { unpackBytes } from './indexing/unpack-bytes.ts';
export { alias } from './movement/alias.ts';
export { concat } from './movement/concat.ts';
export { expandAxes } from './movement/expand-axes.ts';
export { flip } from './movement/flip.ts';
export { pad, slice } from './movement/pad-slice.ts';
export { reshape } from './movement/reshape.ts';
export { split } from './movement/split.ts';
export { squeeze } from './movement/squeeze.ts';
export { stack } from './movement/stack.ts';
export { stopGradient } from './movement/stop-gradient.ts';
export { transpose } from './movement/transpose.ts';
export { averagePool } from './pooling/average-pool.ts';
export { globalAveragePool } from './pooling/global-average-pool.ts';
export { maxPool } from './pooling/max-pool.ts';
export { maxPoolIndex } from './pooling/max-pool-index.ts';
export { poolGather, poolScatter } from './pooling/pool-gather.ts';
export { sumPool, sumUnpool } from './pooling/sum-pool.ts';
export { bernoulli } from './random/bernoulli.ts';
export { boxMuller } from './random/box-muller.ts';
export { choice, randomPermutation } from './random/choice.ts';
export { foldIn, randomKey, splitKey } from './random/key.ts';
export { normal } from './random/normal.ts';
export { permute } from './random/permute.ts';
export { randomBits } from './random/random-bits.ts';
export { randomIntegers } from './random/random-integers.ts';
export { threefry } from './random/threefry.ts';
export { uniform } from './random/uniform.ts';
export { argmax } from './reduction/argmax.ts';
export { argmin } from './reduction/argmin.ts';
export { cumulativeSum } from './reduction/cumulative-sum.ts';
export { dot } from './reduction/dot.ts';
export { logSoftmax } from './reduction/log-softmax.ts';
export { logsumexp } from './reduction/logsumexp.ts';
export { max, min } from './reduction/max-min.ts';
export { mean } from './reduction/mean.ts';
export { norm } from './reduction/norm.ts';
export { softmax } from './reduction/softmax.ts';
export { broadcastTo, sum } from './reduction/sum-broadcast.ts';
export { variance } from './reduction/variance.ts';
export { cast } from './rounding/cast.ts';
export { floor } from './rounding/floor.ts';
export { erf } from './transcendental/erf.ts';
export { exp } from './transcendental/exp.ts';
export { expm1 } from './transcendental/expm1.ts';
export { log } from './transcendental/log.ts';
export { log1p } from './transcendental/log1p.ts';
export { relu } from './transcendental/relu.ts';
export { rsqrt } from './transcendental/rsqrt.ts';
export { sigmoid } from './transcendental/sigmoid.ts';
export { cos, sin } from './transcendental/sin-cos.ts';
export { softplus } from './transcendental/softplus.ts';
export { sqrt } from './transcendental/sqrt.ts';
export { tanh } from './transcendental/tanh.ts';
