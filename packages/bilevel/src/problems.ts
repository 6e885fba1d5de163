/** @file `@longhorizon/bilevel/problems`: small problems, most of them with a closed form, on which methods are tried and tested. */
export { type InfluenceBalancingOptions, influenceBalancing } from './problems/influence-balancing.ts';
export { learnStart } from './problems/learned-start.ts';
export { type LorenzOptions, lorenz } from './problems/lorenz.ts';
export { type NoisyQuadraticOptions, noisyQuadratic } from './problems/noisy-quadratic.ts';
export type { OuterKind } from './problems/outer.ts';
export {
  diagonal,
  type MamlTask,
  type QuadraticMamlOptions,
  quadraticMaml,
} from './problems/quadratic-maml.ts';
export {
  type QuadraticTask,
  type QuadraticTaskSetOptions,
  quadraticTaskSet,
} from './problems/quadratic-tasks.ts';
export { type RatesOptions, rates, ratesOfSize } from './problems/rates.ts';
export { type ScheduleOptions, schedule } from './problems/schedule.ts';
export { type SharpBasinsOptions, sharpBasins } from './problems/sharp-basins.ts';
export {
  type DescentOptions,
  descentOf,
  type TrackingOptions,
  tracking,
  trackingOfSize,
} from './problems/tracking.ts';
export { type WeightedRegressionOptions, weightedRegression } from './problems/weighted-regression.ts';
