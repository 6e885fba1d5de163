/**
 * @file Two quadratic tasks in the plane, worked out in float64 by hand: H_1 = diag(1, 4), c_1 = (1, 0); H_2 = [[2, ½], [½, 1]],
 * c_2 = (−1, 2); φ = (3, 3), α = 0.05, β = 0.1, K = 10, three trajectories, a meta-update after every step. Values are those after the
 * meta-update and the shift, before any reset.
 */
import type { TaskSet } from '@longhorizon/bilevel';
import { quadraticTaskSet } from '@longhorizon/bilevel/problems';
import { momentum, sgd } from '@longhorizon/nn';

export const alpha = 0.05;
export const beta = 0.1;
export const K = 10;
export const start = [3, 3] as const;
export const quadratics = [
  {
    H: [
      [1, 0],
      [0, 4],
    ],
    c: [1, 0],
  },
  {
    H: [
      [2, 0.5],
      [0.5, 1],
    ],
    c: [-1, 2],
  },
] as const;

/** The two tasks; @param groups how many are in each group */
export function twoTasks(groups: readonly number[] = [2], mu = 0, weightDecay = 0): TaskSet {
  const optimiser =
    mu === 0 ? sgd({ rate: alpha, weightDecay }) : momentum({ rate: alpha, momentum: mu, weightDecay });
  return quadraticTaskSet({ tasks: quadratics, initial: start, optimiser, groups });
}

export interface Point {
  readonly step: number;
  readonly phi: Pair;
  readonly theta1: Pair;
  readonly theta2?: Pair;
}

type Pair = readonly [number, number];

/** Lines of a table: the step, φ, θ_1 and θ_2. */
function points(lines: readonly (readonly [number, Pair, Pair, Pair?])[]): readonly Point[] {
  return lines.map(([step, phi, theta1, theta2]) => ({ step, phi, theta1, ...(theta2 && { theta2 }) }));
}

export const cts = points([
  [1, [2.97375, 2.9625], [2.87375, 2.3625], [2.54875, 2.8125]],
  [2, [2.92405625, 2.894907813], [2.73036875, 1.822407812], [2.12386875, 2.615564063]],
  [3, [2.853647779, 2.803647801], [2.573441842, 1.366666238], [1.725684303, 2.415429129]],
  [5, [2.661109882, 2.571577831], [2.231917854, 0.6644708935], [1.009339631, 2.024732426]],
  [10, [1.986826039, 1.882282349], [1.339484033, -0.2478600556], [-0.3363706855, 1.237041409]],
  [11, [1.96957199, 1.860020287], [1.920230689, 1.483563818], [1.673832328, 1.791235519]],
  [20, [1.3202467, 1.240534177], [1.026315852, -0.1219911068], [-0.3425639166, 1.055842571]],
  [30, [0.8782528861, 0.875189576], [0.8174218136, -0.04816563296], [-0.3584471338, 0.9635427421]],
]);

/** θ^t − U^t_10(φ) at step 10. */
export const awayFromExact = [
  [-0.2513651685, -0.4499685839],
  [-0.4348837059, -0.3138550842],
] as const;

/** With the exact shift A_t^k Δ in place of Δ. */
export const exact = points([
  [1, [2.97375, 2.9625], [2.8750625, 2.37], [2.5523125, 2.81503125]],
  [2, [2.924275742, 2.895323594], [2.736658857, 1.8530071], [2.139707307, 2.627091368]],
  [10, [2.067883901, 1.980557665], [1.639381538, 0.21266076], [0.1155275107, 1.601118313]],
  [30, [0.986857598, 0.9802760819], [0.9921311584, 0.1052563428], [-0.1505292709, 1.122228182]],
]);

/** φ of Reptile after trajectories 1, 2, 3. */
export const reptileAfter = [
  [2.826130735, 2.82163483],
  [2.662413953, 2.655759776],
  [2.50824375, 2.501512969],
] as const;

/** A meta-update after every fifth step. */
export const everyFifth = points([]);

/** φ where Reptile with K = 10 stays. */
export const reptileFixedPoint = [-0.04603554223, 0.5084437084] as const;

/** φ without resets, by the number of inner steps. */
export const withoutReset: Readonly<Record<number, Pair>> = {
  50: [-0.4062451879, 0.8605850016],
  100: [0.03911236026, 0.9843539511],
  500: [-5.234992391e-9, 0.9999999995],
};

/** (c_1 + c_2)/2 */
export const meanOfOptima = [0, 1] as const;
