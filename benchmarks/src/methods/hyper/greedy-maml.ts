import { greedyMaml } from '@longhorizon/bilevel';
import { constantMemory } from '../card.ts';
import { hyperMethod } from '../hyper-method.ts';

export const method = hyperMethod({
  name: 'greedy-maml',
  family: 'one-step',
  starts: 'learned',
  nameForStarts: 'greedy',
  compared: 'families',
  make: () => greedyMaml,
  card: {
    idea: 'MAML with one inner step while learning, whatever is done at the test: what a short horizon buys.',
    equation: { text: 'g = α_1 A_1,  A_1 = I − η∇²L^tr(θ)', place: 'algorithm 2 with one step' },
    deviations: ['One step is learned through; the test takes T steps, as it does for every method.'],
    theory: { memory: constantMemory, time: constantMemory },
  },
});
