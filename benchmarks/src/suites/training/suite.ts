/**
 * @file Plain training, without any meta-learning: proof that the stack learns. A cell is one seed.
 *
 * The band expected of `fashion-mnist` is that of the same network, number of images and recipe in PyTorch over 10 seeds
 * (reference/conv4_torch.py, results in reference/conv4-torch.json). Chance in `glyph-probe` is one in 20.
 */
import { defineSuite, type MetricSpec, type Suite } from '@longhorizon/harness';

const accuracy: MetricSpec = { name: 'testAccuracy', title: 'test accuracy', direction: 'higher' };

export const trainingSuite: Suite = defineSuite({
  name: 'training',
  title: 'Plain training',
  description: 'Supervised training and linear probes: proof that the stack learns.',
  measureVersion: 1,
  problems: [
    {
      name: 'fashion-mnist',
      title: 'Fashion-MNIST, 8,000 images to learn from',
      description:
        'The 10,000 images of the test set, 80 % of each class to learn from and 20 % to be tested on, drawn by the seed.',
      metric: { ...accuracy, chance: 1 / 10 },
    },
    {
      name: 'glyph-probe',
      title: 'Procedural glyphs, 20-way 5-shot linear probes',
      description:
        'A network learns to tell 200 procedural characters apart; a linear classifier on its features then learns 20 others from 5 writings each. 20 episodes a seed, 15 queries a class.',
      metric: { ...accuracy, chance: 1 / 20 },
    },
  ],
  methods: [
    {
      name: 'conv4-32',
      title: 'Conv4 with 32 filters, SGD with momentum',
      problems: ['fashion-mnist'],
    },
    { name: 'pixels', title: 'linear probe of pixels', role: 'baseline', problems: ['glyph-probe'] },
    {
      name: 'untrained',
      title: 'linear probe of an untrained Conv4-32',
      role: 'baseline',
      problems: ['glyph-probe'],
    },
    { name: 'trained', title: 'linear probe of a trained Conv4-32', problems: ['glyph-probe'] },
  ],
  passes: ['training'],
  axisNames: { horizon: 'epochs', dimension: 'images learnt from' },
  profiles: {
    quick: {
      horizons: [2],
      dimensions: [8000],
      seeds: [0],
      overrides: [{ where: { problems: ['glyph-probe'] }, horizons: [4], dimensions: [3600] }],
      timeoutSeconds: 1200,
    },
    standard: {
      horizons: [10],
      dimensions: [8000],
      seeds: [0, 1, 2, 3, 4],
      overrides: [{ where: { problems: ['glyph-probe'] }, dimensions: [3600] }],
      timeoutSeconds: 2400,
    },
  },
  isolation: 'in-process',
  metric: accuracy,
});
