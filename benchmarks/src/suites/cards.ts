/**
 * @file What the page says about each method: the idea, its equation in the paper's symbols, where we differ, what theory says of its cost,
 * and published numbers. Titles and sources come from the methods themselves.
 *
 * α is ∂L^val/∂w, A_t = ∂Φ/∂w and B_t = ∂Φ/∂λ at step t; αA and αB are products of a row with a Jacobian, never matrices.
 */
import type { MethodDescription, OwnNumber, PublishedNumber } from '@longhorizon/harness';

export type Card = Omit<MethodDescription, 'name' | 'title' | 'source'>;

const constantMemory = { horizon: 0, dimension: 0 };
const linearTime = { horizon: 1, dimension: 0 };

const hyperdistillPaper = {
  citation: 'Lee et al., "Online hyperparameter meta-learning with hypergradient distillation", ICLR 2022',
  url: 'https://openreview.net/forum?id=01AMRlen9wJ',
};

/** The paper's numbers on images, one column a setting: ANIL Tiny, WarpGrad CIFAR-100, WarpGrad Tiny, MWN CIFAR-100. */
interface Published {
  readonly accuracy: readonly (string | undefined)[];
  /** `MB / seconds` of one inner optimisation. */
  readonly cost: readonly (string | undefined)[];
  /** Test error of the sinusoids. */
  readonly sinusoid?: string;
  readonly cosine?: string;
}

const settings = ['ANIL, TinyImageNet', 'WarpGrad, CIFAR-100', 'WarpGrad, TinyImageNet', 'MWN, CIFAR-100'];

function published({ accuracy, cost, sinusoid, cosine }: Published): readonly PublishedNumber[] {
  const number = (
    what: string,
    value: string | undefined,
    note?: string,
    ours?: OwnNumber,
  ): PublishedNumber[] =>
    value === undefined
      ? []
      : [
          {
            what,
            value,
            source: hyperdistillPaper,
            ...(note === undefined ? {} : { note }),
            ...(ours === undefined ? {} : { ours }),
          },
        ];
  const costNote = 'table 3: RTX 2080 Ti, whole process';
  return [
    ...number('test error, sinusoids', sinusoid, 'table 4, p = 20,400; ours is smaller', {
      suite: 'hypergradient',
      problem: 'sinusoid-anil',
      horizon: 30,
      quantity: 'metric',
    }),
    ...number(
      'cosine to the exact hypergradient, WarpGrad on CIFAR-100',
      cosine,
      'figure 3a, late in training',
    ),
    ...settings.flatMap((setting, column) => [
      ...number(`test accuracy, ${setting}`, accuracy[column], 'table 2: T = 100, 5 runs'),
      ...number(`memory and time, ${setting}`, cost[column], costNote),
    ]),
  ];
}

