/** @file Families declare what their kernels do: each configuration has a name of its own, and each parameter changes the module or the grid. */
import { describe, expect, it } from 'vitest';
import { adapterProfiles } from '../adapters/index.ts';
import { kernelFamilies } from '../compile/kernel-variants.ts';
import { matmulTask } from '../judge/task.ts';
import type { KernelAdapter } from './contraction.ts';
import { kinds, problemOf, testShapes } from './conv2d/testing/shapes.ts';
import { configurationProblem, configurationsOf, type Declaration, type KernelFamily } from './family.ts';

const adapter: KernelAdapter = {
  profile: adapterProfiles.llvmpipe,
  features: new Set(['subgroups']),
  limits: {
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupStorageSize: 16384,
    maxComputeWorkgroupsPerDimension: 65535,
  },
  subgroupMinSize: 16,
};

const problems = {
  matmul: [
    matmulTask({ m: 256, n: 256, k: 256 }).problem,
    matmulTask({ m: 256, n: 256, k: 256, transposeB: true }).problem,
  ],
  conv2d: kinds.map((kind) => problemOf({ ...testShapes.blocks, images: 4, size: [12, 12] }, kind, true)),
};

function textOf<Problem>(
  family: KernelFamily<Problem>,
  problem: Problem,
  configuration: ReturnType<typeof configurationsOf>[number],
): string | undefined {
  const variant = family.variantOf(configuration);
  if (variant.prerequisites(problem, adapter) !== undefined) return undefined;
  return JSON.stringify(variant.emit(problem, adapter));
}

describe.each(['matmul', 'conv2d'] as const)('%s', (name) => {
  const family = kernelFamilies[name] as KernelFamily<unknown>;
  const declaration: Declaration = kernelFamilies[name];
  const all = configurationsOf(declaration);

  it('has a name for each configuration', () => {
    const names = all.map((configuration) => family.variantOf(configuration).name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('finds no fault with its own configurations, and says what is wrong with others', () => {
    for (const configuration of all) expect(configurationProblem(declaration, configuration)).toBeUndefined();
    const [first] = all;
    expect(configurationProblem(declaration, { ...first, NONE: 1 })).toMatch(/has no parameter NONE; it has/);
    expect(configurationProblem(declaration, { ...first, LANES: 7 })).toMatch(/has no LANES = 7; there are/);
    expect(configurationProblem(declaration, { ...first, LANES: 16 })).toMatch(
      /naive of .* has no LANES = 16/,
    );
  });

  it('has no knob that changes nothing', () => {
    for (const [kernel, own] of Object.entries(declaration.uses))
      for (const parameter of Object.keys(own)) {
        const changes = problems[name].some((problem) =>
          all.some((one) => {
            if (one.KERNEL !== kernel) return false;
            const text = textOf(family, problem, one);
            return own[parameter]!.some((value) => {
              const other = textOf(family, problem, { ...one, [parameter]: value });
              return text !== undefined && other !== undefined && other !== text;
            });
          }),
        );
        expect(changes, `${kernel}: ${parameter}`).toBe(true);
      }
  });
});
