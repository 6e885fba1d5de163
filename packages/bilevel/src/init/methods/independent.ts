/** @file Tasks trained from φ on their own, while φ stays: what a given initialisation is worth. */
import type { InitialisationMethod } from '../method.ts';

/** Inner steps and nothing else. With hard resets every trajectory is a new attempt from φ with fresh heads. */
export const independent: InitialisationMethod = {
  id: 'init/independent',
  name: 'independent',
  title: 'Independent training from a fixed φ',
  source: 'the inner optimisation alone',
  build: () => ({}),
};
