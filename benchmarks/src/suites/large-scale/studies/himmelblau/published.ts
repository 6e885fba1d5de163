/**
 * @file Numbers of the synthetic experiment: the released landscape (`avg_task_losses_20.npy`, Adam at 0.1 from a 20 × 20 grid over
 * [−5, 15]²), and runs with the released settings in float64.
 */
import type { Point } from '../../model/himmelblau.ts';

/** Updates after which the landscape's numbers are given. */
export const landscapeAfter = [0, 1, 9, 59, 99, 124] as const;

/** The mean task loss from four points of the grid after so many updates. */
export const landscape: readonly { readonly from: Point; readonly losses: readonly number[] }[] = [
  { from: [-5, -5], losses: [622.3847929, 603.6902036, 471.5475152, 117.7995893, 53.68227874, 36.97425997] },
  {
    from: [-5 + (20 * 12) / 19, -5 + (20 * 3) / 19],
    losses: [65.10034863, 63.29068322, 51.62804345, 15.20037038, 0.2284546004, 0.03275046383],
  },
  {
    from: [-5 + (20 * 11) / 19, -5 + (20 * 8) / 19],
    losses: [81.54414001, 79.86653372, 66.11149798, 4.318366982, 0.06373943263, 0.001440338205],
  },
  { from: [15, 15], losses: [523.0142032, 506.2865358, 389.3498609, 90.6340116, 47.50458499, 37.34135537] },
];

/** The least mean task loss over the grid after so many updates, with the digits that are known. */
export const gridMinima: readonly (readonly [updates: number, loss: number, digits: number])[] = [
  [0, 65.10035, 7],
  [59, 2.229398, 7],
  [79, 0.1234393, 7],
  [99, 0.0135148, 6],
  [124, 0.001292907, 7],
];

/** The loss of each task at (5, 5). */
export const atTheMiddle = [
  69.28243395, 119.7984192, 52.6832946, 59.04565713, 81.69654133, 132.1331058, 109.4193499, 60.28684132,
] as const;

/** φ at the end, from (−5, −5): inner optimiser at 0.05, β = 0.1, hard resets. */
export const finalPoints: readonly {
  readonly optimiser: 'sgd' | 'momentum' | 'adam';
  readonly K: number;
  readonly trajectories: number;
  readonly shifting: Point;
  readonly reptile: Point;
}[] = [
  {
    optimiser: 'sgd',
    K: 5,
    trajectories: 1,
    shifting: [-2.24012726, -3.46656102],
    reptile: [-4.44656145, -4.70411614],
  },
  {
    optimiser: 'momentum',
    K: 5,
    trajectories: 1,
    shifting: [-0.492969739, -2.02624948],
    reptile: [-4.11307475, -4.270126],
  },
  {
    optimiser: 'adam',
    K: 5,
    trajectories: 1,
    shifting: [-4.96266916, -4.94381289],
    reptile: [-4.98757806, -4.98127915],
  },
  {
    optimiser: 'momentum',
    K: 80,
    trajectories: 3,
    shifting: [4.19804044, 4.33071002],
    reptile: [-3.17539006, -2.11864616],
  },
];

/** The two attractors of Reptile at K = 5, and how many of 41 × 41 starts end in each. */
export const attractorsOfFive = [
  { at: [9.071, -1.952], starts: 914 },
  { at: [1.452, 11.461], starts: 767 },
] as const;

/** Attractors of Reptile at K = 100 that are known; the poster shows about ten more. */
export const attractorsOfHundred: readonly Point[] = [
  [3.018, 10.475],
  [6.586, 0.404],
  [11.17, -0.901],
  [5.749, -0.809],
  [0.722, 10.893],
  [4.17, 4.367],
  [4.523, 6.781],
  [7.568, -3.583],
  [12.637, 9.194],
  [-2.166, 11.034],
  [-4.084, 2.783],
  [8.959, -1.128],
  [8.011, 5.628],
];
