import { hyperdistill } from '@longhorizon/hyperdistill';
import * as z from 'zod';
import { hyperMethod } from '../hyper-method.ts';
import { fields, whole } from '../options.ts';
import { hyperdistillPaper } from '../published/hyperdistill.ts';

export const method = hyperMethod({
  name: 'hyperdistill',
  family: 'discounted',
  role: 'method',
  compared: 'always',
  options: fields({
    gamma: z.number({ error: 'γ must be a number from 0 to 1' }).min(0).max(1).optional(),
    estimationPeriod: whole('estimationPeriod').optional(),
    estimationWeights: z.enum(['interpolated', 'true']).optional(),
    size: z.union([z.enum(['estimated', 'unit']), z.number()]).optional(),
  }),
  make: ({ gamma, estimationPeriod, estimationWeights, size }, context) =>
    hyperdistill({
      gamma: gamma ?? context.gamma ?? 0.99,
      seed: context.seed,
      ...(estimationPeriod === undefined ? {} : { estimationPeriod }),
      ...(estimationWeights === undefined ? {} : { estimationWeights }),
      ...(size === undefined ? {} : { size }),
    }),
  tunes: { gamma: [0.9, 0.99, 0.999] },
  card: {
    idea:
      'All past steps are distilled into one product at one point: running means of the weights and of the batches, discounted by γ. The size ' +
      'that the distillation cannot know is fitted now and then on DrMAD trajectories.',
    equation: {
      text: 'g_t = g^FO_t + θ S_t · α_t ∂Φ(w*_t, λ; D*_t)/∂λ,  S_t = Σ γ^{t−i}',
      place: 'algorithm 3, equations 13–17',
    },
    deviations: [
      'The fit of θ keeps weights interpolated between the ends of the horizon, so memory does not grow with T.',
      'Times are medians over hypergradients; every 50th inner optimisation also fits θ, at about 3T products more.',
    ],
    published: hyperdistillPaper({
      accuracy: ['56.37 ± 0.27 %', '60.91 ± 0.27 %', '55.04 ± 0.52 %', '60.82 ± 0.33 %'],
      cost: ['1638 MB / 6.92 s', '1714 MB / 8.68 s', '4098 MB / 22.15 s', '1206 MB / 6.04 s'],
      sinusoid: '0.327 ± 0.052',
      arm: 'hyperdistill-0.9',
      cosine: '0.971',
    }),
    code: 'packages/hyperdistill/src/hyperdistill.ts',
  },
});
