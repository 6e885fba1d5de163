import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
import { command } from './command.ts';
import type { InitialisationReport } from './compute.ts';

const folder = mkdtempSync(join(tmpdir(), 'initialisation-'));
afterAll(() => rmSync(folder, { recursive: true }));

const two = {
  tasks: [
    { H: [1, 4], c: [1, 0] },
    {
      H: [
        [2, 0.5],
        [0.5, 1],
      ],
      c: [-1, 2],
    },
  ],
  phi: [3, 3],
  alpha: 0.05,
  beta: 0.1,
  K: 10,
  trajectories: 3,
};

/** What the command prints for a file. */
async function initialisation(file: unknown, ...options: readonly string[]): Promise<string> {
  const path = join(folder, 'tasks.json');
  writeFileSync(path, typeof file === 'string' ? file : JSON.stringify(file));
  let printed = '';
  const made = new Command('initialisation').configureOutput({ writeOut: (text) => (printed += text) });
  command(made);
  await made.parseAsync([path, ...options], { from: 'user' });
  return printed;
}

describe('longhorizon initialisation', () => {
  it('prints φ and θ step by step beside the exact shift', async () => {
    const file = { ...two, K: 3, trajectories: 1, methods: ['trajectory-shifting', 'reptile'] };
    expect(await initialisation(file, '--reference')).toMatchInlineSnapshot(`
      "2 quadratic tasks: d = 2, K = 3, 1 trajectory; values after each inner step, its meta-update and shift

      Continual Trajectory Shifting (β = 0.1)
      step  φ                         θ_1                       θ_2                       loss before  φ, exact shift
      1     2.97375, 2.9625           2.87375, 2.3625           2.54875, 2.8125           19.25        2.97375, 2.9625
      2     2.92405625, 2.894907813   2.73036875, 1.822407812   2.12386875, 2.615564063   13.6418332   2.924275742, 2.895323594
      3     2.853647779, 2.803647801  2.573441842, 1.366666238  1.725684303, 2.415429129  9.524457335  2.854842428, 2.805773724
      6 gradients

      Reptile (β = 0.1)
      step  φ                         θ_1             θ_2                     loss before
      1     3, 3                      2.9, 2.4        2.575, 2.85             19.25
      2     3, 3                      2.805, 1.92     2.19625, 2.718125       13.993125
      3     2.928671094, 2.906915625  2.71475, 1.536  1.858671875, 2.6023125  10.31166592
      6 gradients

      Without the approximation: Exact trajectory shifting (β = 0.1)
      step  φ                         θ_1                       θ_2                       loss before
      1     2.97375, 2.9625           2.8750625, 2.37           2.5523125, 2.81503125     18.8334582
      2     2.924275742, 2.895323594  2.736658857, 1.8530071    2.139707307, 2.627091368  13.16040052
      3     2.854842428, 2.805773724  2.590295527, 1.436556147  1.76507245, 2.444767421   9.19118018
      "
    `);
  });

  it('gives all numbers as JSON, on the reference and on the device', async () => {
    const methods = ['trajectory-shifting', { name: 'reptile', beta: 0.1 }];
    const report: InitialisationReport = JSON.parse(await initialisation({ ...two, methods }, '--json'));
    const [shifting, reptile] = report.methods;
    for (const { steps } of [shifting!.reference, shifting!.device!]) {
      expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 30 }, (_, k) => k + 1));
      expect(steps[29]!.phi[0]).toBeCloseTo(0.8782528861, 5);
      expect(steps[29]!.theta[1]![1]).toBeCloseTo(0.9635427421, 5);
    }
    expect(shifting!.reference.steps[29]!.phi[0]).toBeCloseTo(0.8782528861, 9);
    expect(report.exact.reference.steps[29]!.phi[1]).toBeCloseTo(0.9802760819, 9);
    expect(reptile!.reference.steps[29]!.phi[1]).toBeCloseTo(2.501512969, 9);
  });

  it('runs every method when none is named', async () => {
    const file = { ...two, K: 2, trajectories: 1, momentum: 0.9, weightDecay: 0.01, reset: 'hard' };
    const report: InitialisationReport = JSON.parse(await initialisation(file, '--json', '--reference'));
    expect(report.methods.map(({ name }) => name)).toEqual([
      'fine-tuning',
      'fomaml',
      'fomaml-msl',
      'fomaml-shifting',
      'imaml',
      'independent',
      'leap',
      'multi-task',
      'reptile',
      'trajectory-shifting',
    ]);
    for (const { reference } of report.methods) expect(reference.steps).toHaveLength(2);
  });

  it('reports divergence as a result', async () => {
    const file = { ...two, alpha: 100, K: 100, methods: ['reptile'] };
    expect(await initialisation(file, '--reference')).toMatch(/diverged at step 8; /);
  });

  it('says where the matrix of iMAML is not positive definite', async () => {
    // M = I + H/λ = diag(3, −7), and its solver begins with a direction along which it curves downwards.
    const tasks = [{ H: [1, -4], c: [0, 0] }];
    const file = { ...two, tasks, phi: [0.1, 3], K: 2, trajectories: 2, methods: ['imaml', 'reptile'] };
    const printed = await initialisation(file, '--reference');
    expect(printed).toMatch(
      /Hessian products\nat iteration 1 of the solver after step 2, pᵀMp\/pᵀp = -6\.9\d*: the matrix is not positive definite/,
    );
    expect(printed.match(/positive definite/g)).toHaveLength(1);
    const report: InitialisationReport = JSON.parse(await initialisation(file, '--json', '--reference'));
    const met = report.methods.map(({ reference }) => reference.nonPositiveCurvature);
    expect(met[0]).toMatchObject({ step: 2, iteration: 1 });
    expect(met[1]).toBeUndefined();
  });

  it('says where φ would not have been finite', async () => {
    const file = { ...two, phi: [30, 30], beta: 2e38, K: 2, trajectories: 1, methods: ['reptile'] };
    expect(await initialisation(file, '--reference')).toMatch(
      /diverged at step 2: φ would not have been finite/,
    );
  });

  it('refuses a wrong file in sentences', async () => {
    const wrong = async (file: unknown) => {
      const error: unknown = await initialisation(file, '--reference').catch((one: unknown) => one);
      expect((error as Error).name).toBe('InputError');
      return (error as Error).message;
    };
    expect(await wrong('{')).toMatch(/tasks\.json is not JSON: /);
    expect(await wrong({ ...two, tasks: [], K: 0, steps: 3 })).toBe(
      [
        'The tasks cannot be used:',
        '  tasks: an initialisation is learned from one task or more.',
        '  K: K must be 1 or more.',
        "  there is no 'steps' here; the fields are kind, tasks, phi, alpha, beta, K, trajectories, aggregatePeriod, reset, momentum, weightDecay, methods.",
      ].join('\n'),
    );
    expect(await wrong({ ...two, phi: [1, 2, 3], aggregatePeriod: 4 })).toBe(
      [
        'The tasks cannot be used:',
        '  tasks.0.c: it has 2 numbers, but φ has 3; all tasks need the shape of φ.',
        '  tasks.0.H: a diagonal of 2 numbers was given for 3 weights; give 3 numbers, or 3 rows of 3.',
        '  tasks.1.c: it has 2 numbers, but φ has 3; all tasks need the shape of φ.',
        '  tasks.1.H: a matrix of 2 rows was given for 3 weights; give 3 numbers, or 3 rows of 3.',
        '  aggregatePeriod: 4 does not divide K = 10; a trajectory needs a whole number of meta-updates.',
      ].join('\n'),
    );
    expect(await wrong({ ...two, K: 1e7, alpha: 1e300 })).toBe(
      [
        'The tasks cannot be used:',
        '  alpha: a number that float32 can hold is needed, at most 3.4e38 in size.',
        '  K: K must be 100000 or less.',
      ].join('\n'),
    );
    expect(await wrong({ ...two, K: 1000, trajectories: 1000 })).toMatch(/are 1000000 steps; at most 100000/);
    expect(await wrong({ ...two, kind: 'cubics' })).toMatch(
      /of the kind "cubics"; the kinds are 'quadratics'/,
    );
    expect(await wrong({ ...two, methods: ['x'] })).toMatch(
      /There is no method 'x'; the methods are fine-tuning, /,
    );
    expect(await wrong({ ...two, methods: [{ name: 'leap', distance: 'far' }] })).toMatch(
      /options of 'leap' cannot be used:\n {2}distance: the distance is 'length' or 'energy'/,
    );
    expect(await wrong({ ...two, methods: [{ name: 'fine-tuning', source: 2 }] })).toMatch(
      /there is no task 2 in task set 'quadratic tasks'; its 2 tasks are counted from 0/,
    );
  });
});
