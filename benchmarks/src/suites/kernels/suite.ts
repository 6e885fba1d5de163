import { defineSuite, type ProfileSpec, type Suite } from '@longhorizon/harness';
import { kernelSuite } from './declaration.ts';
import { rowsOf } from './rows.ts';

/** One row of each kind, and the libraries that start at once. */
const quickRows = [
  'matmul-256',
  'conv2d-forward-14x14x32-32',
  'fused-2e20',
  'sum-all-2e20',
  'sgd-step-mlp',
  'horizon-100',
];

function profileOf(kernelProfile: 'quick' | 'full', changes: Partial<ProfileSpec> = {}): ProfileSpec {
  const profile = kernelSuite.profiles[kernelProfile];
  if (profile === undefined)
    throw new Error(`internal: the kernel benchmark has no profile ${kernelProfile}.`);
  return { ...profile, ...changes };
}

export const kernelsSuite: Suite = defineSuite({
  ...kernelSuite,
  profiles: {
    quick: profileOf('quick', { problems: quickRows, methods: ['longhorizon', 'tfjs-webgpu', 'copy'] }),
    standard: profileOf('quick', { problems: rowsOf('quick').map(({ name }) => name) }),
    full: profileOf('full'),
  },
});
