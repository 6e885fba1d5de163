/** @file What is compared in the suite `transfer`: a way to train the same host on the same pictures. */
import type { Block, Model } from '@longhorizon/nn';
import type { Tensor } from '@longhorizon/tensor';
import type { TransferCard } from '../cards.ts';

export interface Arm {
  readonly name: string;
  readonly title: string;
  readonly role: 'method' | 'baseline' | 'reference';
  readonly card: TransferCard;
  /** Whether it is random at the test as well, so that predictions are means over draws. */
  readonly drawsAtTest: boolean;
  /** φ, frozen; absent where there is none. */
  readonly phi?: (seed: number) => Float32Array;
  /** The host as it is trained, with κ of the step, or as it is tested, with κ = 1. */
  readonly network: (host: Model, setting: Setting) => Model;
  /** The training loss, where it is not the cross-entropy of the batch's labels. */
  readonly loss?: (outputs: Tensor, labels: Tensor, key: Tensor) => Tensor;
}

export interface Setting {
  readonly kappa: number | Tensor;
  readonly training: boolean;
}

/** A block without parameters that needs a key while it trains; in evaluation it hands features on. */
export function whileTraining(apply: (x: Tensor, key: Tensor) => Tensor): Block {
  return {
    parameters: [],
    statistics: [],
    apply: ({ mode, key }, x) => {
      if (mode === 'evaluate') return x;
      if (key === undefined) throw new Error('internal: an arm trains at random, and no key was given.');
      return apply(x, key);
    },
  };
}
