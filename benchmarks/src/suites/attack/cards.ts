/** @file What the page says about the methods of the suite `attack`. θ are the weights of the network that guesses gradients. */
import type { MethodDescription, Source } from '@longhorizon/harness';

export type AttackCard = Omit<MethodDescription, 'name' | 'title'>;

const du: Source = {
  citation:
    'Du, Zhang, Zhou, Yang and Feng, "Query-efficient meta attack to deep neural networks", ICLR 2020',
};
const zoo: Source = {
  citation:
    'Chen, Zhang, Sharma, Yi and Hsieh, "ZOO: zeroth order optimization based black-box attacks to deep neural networks", AISec 2017',
};
const finn: Source = {
  citation:
    'Finn, Abbeel and Levine, "Model-agnostic meta-learning for fast adaptation of deep networks", ICML 2017',
};
const lazySource: Source = {
  citation: 'Jamal, Wang and Gong, "A lazy approach to long-horizon gradient-based meta-learning", ICCV 2021',
};

const theory = { memory: { horizon: 0, dimension: 1 }, time: { horizon: 1, dimension: 1 } };
const attackCode = 'benchmarks/src/suites/attack';

/** What every attack here does otherwise than the released code. */
const attack = [
  'Pictures are reduced to 14 × 14 but in the profile full; q is a sixth of the pixels as 128 is of 784.',
  'The network has no batch norm: it is fitted to single pictures, whose batches have no statistics.',
  'Differences are taken on pixels, inwards, at h = 10⁻³ and full scale; the unchanged picture was asked already, so an estimate costs q queries.',
  'Adam in tanh space has the rate 0.05, not 0.01, on pictures kept 10⁻³ away from 0 and 1.',
];
/** What all that are learned by descent have in common. */
const descent = [
  'Inner descent at 0.05 and Adam at 0.003 for the start, not 0.01 each: with inner steps of 0.1, or Adam at 0.01, some of these methods diverged here.',
];

export const cards = {
  zerothOrder: {
    idea: 'No network: in every iteration finite differences of the margin at q pixels chosen at random, and a step of Adam at those.',
    equation: {
      text: 'ĝ_j = (f(x + h e_j) − f(x))/h;  f = log p_y − max_{j ≠ y} log p_j',
      place: 'equations 3 and 6',
    },
    source: zoo,
    deviations: attack,
    code: attackCode,
  },
  random: {
    idea: 'The attacker with a network that starts at random: what is learned of a victim is learned during the attack on each picture. What meta-training must beat.',
    source: du,
    deviations: attack,
    code: attackCode,
  },
  reptile: {
    idea: 'The released way to learn the attacker: five steps of Adam on the gradient maps of each source victim, then θ moves all the way by the mean difference.',
    equation: { text: 'θ ← θ + mean_i(s_k^i − θ)', place: 'algorithm 1, released code' },
    source: du,
    deviations: attack,
    theory,
    code: 'packages/bilevel/src/hyper/methods/reptile.ts',
  },
  fomaml: {
    idea: 'The released code\'s mode "maml": the gradient of the outer loss where the inner steps end, taken as that at θ.',
    equation: { text: 'g = mean_i ∇V_i(s_k^i)', place: 'section 5.2' },
    source: finn,
    deviations: [...descent, ...attack],
    theory,
    code: 'packages/bilevel/src/hyper/methods/fomaml.ts',
  },
  greedy: {
    idea: 'MAML with one inner step, whatever the horizon of the attack.',
    equation: { text: 'g = mean_i (I − αH_i(θ)) ∇V_i(θ − α∇L_i(θ))', place: 'algorithm 2 with one step' },
    source: finn,
    deviations: [...descent, ...attack],
    theory: { memory: theory.memory, time: { horizon: 0, dimension: 1 } },
    code: 'packages/bilevel/src/hyper/methods/greedy-maml.ts',
  },
  exact: {
    idea: 'MAML through all inner steps, every one of them kept and differentiated.',
    equation: { text: 'g = mean_i Π_j (I − αH_i(s_j)) ∇V_i(s_k)', place: 'section 3' },
    source: finn,
    deviations: [...descent, ...attack],
    theory: { memory: { horizon: 1, dimension: 1 }, time: theory.time },
    code: 'packages/bilevel/src/hyper/methods/exact-reverse.ts',
  },
  lazy: {
    idea: 'A student of more than ten steps on each source victim, a teacher that leaps to where it ended, and one product through the leap.',
    equation: {
      text: 'φ^T = θ + β(s_k − θ);  g = mean_i (v_i − αH_i(θ) v_i),  v_i = ∇V_i(φ_i^T)',
      place: 'reconstruction, variant L1',
    },
    source: lazySource,
    deviations: [
      "Reconstructed: the paper's method section could not be obtained, and it reports no number that is quoted here.",
      ...descent,
      ...attack,
    ],
    theory,
    code: 'packages/lazy/src',
  },
} as const satisfies Readonly<Record<string, AttackCard>>;
