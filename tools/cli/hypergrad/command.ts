/** @file `longhorizon hypergrad` with every method: the baselines of bilevel, and the published methods built on it. */

import { hyperdistill } from '@longhorizon/hyperdistill';
import { z } from 'zod';
import { hypergradCommand } from './hypergrad-command.ts';
import { baselineEntries, methodEntry } from './methods.ts';

const hyperdistillEntry = methodEntry(
  'hyperdistill',
  z.strictObject({
    gamma: z.number({ error: 'γ must be a number from 0 to 1' }).min(0).max(1).optional(),
    estimationWeights: z.enum(['interpolated', 'true']).optional(),
    size: z.union([z.enum(['estimated', 'unit']), z.number()]).optional(),
  }),
  ({ gamma, estimationWeights, size }, context) =>
    hyperdistill({
      gamma: gamma ?? context.gamma,
      ...(estimationWeights === undefined ? {} : { estimationWeights }),
      ...(size === undefined ? {} : { size }),
    }),
);

export const command = hypergradCommand([...baselineEntries, hyperdistillEntry]);
