import { lazy } from '@longhorizon/lazy';
import { hyperMethod } from '../hyper-method.ts';
import { fields, number } from '../options.ts';
import { method as whole } from './lazy.ts';

export const method = hyperMethod({
  name: 'lazy-half',
  family: 'teacher',
  compared: 'complete',
  role: 'method',
  starts: 'learned',
  options: fields({ beta: number.optional() }),
  make: ({ beta = 0.5 }) => lazy({ beta }),
  card: whole.card,
});
