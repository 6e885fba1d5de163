/**
 * @file What the page says about methods that learn an initialisation. θ^t is task t's weights, φ their common start, K the steps of a
 * trajectory, β the size of a meta-update.
 */
import type { Card } from '../cards.ts';

export type InitialisationCard = Card & { readonly title: string };

/** Nothing that a method keeps grows with K; only the record of the losses does, 4 bytes a step and task. */
const constant = { horizon: 0, dimension: 1 };

const poster = {
  citation:
    'Shin, Lee, Gong, Hwang, "Large-scale meta-learning with continual trajectory shifting", ICML 2021, read off the poster\'s figures',
};
const targets = 'K = 1000, 200,000 inner steps, eight tasks, ResNet-20; panels A and B of the figure';

function accuracy(a: string, b: string) {
  return [
    { what: 'meta-test accuracy, panels A and B', value: `${a} %, ${b} %`, source: poster, note: targets },
  ];
}

export const initialisationCards = {
  trajectoryShifting: {
    title: 'Continual Trajectory Shifting',
    idea:
      'φ moves after every inner step and all tasks move with it: a running trajectory is treated as if it had begun at the new φ. So there are ' +
      'K meta-updates in a trajectory instead of one.',
    equation: {
      text: 'Δ = β (1/n Σ_t θ^t − φ);  φ ← φ + Δ;  θ^t ← θ^t + Δ',
      place: 'algorithm 2',
    },
    theory: { memory: constant },
    published: accuracy('73.1', '78.8'),
    code: 'packages/trajectory-shifting/src/continual-trajectory-shifting.ts',
  },
  reptile: {
    title: 'Reptile',
    idea: 'After K inner steps φ moves towards where the tasks ended.',
    equation: { text: 'φ ← φ + β (1/n Σ_t θ^t_K − φ)', place: 'algorithm 2' },
    theory: { memory: constant },
    published: accuracy('70.9', '78.0'),
    code: 'packages/bilevel/src/initialisation/methods/reptile.ts',
  },
  leap: {
    title: 'Leap',
    idea: "φ moves so that the tasks' paths on their loss surfaces become shorter. A second forward pass in every step.",
    equation: { text: 'φ ← φ + β · 1/n Σ_t Σ_i (Δθ_i + Δf_i ∇L_t(θ_i)) / ‖γ_i‖', place: 'equation 6' },
    theory: { memory: constant },
    published: accuracy('66.7', '76.0'),
    code: 'packages/bilevel/src/initialisation/methods/leap.ts',
  },
  fomaml: {
    title: 'FOMAML',
    idea: 'The validation gradient where the tasks end is taken for the gradient at φ.',
    equation: { text: 'φ ← φ − β · 1/n Σ_t ∇L^val_t(θ^t_K)', place: 'section 5.2' },
    theory: { memory: constant },
    published: accuracy('54.4', '67.9'),
    code: 'packages/bilevel/src/initialisation/methods/fomaml.ts',
  },
  multiStepFomaml: {
    title: 'FOMAML, multi-step loss',
    idea: 'Validation gradients at ten places along the trajectory, with equal weights, taken for gradients at φ.',
    equation: { text: 'φ ← φ − β Σ_i v_i · 1/n Σ_t ∇L^val_t(θ^t_i)', place: 'equation 3, first order' },
    theory: { memory: constant },
    deviations: [
      'The poster\'s "FOMAML++" (65.0 %, 73.4 %) is probably this method; which script produced it is not known.',
    ],
    code: 'packages/bilevel/src/initialisation/methods/multi-step-fomaml.ts',
  },
  imaml: {
    title: 'iMAML',
    idea: 'The gradient through the minimum of a proximal inner problem: ten steps of conjugate gradients at the end of a trajectory.',
    equation: {
      text: '(I + H_t/λ) v_t = ∇L^val_t(θ^t_K);  φ ← φ − β · 1/n Σ_t v_t',
      place: 'algorithms 1, 2',
    },
    theory: { memory: constant },
    published: accuracy('54.0', '67.8'),
    deviations: [
      'No proximal term in the inner optimisation, as in the release of trajectory shifting; λ = 0.5.',
    ],
    code: 'packages/bilevel/src/initialisation/methods/imaml.ts',
  },
  multiTask: {
    title: 'Multi-task learning',
    idea: 'One body for all tasks, trained together with all their heads. There are no trajectories.',
    theory: { memory: constant },
    code: 'packages/bilevel/src/initialisation/methods/multi-task.ts',
  },
  fineTuning: {
    title: 'Fine-tuning',
    idea: 'The body of the first task, trained on its own as usual, is the start for all others.',
    theory: { memory: constant },
    code: 'packages/bilevel/src/initialisation/methods/fine-tuning.ts',
  },
  scratch: {
    title: 'From scratch',
    idea: 'φ stays as it was drawn: what every learned start has to beat.',
    theory: { memory: constant },
    code: 'packages/bilevel/src/initialisation/methods/scratch.ts',
  },
} satisfies Readonly<Record<string, InitialisationCard>>;
