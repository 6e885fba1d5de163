/** @file What the page says about the methods of the suite `attack`. θ are the weights of the network that guesses gradients. */
import type { MethodDescription, Source } from '@longhorizon/harness';
import type { HyperMethod } from '../../methods/hyper-method.ts';

export type AttackCard = Omit<MethodDescription, 'name' | 'title'>;

const du: Source = {
  citation:
    'Du, Zhang, Zhou, Yang and Feng, "Query-efficient meta attack to deep neural networks", ICLR 2020',
};
const zoo: Source = {
  citation:
    'Chen, Zhang, Sharma, Yi and Hsieh, "ZOO: zeroth order optimization based black-box attacks to deep neural networks", AISec 2017',
};
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
} as const satisfies Readonly<Record<string, AttackCard>>;

/** The card of an attacker whose start a method of the registry learns. */
export function trainedCard({ card, source }: HyperMethod, isReleased: boolean): AttackCard {
  const { idea, equation, deviations = [], theory, code } = card;
  const learned = isReleased
    ? 'The start is learned as in the released code, where inner steps are five of Adam and θ moves all the way by the mean difference'
    : 'The start is learned from the gradient maps of the source victims';
  return {
    idea: `${learned}. ${idea}`,
    ...(equation === undefined ? {} : { equation }),
    source: { citation: source },
    deviations: [...deviations, ...(isReleased ? [] : descent), ...attack],
    ...(theory === undefined ? {} : { theory }),
    ...(code === undefined ? {} : { code }),
  };
}
