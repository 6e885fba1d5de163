/** @file Noise of the same form that depends on nothing: μ = 0, s = ½. */
import { insertAtSites } from '@longhorizon/nn';
import { add, foldIn, multiply, normal, softplus, subtract } from '@longhorizon/tensor';
import { cards } from '../cards.ts';
import type { Arm } from './arm.ts';

export const fixedNoise: Arm = {
  name: 'fixed-noise',
  title: 'Noise that is the same for every input',
  role: 'baseline',
  card: cards.fixedNoise,
  drawsAtTest: true,
  network: (host, { kappa }) =>
    insertAtSites(host, `${host.name} with fixed noise`, ({ index }) => ({
      parameters: [],
      statistics: [],
      apply: ({ key }, x) => {
        const epsilon = normal(foldIn(key!, index, 'site'), x.shape);
        const r = add(multiply(kappa, subtract(multiply(0.5, softplus(epsilon)), 1)), 1);
        return multiply(r, x);
      },
    })),
};
