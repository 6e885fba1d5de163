/** @file DropBlock at the sites: squares of 3 × 3 pixels, each channel by itself, a tenth of all elements on average. */
import { insertAtSites } from '@longhorizon/nn';
import {
  bernoulli,
  divide,
  foldIn,
  maximum,
  maxPool,
  mean,
  multiply,
  pad,
  select,
  subtract,
  type Tensor,
} from '@longhorizon/tensor';
import { cards } from '../cards.ts';
import { type Arm, whileTraining } from './arm.ts';

const rate = 0.1;
const size = 3;

/**
 * Squares around random centres set to zero, the rest divided by the share that is kept.
 *
 * Source: Ghiasi, Lin and Le, "DropBlock" (NeurIPS 2018), algorithm 1; centres lie so that squares stay inside.
 *
 * @param x [N, H, W, C]
 */
export function dropBlock(x: Tensor, key: Tensor): Tensor {
  const [batch, height, width, channels] = x.shape as readonly [number, number, number, number];
  const side = Math.min(size, height, width);
  const centres = [height - side + 1, width - side + 1] as const;
  const gamma = ((rate / side ** 2) * (height * width)) / (centres[0] * centres[1]);
  const seeds = select(bernoulli(key, gamma, [batch, ...centres, channels]), 1, 0);
  const edge = side - 1;
  const around = pad(seeds, [0, edge, edge, 0], [0, edge, edge, 0]);
  const kept = subtract(1, maxPool(around, side, { stride: 1 }));
  return multiply(x, divide(kept, maximum(mean(kept), 1e-3)));
}

export const dropBlockArm: Arm = {
  name: 'drop-block',
  title: 'DropBlock',
  role: 'baseline',
  card: cards.dropBlock,
  drawsAtTest: false,
  network: (host) =>
    insertAtSites(host, `${host.name} with DropBlock`, ({ index }) =>
      whileTraining((x, key) => dropBlock(x, foldIn(key, index, 'site'))),
    ),
};
