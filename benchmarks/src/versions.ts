/** @file Packages whose versions every record names, each with the workspace that imports it. */
import { join } from 'node:path';
import type { PackageSources } from '@longhorizon/harness';
import { root } from './root.ts';

const benchmarks = join(root, 'benchmarks');

export const packages: PackageSources = {
  webgpu: join(root, 'packages/tensor'),
  tinybench: join(root, 'packages/harness'),
  '@tensorflow/tfjs-core': benchmarks,
  '@tensorflow/tfjs-backend-webgpu': benchmarks,
  '@jax-js/jax': benchmarks,
  'gpu.js': benchmarks,
};
