import { adam, momentum, type Optimiser, sgd } from '@longhorizon/nn';

const innerRate = 0.05;

export const innerOptimisers = {
  sgd: (): Optimiser => sgd({ rate: innerRate }),
  momentum: (): Optimiser => momentum({ rate: innerRate, momentum: 0.9 }),
  adam: (): Optimiser => adam({ rate: innerRate }),
} as const;