export const cards = {
  exactReverse: {
    idea:
      'Reverse mode through the whole trajectory. Every w_t is kept, so memory grows with T; the result is exact and is what the others ' +
      'are judged against.',
    equation: { text: 'α ← ∂L^val/∂w_T;  for t = T … 1:  g ← g + αB_t,  α ← αA_t', place: 'algorithm 1' },
    deviations: [
      'Only the states are kept; what a step needs beside them is computed again going backwards.',
    ],
    theory: { memory: { horizon: 1, dimension: 0 }, time: linearTime },
    code: 'packages/bilevel/src/hyper/methods/exact-reverse.ts',
  },
  checkpointed: {
    idea:
      'The same gradient, bit for bit, with room for about 2√T states: the rest of the trajectory is run again from checkpoints, in the ' +
      'order that repeats the fewest steps.',
    equation: {
      text: 'binomial schedule: l checkpoints reach C(l + r, r) steps with r repetitions',
      place: 'algorithm 799, treeverse',
    },
    theory: {
      memory: { horizon: 0.5, dimension: 0 },
      time: linearTime,
      note: 'With 2√T checkpoints each step runs at most three times.',
    },
    code: 'packages/tensor/src/loop/revolve.ts',
  },
  forward: {
    idea: 'The Jacobian dw_t/dλ travels with the weights. Exact at any t without a trajectory, at p times the cost of the inner loop.',
    equation: { text: 'Z_t = A_t Z_{t−1} + B_t;  dL^val/dλ = g^FO + αZ_T', place: 'algorithm 2' },
    theory: { memory: { horizon: 0, dimension: 1 }, time: { horizon: 1, dimension: 1 } },
    code: 'packages/bilevel/src/hyper/methods/forward.ts',
  },
  sharedForward: {
    idea:
      'Forward mode for groups of hyperparameters that move together: a tangent a group instead of one for each hyperparameter. Exact for ' +
      'the shared values, coarse for the single ones.',
    equation: { text: 'Z_t = A_t Z_{t−1} + B_t S,  S marks the members of a group', place: 'section 3' },
    deviations: ['λ is cut into 10 windows of neighbours (fewer where p < 10), whatever the problem.'],
    theory: { memory: constantMemory, time: linearTime },
    code: 'packages/bilevel/src/hyper/methods/forward-shared.ts',
  },
  truncated: {
    idea: 'Reverse mode through the last K = 10 steps only. Cheap and biased: what older steps did to w_T is left out.',
    equation: { text: 'g = g^FO + Σ_{t=T−K+1}^{T} α A_T … A_{t+1} B_t', place: 'equation 8' },
    theory: { memory: constantMemory, time: linearTime },
    code: 'packages/bilevel/src/hyper/methods/truncated.ts',
  },
  oneStep: {
    idea: 'Only the last step is looked back on: λ is judged by what it does to the very next weights.',
    equation: { text: 'g = g^FO + αB_T', place: 'T1–T2' },
    theory: { memory: constantMemory, time: linearTime },
    published: published({
      accuracy: ['53.90 ± 0.43 %', '58.18 ± 0.52 %', '49.97 ± 2.46 %', '58.45 ± 0.40 %'],
      cost: ['1584 MB / 6.80 s', '1650 MB / 6.88 s', '3844 MB / 18.81 s', '1214 MB / 6.17 s'],
      sinusoid: '0.670 ± 0.283',
      cosine: '0.966',
    }),
    code: 'packages/bilevel/src/hyper/methods/one-step.ts',
  },
  firstOrder: {
    idea: 'How λ shaped the weights is left out altogether; only its direct effect on the outer loss counts.',
    equation: { text: 'g = g^FO = ∂L^val(w_T, λ)/∂λ', place: 'first term of equation 3' },
    deviations: ['Refuses a problem whose outer loss does not depend on λ: its gradient would be zero.'],
    theory: { memory: constantMemory, time: linearTime },
    published: published({
      accuracy: ['53.62 ± 0.06 %', '58.16 ± 0.52 %', '53.54 ± 0.74 %', undefined],
      cost: ['1430 MB / 6.23 s', '1092 MB / 5.24 s', '1840 MB / 7.01 s', undefined],
      sinusoid: '0.567 ± 0.193',
      cosine: '0.962',
    }),
    code: 'packages/bilevel/src/hyper/methods/first-order.ts',
  },
  drmad: {
    idea: 'Reverse mode along the straight line from w_0 to w_T in place of the trajectory, so nothing is kept.',
    equation: { text: 'w_{t−1} ≈ (1 − (t−1)/T) w_0 + ((t−1)/T) w_T', place: 'algorithm 2' },
    theory: { memory: constantMemory, time: linearTime },
    published: published({
      accuracy: ['49.84 ± 1.35 %', '55.13 ± 0.64 %', '50.71 ± 1.16 %', '57.03 ± 0.42 %'],
      cost: ['1442 MB / 20.88 s', '1734 MB / 19.83 s', '4148 MB / 57.09 s', '1262 MB / 17.57 s'],
      sinusoid: '1.086 ± 0.176',
      cosine: '0.986',
    }),
    code: 'packages/bilevel/src/hyper/methods/drmad.ts',
  },
  neumann: {
    idea:
      'The implicit function theorem at w_T, its inverse Hessian replaced by N + 1 terms of a Neumann series. Right at a minimum, biased ' +
      'elsewhere.',
    equation: { text: 'g = g^FO + Σ_{n=0}^{N} α Aⁿ B,  A and B at w_T', place: 'algorithm 3' },
    deviations: [
      'N = 10 everywhere and after every step; the published numbers were taken with N and K tuned for each column.',
    ],
    theory: { memory: constantMemory, time: linearTime },
    published: published({
      accuracy: ['53.76 ± 0.31 %', '58.88 ± 0.65 %', '50.15 ± 0.98 %', '59.34 ± 0.27 %'],
      cost: ['1392 MB / 7.98 s', '1578 MB / 7.43 s', '3286 MB / 21.49 s', '1262 MB / 6.93 s'],
      sinusoid: '0.502 ± 0.146',
      cosine: '0.973',
    }),
    code: 'packages/bilevel/src/hyper/methods/neumann.ts',
  },
  conjugateGradient: {
    idea: 'The implicit function theorem at w_T, its linear system solved by N = 10 steps of conjugate gradients.',
    equation: { text: '(∇²_{ww}L^tr) q = α;  g = g^FO − q ∇²_{wλ}L^tr', place: 'algorithm 1' },
    deviations: ['A fixed number of steps instead of a tolerance, so that costs compare.'],
    theory: { memory: constantMemory, time: linearTime },
    code: 'packages/bilevel/src/hyper/methods/conjugate-gradient.ts',
  },
  generalisedGreedy: {
    idea: "Every step's own validation gradient through its own B, older ones discounted. Along the run itself, nothing is stored.",
    equation: {
      text: 'g = g^FO + Σ_t γ^{T−t} ∇L^val(w_t) B_t,  γ = 0.9',
      place: 'generalised greedy updates',
    },
    theory: { memory: constantMemory, time: linearTime },
    code: 'packages/bilevel/src/hyper/methods/generalised-greedy.ts',
  },
  evoGrad: {
    idea:
      'Two perturbed copies of the weights are mixed by how well they do on the inner loss; λ is judged by the mixture. First derivatives ' +
      'only, and noisy: two copies span one direction.',
    equation: {
      text: 'θ_k = w + σε_k;  θ* = Σ softmax(−ℓ/τ)_k θ_k;  g = dL^val(θ*, λ)/dλ',
      place: 'equations 3–6',
    },
    theory: { memory: constantMemory, time: linearTime },
    code: 'packages/bilevel/src/hyper/methods/evograd.ts',
  },
  hyperdistill: {
    idea:
      'All past steps are distilled into one product at one point: running means of the weights and of the batches, discounted by γ. The size ' +
      'that the distillation cannot know is fitted now and then on DrMAD trajectories.',
    equation: {
      text: 'g_t = g^FO_t + θ S_t · α_t ∂Φ(w*_t, λ; D*_t)/∂λ,  S_t = Σ γ^{t−i}',
      place: 'algorithm 3, equations 13–17',
    },
    deviations: [
      'The fit of θ keeps weights interpolated between the ends of the horizon, so memory does not grow with T.',
      'Times are medians over hypergradients; every 50th inner optimisation also fits θ, at about 3T products more.',
    ],
    theory: { memory: constantMemory, time: linearTime },
    published: published({
      accuracy: ['56.37 ± 0.27 %', '60.91 ± 0.27 %', '55.04 ± 0.52 %', '60.82 ± 0.33 %'],
      cost: ['1638 MB / 6.92 s', '1714 MB / 8.68 s', '4098 MB / 22.15 s', '1206 MB / 6.04 s'],
      sinusoid: '0.327 ± 0.052',
      cosine: '0.971',
    }),
    code: 'packages/hyperdistill/src/hyperdistill.ts',
  },
} satisfies Readonly<Record<string, Card>>;

