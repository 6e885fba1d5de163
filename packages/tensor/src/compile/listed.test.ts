/** @file Kernels that the compiler writes itself take the grid that a table gives, and say so; each of their parameters changes the module or the grid. */
import { describe, expect, it } from 'vitest';
import { adapterProfiles } from '../adapters/index.ts';
import { type Configuration, configurationsOf } from '../kernels/family.ts';
import { add } from '../ops/arithmetic/add.ts';
import { input } from '../ops/leaf/input.ts';
import { sum } from '../ops/reduction/sum-broadcast.ts';
import { generatedFamilies } from './kernel-variants.ts';
import { makeProgram } from './known-programs.ts';
import type { Target } from './target.ts';
import { choicesUsed } from './variants-used.ts';

const target: Target = {
  profile: adapterProfiles.gpu,
  features: new Set(['subgroups']),
  limits: {
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupStorageSize: 16384,
    maxComputeWorkgroupsPerDimension: 65535,
  },
  subgroupMinSize: 16,
  maxBindings: 8,
};

const a = input([64, 512]);
const problems = {
  pointwise: { output: add(a, input([64, 512])), key: '32768:2>1' },
  reduction: { output: sum(a, [0]), key: 'r64 k512:1>1' },
} as const;
type Name = keyof typeof problems;

const programWith = (name: Name, kernel: Configuration | string) =>
  makeProgram(
    { outputs: [problems[name].output] },
    {
      ...target,
      choices: {
        of: (family) => (family === name ? { kernel, table: 'T', why: 'it was measured' } : undefined),
      },
    },
  );

describe.each(['pointwise', 'reduction'] as const)('%s', (name) => {
  const all = configurationsOf(generatedFamilies[name]);
  const textOf = (one: Configuration): string | undefined => {
    const program = programWith(name, one);
    const [chosen] = choicesUsed([program]);
    if (chosen!.source === 'model') return undefined;
    return JSON.stringify(
      program.kernels.map(({ wgsl, workgroups, numbers }) => [wgsl, workgroups, numbers]),
    );
  };

  it('has no knob that changes nothing', () => {
    const texts = new Map(all.map((one) => [JSON.stringify(one), textOf(one)]));
    for (const { name: parameter, values } of generatedFamilies[name].parameters) {
      if (values.length === 1) continue;
      const changes = all.some((one) => {
        const text = texts.get(JSON.stringify(one));
        const others = values.map((value) => texts.get(JSON.stringify({ ...one, [parameter]: value })));
        return text !== undefined && others.some((other) => other !== undefined && other !== text);
      });
      expect(changes, parameter).toBe(true);
    }
  });

  it('takes what a table gives, by its parameters or by the name that records have', () => {
    const one = all.find((configuration) => textOf(configuration) !== undefined)!;
    const [chosen] = choicesUsed([programWith(name, one)]);
    expect(chosen).toMatchObject({ family: name, key: problems[name].key, source: 'T', configuration: one });
    expect(choicesUsed([programWith(name, chosen!.variant)])).toEqual([chosen]);
  });

  it('says why it does not, and goes by its rule', () => {
    const plain = makeProgram({ outputs: [problems[name].output] }, target);
    expect(choicesUsed([plain])).toEqual([]);
    const asked: readonly (readonly [Configuration | string, string])[] = [
      ['no-such', `${name} has no kernel no-such`],
      [{ ...all[0], KERNEL: 'other' }, `${name} has no KERNEL = other`],
      name === 'pointwise'
        ? [{ KERNEL: 'quads', LANES: 256, ROUNDS: 3 }, 'has no ROUNDS = 3']
        : [{ KERNEL: 'rows', ACROSS: 64, ALONG: 256, TILES: 1 }, 'needs workgroups of 16384 invocations'],
    ];
    for (const [kernel, reason] of asked) {
      const program = programWith(name, kernel);
      expect(choicesUsed([program])[0]).toMatchObject({
        source: 'model',
        why: expect.stringContaining(reason),
      });
      expect(program.kernels.map(({ wgsl }) => wgsl)).toEqual(plain.kernels.map(({ wgsl }) => wgsl));
    }
  });
});

it('a table says into how many parts a reduction is cut, where they divide it', () => {
  const cut = (SPLIT: number, output = sum(a, [0, 1])) =>
    makeProgram(
      { outputs: [output] },
      {
        ...target,
        choices: {
          of: (family) =>
            family === 'reduction split' ? { kernel: { SPLIT }, table: 'T', why: '' } : undefined,
        },
      },
    );
  expect([1, 8].map((parts) => cut(parts).kernels.length)).toEqual([1, 2]);
  // 7 does not divide it: left to the rule, which has no parts of 64 terms for so many workgroups.
  expect(cut(7).kernels.length).toBe(1);
  // The longest of the axes is cut, also behind a shorter one and one that is kept.
  const { kernels, outputs } = cut(8, sum(input([4, 3, 64]), [0, 2]));
  expect(kernels.length).toBe(2);
  expect(outputs.map(({ elements }) => elements)).toEqual([3]);
});
