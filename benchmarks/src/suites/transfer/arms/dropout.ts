/** @file Dropout at the sites, a tenth of all elements. */
import { dropout, insertAtSites } from '@longhorizon/nn';
import { foldIn } from '@longhorizon/tensor';
import { cards } from '../cards.ts';
import { type Arm, whileTraining } from './arm.ts';

const rate = 0.1;

export const dropoutArm: Arm = {
  name: 'dropout',
  title: 'Dropout',
  role: 'baseline',
  card: cards.dropout,
  drawsAtTest: false,
  network: (host) =>
    insertAtSites(host, `${host.name} with dropout`, ({ index }) =>
      whileTraining((x, key) => dropout(x, rate, foldIn(key, index, 'site'))),
    ),
};
