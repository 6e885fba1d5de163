/** @file The suite `feeding`: what drawing a batch costs, beside the step that uses it. */
import { defineSuite, type Suite } from '@longhorizon/harness';

/** What drawing a batch costs, beside the step that uses it. */
export const feedingSuite: Suite = defineSuite({
  name: 'feeding',
  title: 'Drawing batches on the device',
  description:
    'The cost of drawing a batch by index from images on the device, against the inner step that uses it: GPU time by timestamps, and loops with and without drawing in turns.',
  measureVersion: 1,
  problems: [{ name: 'conv4-32', title: '5-way 5-shot inner loop, Conv4 with 32 filters' }],
  methods: [{ name: 'longhorizon', title: 'Longhorizon' }],
  passes: ['time'],
  profiles: {
    quick: { horizons: [1], dimensions: [25], seeds: [0], timeoutSeconds: 600 },
    standard: { horizons: [1], dimensions: [25], seeds: [0], timeoutSeconds: 600 },
  },
  isolation: 'in-process',
});
