/** @file Every variant against float64, on the shapes that take all of its paths. */
import { describe, expect, it } from 'vitest';
import { kernelAdapterOf } from '../../judge/judge.ts';
import { useDevice } from '../../testing/device.ts';
import { expectRight } from './testing/check.ts';
import { kinds, problemOf, testShapes } from './testing/shapes.ts';
import { conv2dVariants } from './variants.ts';

const device = useDevice({ warmPipelines: false });

/** Compiling is what these tests wait for (50 to 600 ms a shape), so each variant meets few. The tile shares its addressing with 'naive'. */
function shapesOf(name: string) {
  if (name === 'naive') return Object.values(testShapes);
  if (name === 'tile') return [testShapes.blocks];
  return [testShapes.odd, testShapes.stride2, testShapes.blocks];
}

describe.each(conv2dVariants.map((variant) => [variant.name, variant] as const))('%s', (name, variant) => {
  const refusal = (kind: (typeof kinds)[number]) =>
    variant.prerequisites(problemOf(testShapes.stride2, kind, true), kernelAdapterOf(device()));

  it('agrees with float64 wherever it does not refuse', async () => {
    for (const kind of kinds.filter((kind) => refusal(kind) === undefined)) {
      for (const shape of shapesOf(name)) {
        await expectRight(device(), variant, problemOf(shape, kind, true), shape.title);
      }
    }
  });

  it('says what it lacks where it refuses', () => {
    for (const kind of kinds) expect(refusal(kind) ?? 'computes it').toMatch(/^(computes|needs) /);
  });

  it('refuses more workgroups than the adapter launches', () => {
    const small = { ...kernelAdapterOf(device()).limits, maxComputeWorkgroupsPerDimension: 1 };
    for (const kind of kinds.filter((kind) => refusal(kind) === undefined)) {
      const problem = problemOf(testShapes.tasks, kind, true);
      const adapter = { ...kernelAdapterOf(device()), limits: small };
      if (name === 'naive') expect(variant.prerequisites(problem, kernelAdapterOf(device()))).toBeUndefined();
      else expect(variant.prerequisites(problem, adapter)).toContain('launches at most 1');
    }
  });
});

it('has one name a variant', () => {
  const names = conv2dVariants.map((variant) => variant.name);
  expect(new Set(names).size).toBe(names.length);
});
