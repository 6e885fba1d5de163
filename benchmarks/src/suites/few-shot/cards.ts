/**
 * @file What the page says about methods that learn where the weights begin. α is ∂L^val/∂w, θ the start, A_t = ∂Φ/∂w at step t.
 *
 * Of the published numbers, those of few-shot learning are quoted from memory of the papers, and their notes say so. Lazy's own paper could
 * not be obtained: no number here is Lazy's.
 */
import type { PublishedNumber } from '@longhorizon/harness';
import type { Card } from '../cards.ts';

const constantMemory = { horizon: 0, dimension: 0 };
const linearTime = { horizon: 1, dimension: 0 };

const papers = {
  maml: {
    citation: 'Finn et al., "Model-agnostic meta-learning for fast adaptation of deep networks", ICML 2017',
  },
  reptile: { citation: 'Nichol, Achiam and Schulman, "On first-order meta-learning algorithms", 2018' },
  imaml: { citation: 'Rajeswaran et al., "Meta-learning with implicit gradients", NeurIPS 2019' },
};

const settings = ['5-way 1-shot', '5-way 5-shot', '20-way 1-shot', '20-way 5-shot'];

/** Test accuracy on Omniglot with Conv4-64, in per cent. */
const omniglot = (paper: keyof typeof papers, values: readonly string[]): readonly PublishedNumber[] =>
  values.map((value, k) => ({
    what: `test accuracy, Omniglot ${settings[k]}`,
    value: `${value} %`,
    source: papers[paper],
    note: 'quoted from memory, to be checked against the paper; Conv4 with 64 filters, tens of thousands of iterations',
  }));

export const cards = {
  truncatedMaml: {
    idea: 'MAML that looks back on the last K = 2 inner steps; older ones count as if they had only added to the start.',
    equation: {
      text: 'g = g^FO + α A_T … A_{T−K+1},  ∂w_{T−K}/∂θ = I',
      place: 'equation 8, with a learned start',
    },
    theory: { memory: constantMemory, time: linearTime },
    code: 'packages/bilevel/src/hyper/methods/truncated.ts',
  },
  greedyMaml: {
    idea: 'MAML with one inner step while learning, whatever is done at the test: what a short horizon buys.',
    equation: { text: 'g = α_1 A_1,  A_1 = I − η∇²L^tr(θ)', place: 'algorithm 2 with one step' },
    deviations: ['One step is learned through; the test takes T steps, as it does for every method.'],
    theory: { memory: constantMemory, time: constantMemory },
    code: 'packages/bilevel/src/hyper/methods/greedy-maml.ts',
  },
  fomaml: {
    idea: 'MAML without second derivatives: the outer gradient at the end of the inner steps is taken for that at their start.',
    equation: { text: 'g = g^FO + α_T ∂θ/∂λ', place: 'section 5.2' },
    deviations: [
      'Learning rates and other parts of λ that act through the steps alone have no derivative and stay.',
    ],
    theory: { memory: constantMemory, time: linearTime },
    published: omniglot('maml', ['98.3', '99.2', '89.4', '97.9']),
    code: 'packages/bilevel/src/hyper/methods/fomaml.ts',
  },
  multiStepFomaml: {
    idea: 'FOMAML with the outer loss after every inner step, not the last alone.',
    equation: { text: 'g = Σ_t (1/T)(g^FO_t + α_t ∂θ/∂λ)', place: 'equation 3, to first order' },
    deviations: ['The shares of the steps stay equal; MAML++ moves them to the last step while it trains.'],
    theory: { memory: constantMemory, time: linearTime },
    code: 'packages/bilevel/src/hyper/methods/multi-step-fomaml.ts',
  },
  reptile: {
    idea: 'The start moves to where inner optimisations end. No outer loss is differentiated.',
    equation: { text: 'g = mean over tasks of (θ − w_T)', place: 'algorithm 1' },
    deviations: [
      'Inner steps see the same few pictures as for every method; the paper trains on more shots than it tests.',
    ],
    theory: { memory: constantMemory, time: linearTime },
    published: omniglot('reptile', ['95.39', '98.90', '88.14', '96.65']),
    code: 'packages/bilevel/src/hyper/methods/reptile.ts',
  },
  leap: {
    idea: 'The start moves so that the paths which inner optimisations take across their losses become shorter.',
    equation: { text: 'g = mean of Σ_t (−Δw_t − Δf_t ∇f(w_{t−1}))/‖(Δw_t, Δf_t)‖', place: 'algorithm 1' },
    deviations: [
      'Both losses of a step are those of its own batch; Δf is −|Δf|, the stabiliser of the released code.',
    ],
    theory: { memory: constantMemory, time: linearTime },
    code: 'packages/bilevel/src/hyper/methods/leap.ts',
  },
  imaml: {
    idea: 'Inner optimisations are pulled back to their start; at their end the implicit function theorem gives the gradient, whatever the way there.',
    equation: { text: '(I + ∇²L^tr(w_T)/ρ) q = α;  g = q', place: 'equation 6, algorithm 2' },
    deviations: [
      'ρ = 2 and 5 steps of conjugate gradients, on the system of all tasks together; the released code solves another, damped system.',
      'The pull is part of learning alone; the test takes plain steps, as for every method.',
    ],
    theory: { memory: constantMemory, time: linearTime },
    published: omniglot('imaml', ['99.50', '99.74', '96.18', '99.14']),
    code: 'packages/bilevel/src/hyper/methods/imaml.ts',
  },
  lazy: {
    idea:
      'Reconstructed. A student takes all inner steps without a graph; a teacher leaps from the start towards where the student ended. The outer ' +
      'loss is taken at the teacher, the leap is differentiated as one inner step: memory does not grow with T.',
    equation: {
      text: 'φ^T = θ + β(s_k − θ);  g = v(I − η∇²L^tr(θ)) with v = ∇L^val(φ^T)',
      place: 'reconstruction, variant L1',
    },
    deviations: [
      "The paper's method section could not be obtained: value and derivative of the teacher are a reconstruction, and which of its variants is the paper's is unknown.",
      'No number of the paper is known, so none is shown.',
      'With β = 1 and the first-order gradient in its place it is FOMAML: the row fomaml is the ablation of the row lazy, the row lookahead that of lazy-half.',
    ],
    theory: { memory: constantMemory, time: linearTime },
    code: 'packages/lazy/src',
  },
  lookahead: {
    idea: 'Ablation of Lazy with β = 0.5: the same teacher, its graph replaced by the identity. What lazy-half gains over it, the graph gives.',
    equation: { text: 'φ^T = θ + β(s_k − θ);  g = ∇L^val(φ^T)', place: 'ablation of the reconstruction' },
    theory: { memory: constantMemory, time: linearTime },
    code: 'packages/lazy/src/lazy.ts',
  },
} satisfies Readonly<Record<string, Card>>;
