/** @file A kernel from a file, on an adapter that lacks what it needs. */
import { expect, it } from 'vitest';
import { adapterProfiles } from '../adapters/index.ts';
import { matmulTask } from '../judge/task.ts';
import type { KernelAdapter } from './contraction.ts';
import { variantFromFile } from './own-kernel.ts';

const adapter: KernelAdapter = {
  profile: adapterProfiles.gpu,
  features: new Set(),
  limits: {
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupStorageSize: 16384,
    maxComputeWorkgroupsPerDimension: 100,
  },
};

it('says which feature or size is missing, and takes the problem where nothing is', () => {
  const { problem } = matmulTask({ m: 64, n: 64, k: 64 });
  const own = { doc: 'a product', uses: ['store' as const] };
  const small = { ...own, workgroups: () => [1, 1, 1] as const };
  const refusal = (kernel: Parameters<typeof variantFromFile<'matmul'>>[3]) =>
    variantFromFile('matmul', 'mine', '', kernel).prerequisites(problem, adapter);
  expect(refusal(small)).toBeUndefined();
  expect(refusal({ ...small, enables: ['subgroups'] })).toBe(
    "needs the feature 'subgroups', which this adapter does not have",
  );
  expect(refusal({ ...own, workgroups: () => [101, 1, 1] })).toBe(
    'needs 101 × 1 × 1 workgroups; this adapter launches at most 100 in one direction',
  );
  expect(refusal({ ...small, needs: ({ n }) => (n < 128 ? 'needs 128 columns' : undefined) })).toBe(
    'needs 128 columns',
  );
});
