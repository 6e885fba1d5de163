/** @file Manifold mixup: pairs of examples mixed at one site a step, and their labels in the same shares. */
import { crossEntropy, insertAtSites, sitesOf } from '@longhorizon/nn';
import {
  add,
  equal,
  foldIn,
  gather,
  maximum,
  minimum,
  multiply,
  randomIntegers,
  randomPermutation,
  reshape,
  select,
  slice,
  subtract,
  type Tensor,
  uniform,
} from '@longhorizon/tensor';
import { cards } from '../cards.ts';
import { type Arm, whileTraining } from './arm.ts';

/** Of one step: a share λ drawn from Beta(2, 2) and a partner for each example. */
function mixing(key: Tensor, batch: number) {
  const [a, b, c] = [0, 1, 2].map((k) =>
    reshape(slice(uniform(foldIn(key, 0, 'share'), [3]), [k], [k + 1]), []),
  ) as [Tensor, Tensor, Tensor];
  // The middle one of three uniform numbers is Beta(2, 2).
  const share = maximum(minimum(a, b), minimum(maximum(a, b), c));
  return { share, partners: randomPermutation(foldIn(key, 0, 'partners'), batch) };
}

const mixed = (x: Tensor, partners: Tensor, share: Tensor | number): Tensor =>
  add(multiply(share, x), multiply(subtract(1, share), gather(x, partners)));

export const manifoldMixup: Arm = {
  name: 'manifold-mixup',
  title: 'Manifold mixup',
  role: 'baseline',
  card: cards.manifoldMixup,
  drawsAtTest: false,
  network: (host) => {
    const sites = sitesOf(host).length;
    return insertAtSites(host, `${host.name} with manifold mixup`, ({ index }) =>
      whileTraining((x, key) => {
        const { share, partners } = mixing(key, x.shape[0]!);
        const chosen = reshape(randomIntegers(foldIn(key, 0, 'site'), [1], sites), []);
        return mixed(x, partners, select(equal(chosen, index), share, 1));
      }),
    );
  },
  loss: (outputs, labels, key) => {
    const { share, partners } = mixing(key, labels.shape[0]!);
    const partnersLabels = gather(labels, partners);
    return add(
      multiply(share, crossEntropy(outputs, labels)),
      multiply(subtract(1, share), crossEntropy(outputs, partnersLabels)),
    );
  },
};
