/** @file What the page says about the methods of the suite `long-tailed`. ℓ_i is the cross-entropy of example i, V the mean over the balanced dev set. */
import type { MethodDescription, Source } from '@longhorizon/harness';
import type { HyperMethod } from '../../methods/hyper-method.ts';

export type TailCard = Omit<MethodDescription, 'name' | 'title'>;

const code = 'benchmarks/src/suites/long-tailed';

const shu: Source = {
  citation: 'Shu et al., "Meta-Weight-Net: learning an explicit mapping for sample weighting", NeurIPS 2019',
};
const ren: Source = {
  citation:
    'Ren, Zeng, Yang and Urtasun, "Learning to reweight examples for robust deep learning", ICML 2018',
};
const cui: Source = {
  citation:
    'Cui, Jia, Lin, Song and Belongie, "Class-balanced loss based on effective number of samples", CVPR 2019',
};
const jamal: Source = {
  citation:
    'Jamal, Brown, Yang, Wang and Gong, "Rethinking class-balanced methods for long-tailed visual recognition from a domain adaptation perspective", CVPR 2020',
};
const scale =
  'A run is 25 to 100 times shorter than a published one, on a small network without normalisation; the learning rate falls by 5 where the second stage begins and again at nine tenths of the run, not by 100.';

export const cards = {
  crossEntropy: {
    idea: 'The mean of the cross-entropy: every example counts the same, so large classes count more.',
    equation: { text: 'L = (1/n) Σ ℓ_i', place: 'standard' },
    source: shu,
    deviations: [scale],
    code,
  },
  classBalanced: {
    idea: 'Every class is weighed by the inverse of its effective number of examples, from the first step on.',
    equation: {
      text: 'w_y = (1 − b)/(1 − b^{n_y}), Σ_y w_y = C;  L = (1/n) Σ w_{y_i} ℓ_i',
      place: 'equation 4',
    },
    source: cui,
    deviations: [scale],
    code,
  },
  deferred: {
    idea: 'Plain cross-entropy first, the weights of classes in the second stage alone. It is two-component weighting with ε = 0: what the learned part must beat.',
    equation: { text: 'L = (1/n) Σ w_{y_i} ℓ_i in the last fifth of the run', place: 'control' },
    source: jamal,
    deviations: [scale],
    code,
  },
  l2rw: {
    idea: 'Weights ε of a batch start at 0. Those along which the dev loss falls after one virtual step are kept, and normalised to sum to 1.',
    equation: {
      text: 'u_i = −∂V(θ − α∇Σ ε_i ℓ_i)/∂ε_i at ε = 0;  w_i = max(u_i, 0)/Σ_j max(u_j, 0)',
      place: 'algorithm 1',
    },
    source: ren,
    deviations: [
      'Plain cross-entropy for the first four fifths of the run, as for the other rules here.',
      scale,
    ],
    theory: { memory: { horizon: 0, dimension: 0 }, time: { horizon: 0, dimension: 0 } },
    code,
  },
  weightNet: {
    idea: 'A perceptron turns the loss of an example into its weight. Its parameters are λ, learned along the run by the dev loss after one virtual step.',
    equation: {
      text: 'ŵ(Θ) = w − α (1/n) Σ V(ℓ_i; Θ)∇ℓ_i;  Θ ← Θ − β∇_Θ V(ŵ(Θ))',
      place: 'equations 3 to 7',
    },
    source: shu,
    deviations: [
      'Θ moves by Adam at 0.01, not by descent at 10⁻⁵: the perceptron sees some hundred updates, not ten thousands.',
      'Its stage is the last fifth of the run, not all of it.',
      scale,
    ],
    theory: { memory: { horizon: 0, dimension: 0 }, time: { horizon: 0, dimension: 0 } },
    code,
  },
  twoComponent: {
    idea: 'Weights of classes by their effective number, and beside them a learned part for every example, which starts anew in every batch.',
    equation: {
      text: 'φ = θ − α∇Σ (w_{y_i} + ε_i) ℓ_i;  ε ← −0.01 ∂V(φ)/∂ε;  real step along (1/n) Σ (w_{y_i} + ε_i) ℓ_i',
      place: 'algorithm 1 and released code',
    },
    source: jamal,
    deviations: [
      'Sums and rates are those of the released code. At these rates |ε| stays far below w_y.',
      scale,
    ],
    theory: { memory: { horizon: 0, dimension: 0 }, time: { horizon: 0, dimension: 0 } },
    code,
  },
} as const satisfies Readonly<Record<string, TailCard>>;

/** The card of a rule whose derivative another method takes than the one that it is published with. */
export function aheadCard(title: string, rule: TailCard, { family, card, source }: HyperMethod): TailCard {
  const isTeacher = family === 'teacher';
  const equation = isTeacher
    ? {
        text: 'φ^T = θ + β(s_k − θ);  ∂V/∂λ = v·∂(θ − α∇L(θ; λ))/∂λ with v = ∇V(φ^T)',
        place: 'reconstruction, variant L1',
      }
    : card.equation;
  return {
    idea: isTeacher
      ? `${title} with the dev loss judged k steps ahead: a student goes k steps on the batches that are next, a teacher leaps to where it ended, and the leap is differentiated as one weighted step. The rule itself does not change.`
      : `${title} with another derivative of the dev loss. The rule itself does not change. ${card.idea}`,
    ...(equation === undefined ? {} : { equation }),
    source: { citation: source },
    deviations: [
      ...(card.deviations ?? []),
      ...(isTeacher
        ? [
            'The student sees the batch that λ belongs to first and further batches after it; these are weighed as the rule would without ε (L2RW: the plain mean).',
          ]
        : []),
      ...(rule.deviations ?? []),
    ],
    theory: { memory: { horizon: 0, dimension: 0 }, time: { horizon: isTeacher ? 1 : 0, dimension: 0 } },
    ...(card.code === undefined ? {} : { code: card.code }),
  };
}
