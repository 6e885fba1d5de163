/** @file Training from scratch: φ stays what it was drawn as, and nothing is trained. */
import type { InitialisationMethod } from '../method.ts';

/** No method at all: what every learned initialisation has to beat. */
export const scratch: InitialisationMethod = {
  id: 'init/scratch',
  name: 'scratch',
  title: 'From scratch',
  source: 'random initialisation',
  build: () => ({ groups: [], step: () => [] }),
};
