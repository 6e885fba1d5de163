/** @file Choosing a variant and a split, without a device. */
import { describe, expect, it } from 'vitest';
import { adapterProfiles } from '../../adapters/index.ts';
import { llvmpipeOf } from '../../adapters/llvmpipe.ts';
import type { KernelAdapter } from '../contraction.ts';
import { kinds, problemOf, testShapes } from './testing/shapes.ts';
import { conv2dSplit, conv2dVariants } from './variants.ts';

const limits = {
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16384,
  maxComputeWorkgroupsPerDimension: 65535,
};
const software: KernelAdapter = {
  profile: adapterProfiles.llvmpipe,
  features: new Set(['subgroups']),
  limits,
  subgroupMinSize: 8,
};
const withoutSubgroups: KernelAdapter = { profile: adapterProfiles.llvmpipe, features: new Set(), limits };
const graphics: KernelAdapter = { ...software, profile: adapterProfiles.gpu, subgroupMinSize: 32 };

const layer = (channels: readonly [number, number], images = 25, side = 14) =>
  ({ title: '', images, size: [side, side], channels, filter: [3, 3], pad: [1, 1, 1, 1] }) as const;

const adapters = [
  ['a software adapter', software],
  ['a software adapter without subgroups', withoutSubgroups],
  ['a graphics processor', graphics],
] as const;

describe.each(adapters)('on %s', (_title, adapter) => {
  it('every kind of every shape has a variant with a finite, positive score', () => {
    for (const shape of [...Object.values(testShapes), layer([32, 32])]) {
      for (const kind of kinds) {
        const problem = problemOf(shape, kind, true);
        const valid = conv2dVariants.filter((variant) => !variant.prerequisites(problem, adapter));
        expect(valid.length).toBeGreaterThan(1);
        for (const variant of valid) {
          expect(variant.score(problem, adapter)).toBeGreaterThan(0);
          expect(variant.score(problem, adapter)).toBeLessThan(Infinity);
        }
      }
    }
  });

  it('splits the filter gradient only, into equal parts', () => {
    for (const shape of [layer([1, 32]), layer([32, 32]), layer([64, 64]), layer([1, 8], 7)]) {
      for (const kind of kinds) {
        const problem = problemOf(shape, kind, true);
        const split = conv2dSplit(problem, adapter);
        expect(problem.images % split).toBe(0);
        if (kind !== 'filterGradient') expect(split).toBe(1);
      }
    }
  });
});

it('splits the first layer, which has 9 rows, and not the deep ones', () => {
  expect(conv2dSplit(problemOf(layer([1, 32], 25, 28), 'filterGradient', true), software)).toBe(25);
  expect(conv2dSplit(problemOf(layer([32, 32]), 'filterGradient', true), software)).toBe(1);
  expect(conv2dSplit(problemOf(layer([32, 32]), 'filterGradient', true), graphics)).toBe(25);
});

it('splits a sum that is too long for one chain, where a part of the images is short enough', () => {
  const splitOf = (images: number, side: number) =>
    conv2dSplit(problemOf(layer([32, 32], images, side), 'filterGradient', true), software);
  // 19,600 pixels in parts of 3,920; 10,000 in two; one image stays whole, and its kernel adds in blocks.
  expect(splitOf(25, 28)).toBe(5);
  expect(splitOf(4, 50)).toBe(2);
  expect(splitOf(1, 100)).toBe(1);
});

it('variants that need subgroups refuse an adapter that does not tell their size', () => {
  const untold: KernelAdapter = {
    profile: adapterProfiles.llvmpipe,
    features: new Set(['subgroups']),
    limits,
  };
  for (const kind of kinds) {
    const problem = problemOf(layer([32, 32]), kind, true);
    for (const variant of conv2dVariants) {
      if (variant.prerequisites(problem, untold)) continue;
      expect(variant.emit(problem, untold).enables ?? []).toEqual([]);
    }
  }
});

it('leaves half of a vector of sixteen lanes empty, with shuffles and without', () => {
  const wide: KernelAdapter = { ...software, profile: llvmpipeOf(16, false), subgroupMinSize: 16 };
  const workgroups = new Set<number | undefined>();
  for (const kind of kinds) {
    const problem = problemOf(layer([32, 32]), kind, true);
    for (const variant of conv2dVariants.filter(({ name }) => /^(patch|filter)/.test(name))) {
      if (variant.prerequisites(problem, wide) !== undefined) continue;
      workgroups.add(variant.emit(problem, wide).sizes?.LANES);
    }
  }
  expect([...workgroups]).toEqual([8]);
});

it('takes the same tile for the layers of a network, so that they share a module', () => {
  const chosen = (shape: ReturnType<typeof layer>) => {
    const problem = problemOf(shape, 'forward', true);
    const best = conv2dVariants
      .filter((variant) => variant.prerequisites(problem, software) === undefined)
      .sort((a, b) => b.score(problem, software) - a.score(problem, software));
    return best[0]!.name;
  };
  const sizes = [layer([32, 32], 25, 14), layer([32, 32], 25, 7), layer([32, 32], 25, 3)];
  expect(sizes.map(chosen)).toEqual(sizes.map(() => 'patch-4x32'));
});
