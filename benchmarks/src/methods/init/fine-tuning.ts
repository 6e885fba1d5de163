import { fineTuning } from '@longhorizon/bilevel';
import { initMethod } from '../init-method.ts';
import { fields, whole } from '../options.ts';

export const method = initMethod({
  name: 'fine-tuning',
  title: 'Fine-tuning',
  cost: 'medium',
  options: fields({ source: whole('source', 0).default(0) }),
  make: ({ source }) => fineTuning({ source }),
  card: {
    idea: 'No meta-learning: the body of one source task, trained as usual.',
    equation: { text: 'φ ← body(θ^source)', place: 'the usual practice' },
    deviations: ['The source is a task of the set; the paper takes a TinyImageNet or ImageNet model.'],
  },
});