/** What the page says about the libraries of the suite `kernels`. */
export const libraryCards: readonly MethodDescription[] = [
  {
    name: 'longhorizon',
    title: 'Longhorizon',
    idea: 'This library: hand-written WGSL kernels, graphs compiled to plans that are replayed without allocating.',
    code: 'packages/tensor/src',
  },
  {
    name: 'tfjs-webgpu',
    title: 'TensorFlow.js, WebGPU backend',
    idea: 'The same work written in TensorFlow.js, each operation started eagerly, on the same adapter with the same switches.',
    source: { citation: 'TensorFlow.js 4.22, package @tensorflow/tfjs-backend-webgpu' },
    code: 'benchmarks/src/suites/kernels/peers/tfjs-webgpu.ts',
  },
  {
    name: 'jax-js',
    title: 'jax-js, WebGPU backend',
    idea: 'The same work written in jax-js and compiled by its jit, on the same adapter with the same switches.',
    source: { citation: 'jax-js 0.1.25, package @jax-js/jax' },
    code: 'benchmarks/src/suites/kernels/peers/jax-js.ts',
  },
  {
    name: 'gpu.js',
    title: 'gpu.js, WebGPU backend',
    idea: 'Single kernels written in gpu.js, where it can express them, on the same adapter with the same switches.',
    source: { citation: 'gpu.js 2.24' },
    code: 'benchmarks/src/suites/kernels/peers/gpu-js.ts',
  },
  {
    name: 'copy',
    title: 'A copy kernel',
    idea: 'A copy, tuned by hand: what the memory of the adapter gives. Kernels that are bound by memory are judged against it.',
    code: 'benchmarks/src/suites/kernels/peers/copy.ts',
  },
];
