/**
 * @file Numbers that methods must meet on problems small enough to work out by hand: section names T1, T1′, T2a, T3 are those of the
 * specification. All were checked by differences of 60 decimal digits or a closed form.
 */
import type { Method } from '../hyper/method.ts';
import { conjugateGradientIft } from '../hyper/methods/conjugate-gradient.ts';
import { drmad } from '../hyper/methods/drmad.ts';
import { exactReverse } from '../hyper/methods/exact-reverse.ts';
import { forwardMode } from '../hyper/methods/forward.ts';
import { sharedForward } from '../hyper/methods/forward-shared.ts';
import { generalisedGreedy } from '../hyper/methods/generalised-greedy.ts';
import { neumannIft } from '../hyper/methods/neumann.ts';
import { oneStep } from '../hyper/methods/one-step.ts';
import { truncatedReverse } from '../hyper/methods/truncated.ts';
import type { Problem } from '../problem/problem.ts';
import { rates } from '../problems/rates.ts';
import { schedule } from '../problems/schedule.ts';
import { tracking } from '../problems/tracking.ts';

export interface GoldenCase {
  readonly name: string;
  readonly problem: Problem;
  readonly horizon: number;
  readonly weights: readonly number[];
  readonly results: readonly { readonly method: Method; readonly hypergradient: readonly number[] }[];
}

/** Constant B: a two-dimensional quadratic that follows λ. */
export const t1 = tracking({
  G: [1, 0.5],
  w0: [2, 2],
  lambda: [1, 1],
  rate: 0.1,
  outer: { kind: 'quadratic', c: [0, 0.5] },
});

/** The same with the same curvature in every direction. */
export const t1Prime = tracking({
  G: [1, 1],
  w0: [2, 2],
  lambda: [1, 1],
  rate: 0.1,
  outer: { kind: 'quadratic', c: [0, 0.5] },
});

/** B affine in w: a learning rate for each weight. */
export const t2a = rates({
  h: [1, 1, 1],
  m: [0, 0, 0],
  w0: [1, -2, 0.5],
  lambda: [0.1, 0.1, 0.1],
  outer: { kind: 'quadratic', c: [0.3, 0.1, -0.2] },
});

/** Momentum and weight decay, shared by all weights: λ = (η, μ, ξ). */
const t3Options = {
  h: [1, 0.3],
  m: [0, 1],
  w0: [1, -2],
  outer: { kind: 'quadratic', c: [0.3, 0.1] },
  scalars: [0.1, 0.9, 0.01],
} as const;
export const t3 = schedule(t3Options);

/** The same horizon cut into five windows of two steps, each with scalars of its own. */
export const t3Windows = schedule({ ...t3Options, windows: 5, windowLength: 2 });

const t3Golden = [15.2081961321, 8.5853857489, 2.7351241131];
const t1Exact = [0.9852191171, 0.5507308046];
const t2aExact = [-0.1885902507, -6.1782478487, -0.7251334184];

export const goldenCases: readonly GoldenCase[] = [
  {
    name: 'T1, a quadratic that follows λ',
    problem: t1,
    horizon: 20,
    weights: [1.1215766546, 1.3584859224],
    results: [
      { method: exactReverse(), hypergradient: t1Exact },
      { method: forwardMode(), hypergradient: t1Exact },
      { method: forwardMode({ columns: 1 }), hypergradient: t1Exact },
      { method: truncatedReverse({ window: 20 }), hypergradient: t1Exact },
      { method: drmad, hypergradient: t1Exact },
      { method: conjugateGradientIft({ steps: 2 }), hypergradient: [1.1215766546, 0.8584859224] },
      // Further steps find a residual of zero and change nothing.
      { method: conjugateGradientIft({ steps: 6 }), hypergradient: [1.1215766546, 0.8584859224] },
      { method: oneStep, hypergradient: [0.1121576655, 0.0429242961] },
      { method: truncatedReverse({ window: 1 }), hypergradient: [0.1121576655, 0.0429242961] },
      { method: generalisedGreedy({ gamma: 0 }), hypergradient: [0.1121576655, 0.0429242961] },
      { method: neumannIft({ terms: 0 }), hypergradient: [0.1121576655, 0.0429242961] },
      { method: neumannIft({ terms: 2 }), hypergradient: [0.3039472734, 0.1224415547] },
      { method: truncatedReverse({ window: 3 }), hypergradient: [0.3039472734, 0.1224415547] },
      { method: neumannIft({ terms: 5 }), hypergradient: [0.5255248357, 0.2274198826] },
      { method: neumannIft({ terms: 10 }), hypergradient: [0.7696140161, 0.3701790505] },
    ],
  },
  {
    name: 'T1′, the same curvature in every direction',
    problem: t1Prime,
    horizon: 20,
    weights: [1.1215766546, 1.1215766546],
    results: [{ method: exactReverse(), hypergradient: [0.9852191171, 0.5460074444] }],
  },
  {
    name: 'T2a, a learning rate for each weight',
    problem: t2a,
    horizon: 10,
    weights: [0.3486784401, -0.6973568802, 0.17433922005],
    results: [
      { method: exactReverse(), hypergradient: t2aExact },
      { method: forwardMode(), hypergradient: t2aExact },
      { method: forwardMode({ columns: 2 }), hypergradient: t2aExact },
      { method: drmad, hypergradient: [-0.2065035688, -6.7650911165, -0.7940104974] },
      { method: oneStep, hypergradient: [-0.0188590251, -0.6178247849, -0.0725133418] },
      { method: neumannIft({ terms: 10 }), hypergradient: [-0.1164677685, -3.8155033877, -0.4478209813] },
    ],
  },
  {
    name: 'T3, learning rate, momentum and weight decay',
    problem: t3,
    horizon: 10,
    weights: [-0.5878730417, 0.8827222526],
    results: [
      { method: exactReverse(), hypergradient: t3Golden },
      { method: truncatedReverse({ window: 10 }), hypergradient: t3Golden },
      { method: forwardMode(), hypergradient: t3Golden },
      { method: sharedForward({ groups: 3 }), hypergradient: t3Golden },
    ],
  },
  {
    name: 'T3 in windows, sharing their scalars',
    problem: t3Windows,
    horizon: 10,
    weights: [-0.5878730417, 0.8827222526],
    results: [
      {
        method: sharedForward({ groups: Array.from({ length: 15 }, (_, j) => j % 3) }),
        hypergradient: Array.from({ length: 15 }, (_, j) => t3Golden[j % 3]!),
      },
    ],
  },
];
