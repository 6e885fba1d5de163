import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
import { command } from './command.ts';
import type { ExampleWeightReport } from './example-weights.ts';

const folder = mkdtempSync(join(tmpdir(), 'example-weights-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = {
  kind: 'example-weights',
  x: [
    [1, 0.5],
    [-0.3, 1.2],
    [0.8, -0.7],
  ],
  y: [1, -0.5, 0.3],
  weights: [1, 2, 0.5],
  start: [0.2, -0.4],
  v: [0.9, -0.3],
  alpha: 0.05,
  k: 3,
};

async function printed(value: unknown, ...options: readonly string[]): Promise<string> {
  const path = join(folder, 'examples.json');
  writeFileSync(path, JSON.stringify(value));
  let text = '';
  const made = new Command('initialisation').configureOutput({ writeOut: (one) => (text += one) });
  command(made);
  await made.parseAsync([path, ...options], { from: 'user' });
  return text;
}

describe('longhorizon initialisation on example weights', () => {
  it('prints the path of the student and what the examples are worth', async () => {
    const text = await printed(
      { ...file, methods: ['one-step', 'L1', { name: 'L4', beta: 0.5 }] },
      '--reference',
    );
    expect(text).toMatchInlineSnapshot(`
      "3 examples, k = 3: where the student goes, and what its examples are worth
      step  φ
      0     0.2, -0.4
      1     0.246, -0.36775
      2     0.28935625, -0.3397921875
      3     0.3301597266, -0.3154683496

                                         outer loss    ∂V/∂ε                                            cosine
      Exact, 3 steps                     0.1624786035  -0.07612348869, 0.000260891787, 0.009437127012
      Greedy MAML (one inner step)       0.2161530313  -0.03439375, 0.0002298, 0.003330425              0.999635
      Lazy (reconstructed, L1)           0.1624786035  -0.02887872241, 0.000304780125, 0.003115310618   0.999849
      Lazy (reconstructed, L4, β = 0.5)  0.2032284075  -0.01461227747, -0.00001649009894, 0.0019792497  0.999926

      The outer loss is that of the point at which a method takes it. Lazy is a reconstruction.
      "
    `);
  });

  it('meets the closed forms, and on the device float64', async () => {
    const report: ExampleWeightReport = JSON.parse(await printed(file, '--json'));
    expect(report.methods).toHaveLength(7);
    const [oneStep, L1] = report.methods;
    const inner = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, one, j) => sum + one * b[j]!, 0);
    const away = (point: readonly number[]) => point.map((one, j) => one - file.v[j]!);
    for (const [found, v] of [
      [oneStep!, away(report.student[1]!)],
      [L1!, away(report.student[3]!)],
    ] as const)
      for (const [i, row] of file.x.entries()) {
        const slope = row.map((one) => one * (inner(row, file.start) - file.y[i]!));
        const expected = -file.alpha * inner(slope, v);
        expect(found.reference.hypergradient[i]).toBeCloseTo(expected, 12);
        expect(found.device!.hypergradient[i]).toBeCloseTo(expected, 6);
      }
  });

  it('refuses a wrong file in sentences', async () => {
    const wrong = async (value: unknown) => {
      const error: unknown = await printed(value, '--reference').catch((one: unknown) => one);
      expect((error as Error).name).toBe('InputError');
      return (error as Error).message;
    };
    expect(await wrong({ ...file, k: 0, beta: 2 })).toBe(
      ['The examples cannot be used:', '  k: k must be 1 or more.', '  beta: β is at most 1.'].join('\n'),
    );
    expect(await wrong({ ...file, y: [1], v: [1, 2, 3] })).toBe(
      [
        'The examples cannot be used:',
        '  y: 1 numbers were given for 3 examples; give one for each.',
        '  v: it has 3 numbers, but the start has 2; give as many.',
      ].join('\n'),
    );
    expect(await wrong({ ...file, methods: ['L7'] })).toMatch(
      /There is no method 'L7'; the methods are one-step, L1/,
    );
  });
});
