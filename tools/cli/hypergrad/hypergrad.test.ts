import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { complaint } from '@longhorizon/harness/command-line';
import { Command } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
import { command } from './command.ts';
import type { HypergradReport } from './compute.ts';

const folder = mkdtempSync(join(tmpdir(), 'hypergrad-'));
afterAll(() => rmSync(folder, { recursive: true }));

const t1 = {
  inner: { kind: 'tracking', G: [1, 0.5], w0: [2, 2], lambda: [1, 1], rate: 0.1 },
  outer: { kind: 'quadratic', c: [0, 0.5] },
  T: 20,
};

/** What the command prints for a problem. */
async function hypergrad(problem: unknown, ...options: readonly string[]): Promise<string> {
  const file = join(folder, 'problem.json');
  writeFileSync(file, typeof problem === 'string' ? problem : JSON.stringify(problem));
  let printed = '';
  const made = new Command('hypergrad').configureOutput({ writeOut: (text) => (printed += text) });
  command(made);
  await made.parseAsync([file, ...options], { from: 'user' });
  return printed;
}

/** What the command prints for a module with these lines. */
async function ofModule(lines: string, ...options: readonly string[]): Promise<string> {
  const file = join(folder, `problem-${modules++}.ts`);
  const bilevel = import.meta.resolve('@longhorizon/bilevel/problems');
  writeFileSync(file, `import { trackingOfSize } from ${JSON.stringify(bilevel)};\n${lines}\n`);
  let printed = '';
  const made = new Command('hypergrad').configureOutput({ writeOut: (text) => (printed += text) });
  command(made);
  await made.parseAsync([file, ...options], { from: 'user' });
  return printed;
}
let modules = 0;

describe('a problem of one’s own, from a module', () => {
  const options = ['--reference', '--horizon', '5', '--method', 'one-step,drmad'];
  it.each(['export default trackingOfSize(4, 2);', 'export const other = 1, mine = trackingOfSize(4, 2);'])(
    'is computed: %s',
    async (lines) => {
      const printed = await ofModule(lines, ...options);
      expect(printed).toContain('tracking: d = 4, p = 2, T = 5');
      expect(printed).toMatch(/One-step.*\n(.*\n)*?.*DrMAD|DrMAD.*\n(.*\n)*?.*One-step/);
      expect(printed).not.toContain('EvoGrad');
    },
  );

  it.each([
    ['export const one = 1;', options, 'exports no problem; export one that defineProblem'],
    [
      'export const [a, b] = [trackingOfSize(4, 2), trackingOfSize(2, 2)];',
      options,
      'several problems (a, b)',
    ],
    ["throw new Error('half written');", options, 'cannot be loaded: half written'],
    [
      'export default trackingOfSize(4, 2);',
      ['--reference'],
      '--horizon is missing; give a whole number from 1',
    ],
    [
      'export default trackingOfSize(4, 2);',
      ['--horizon', '1e9'],
      '--horizon is 1e9; give a whole number from 1',
    ],
    ['export default trackingOfSize(4, 2);', [...options, '--method', 'soap'], "There is no method 'soap'"],
  ])('is refused: %s %j', (lines, given, sentence) =>
    expect(ofModule(lines, ...given)).rejects.toThrow(sentence),
  );

  it('has steps without a derivative: reverse mode says so, and an estimate from losses alone is there', async () => {
    const floored = [
      `import { floor, multiply } from ${JSON.stringify(import.meta.resolve('@longhorizon/tensor'))};`,
      'const smooth = trackingOfSize(4, 2);',
      'export default { ...smooth, closedForm: undefined, update: (...given) => {',
      '  const { w, state } = smooth.update(...given);',
      '  return { w: multiply(0.01, floor(multiply(100, w))), state };',
      '} };',
    ].join('\n');
    const asked = (names: string) => ofModule(floored, '--reference', '--horizon', '10', '--method', names);
    const printed = await asked('exact-reverse,nres');
    expect(printed).toMatch(/Exact reverse mode.* does not apply/);
    expect(printed).toMatch(/NRES \(.*\) +-?\d/);
    expect(printed).toContain('no derivative flows from the weights before a step to those after it');
    expect(printed).toContain('There is no exact hypergradient');
    await expect(asked('exact-reverse,drmad')).rejects.toThrow('or take an estimate from losses alone');
  });

  it('takes what a file of JSON says from the file', () =>
    expect(hypergrad(t1, '--horizon', '5')).rejects.toThrow('where it is the field T'));
});

describe('longhorizon hypergrad', () => {
  it('prints every method beside the closed form', async () => {
    expect(await hypergrad(t1, '--reference')).toMatchInlineSnapshot(`
      "tracking: d = 2, p = 2, T = 20
                  closed form                 float64
      w_T         1.121576655, 1.358485922    1.121576655, 1.358485922
      outer loss  0.9974661355                0.9974661355
      dL/dλ       0.9852191171, 0.5507308046
      hypergradient                              float64                               cosine    error    products
      Exact reverse mode (RMD, states)           0.9852191171, 0.5507308046            1.000000  <1e-12   39
      BOME (η = 0.5, K = 10)                     0, 0                                  –         1.00e+0  0
      CG-IFT (N = 5)                             1.121576655, 0.8584859224             0.989710  2.98e-1  6
      DrMAD                                      0.9852191171, 0.5507308046            1.000000  <1e-12   39
      EvoGrad (K = 2)                            0.000004227443648, -0.00000159616418  0.644257  1.00e+0  0
      F2SA (μ = 10, δ = 0.1, K = 1)              0.7985666776, 0.4449069393            0.999999  1.90e-1  0
      (FG)²U (b = 1)                             0.4344883124, -0.4344883124           0.272198  1.00e+0  20
      First-order (FO)                           does not apply
      Forward mode (RTRL)                        0.9852191171, 0.5507308046            1.000000  <1e-12   40
      Forward mode with sharing (FDS, 1 groups)  1.535949922, 1.535949922              0.962241  1.00e+0  20
      Generalised greedy (γ = 0.9)               1.121576655, 0.4446696408             0.991266  1.53e-1  20
      Exact reverse mode (RMD, states), MixFlow  0.9852191171, 0.5507308046            1.000000  <1e-12   39
      Neumann IFT (N = 5)                        0.5255248357, 0.2274198826            0.994873  4.98e-1  6
      NRES (N = 4, W = 10, σ = 0.1)              1.194595337, -0.08957740502           0.833951  5.97e-1  0
      Nyström IFT (k = 5, ρ = 0.01)              does not apply
      One-step look-ahead (T1–T2)                0.1121576655, 0.04292429612           0.989620  8.95e-1  1
      PBGD (γ = 10, K = 1)                       0.7985666776, 0.4449069393            0.999999  1.90e-1  0
      PES (N = 4, W = 10, σ = 0.1)               1.495767127, -0.3163055424            0.753045  8.91e-1  0
      REPLAY (k = 10)                            0.9852191171, 0.5507308046            1.000000  <1e-12   39
      SABA (ρ = 0.1, m = 1)                      1.150094635, 0.6886768013             0.999556  1.90e-1  40
      SAMA (length 0.01)                         0.1121576655, 0.04292429612           0.989620  8.95e-1  0
      SOBA (ρ = 0.1)                             1.150094635, 0.6886768013             0.999556  1.90e-1  21
      TES (N = 4, W = 10, σ = 0.1)               2.282913051, -0.2118796116            0.824053  1.33e+0  0
      Truncated reverse mode (K = 3)             0.3039472734, 0.1224415547            0.991975  7.13e-1  5
      HyperDistill (γ = 0.9)                     1.025753931, 0.3925702741             0.989620  1.45e-1  61
      first-order: λ does not enter the outer loss of problem 'tracking', so its direct gradient is zero; use a method that follows λ through the inner steps, such as one-step.
      nystrom: k = 5 rows were asked for of the Hessian of problem 'tracking', which has 2; give k ≤ 2.
      λ̂_T = -0.09442585198 a step: a perturbation is 6.6 times as small after 20 steps: reverse mode is safe.
      error is ‖g − exact‖/‖exact‖ in float64.
      "
    `);
  });

  it('gives all numbers as JSON, on the reference and on the device', async () => {
    const report: HypergradReport = JSON.parse(
      await hypergrad({ ...t1, methods: ['one-step', { name: 'neumann', terms: 10 }] }, '--json'),
    );
    expect(report.exact!.from).toBe('closed form');
    const [first, second] = report.methods;
    expect(first!.counts!.vjps).toBe(1);
    expect(second!.hypergradient!.reference[0]).toBeCloseTo(0.7696140161, 9);
    expect(second!.hypergradient!.device![0]).toBeCloseTo(0.7696140161, 5);
    expect(report.weights.device![1]).toBeCloseTo(1.3584859224, 5);
  });

  it('runs small steps resident where that is asked for, and says so', async () => {
    const words = (choice: string) =>
      hypergrad({ ...t1, methods: ['one-step'] }, '--resident', choice, '--json');
    const [never, always] = await Promise.all(['never', 'always'].map(words));
    const [replayed, resident] = [never!, always!].map((text) => JSON.parse(text) as HypergradReport);
    expect([replayed!.resident, resident!.resident]).toEqual(['never', 'always']);
    expect(resident!.methods[0]!.hypergradient!.device).toEqual(replayed!.methods[0]!.hypergradient!.device);
  });

  it('says in a sentence that a step does not fit one dispatch where that is asked for', async () => {
    // Each goal is a constant array, and a dispatch binds fewer.
    const lines = [
      `import { defineProblem, descend } from ${JSON.stringify(import.meta.resolve('@longhorizon/bilevel'))};`,
      `import { add, array, multiply, square, subtract, sum } from ${JSON.stringify(import.meta.resolve('@longhorizon/tensor'))};`,
      'const goals = Array.from({ length: 80 }, (_, k) => array(Array.from({ length: 16 }, (_, j) => j + k)));',
      'const innerLoss = (w, λ) => goals.reduce((all, goal) => add(all, sum(square(subtract(w, multiply(goal, λ))))), sum(w));',
      'const gradientDescent = { state: {}, update: (w, g) => ({ w: subtract(w, multiply(0.001, g)), state: {} }) };',
      "export default defineProblem({ name: 'goals', title: 'many goals', d: 16, p: 16, weightLength: 16, hyperparameterLength: 16,",
      '  state: {}, given: {}, initial: { weights: new Float32Array(16), hyperparameters: new Float32Array(16).fill(1) },',
      '  innerLoss, outerLoss: (w) => sum(square(w)), update: descend(() => gradientDescent, innerLoss) });',
    ].join('\n');
    const words = ['--horizon', '5', '--method', 'one-step', '--resident'];
    expect(await ofModule(lines, ...words, 'auto')).toContain('goals: d = 16');
    const error: unknown = await ofModule(lines, ...words, 'always').catch((one: unknown) => one);
    expect(complaint('longhorizon', error)).toMatch(
      /^longhorizon: The steps work on \d+ bytes in \d+ buffers, and in one dispatch '.*' binds \d+ beside the table of actions\. Leave 'resident' at 'auto', and what does not fit is replayed\.\n$/,
    );
  });

  it('takes exact reverse mode for the truth where there is no closed form', async () => {
    const problem = {
      inner: { kind: 'rates', h: [1, 0.3], m: [0, 1], w0: [1, -2], lambda: [0.1, 0.05] },
      outer: { kind: 'sine' },
      momentum: 0.9,
      weightDecay: 0.01,
      T: 10,
      methods: ['forward', 'drmad'],
    };
    const report: HypergradReport = JSON.parse(await hypergrad(problem, '--json', '--reference'));
    expect(report.exact!.from).toBe('exact reverse mode in float64');
    expect(report.methods[0]!.agreement!.reference.relativeError!).toBeLessThan(1e-13);
    expect(report.methods[1]!.agreement!.reference.relativeError!).toBeGreaterThan(0.1);
  });

  it('reports divergence as a result', async () => {
    const doubling = {
      inner: { kind: 'tracking', G: [1], w0: [1], lambda: [0], rate: 3 },
      outer: { kind: 'quadratic', c: [0] },
      T: 100,
      methods: ['one-step'],
    };
    expect(await hypergrad(doubling, '--reference')).toMatch(/One-step .* diverged at step 65/);
  });

  it('says of a solver that its matrix is not positive definite', async () => {
    const saddle = {
      inner: { kind: 'tracking', G: [4, 3, -0.5], w0: [1, 1, 1], lambda: [0, 0, 0], rate: 0.1 },
      outer: { kind: 'quadratic', c: [0, 0, 0] },
      T: 3,
      methods: ['conjugate-gradient'],
    };
    expect(await hypergrad(saddle, '--reference')).toMatch(
      /CG-IFT .*: at iteration \d of the solver after step 3, pᵀMp\/pᵀp = -0\.\d+: the matrix is not positive definite/,
    );
  });

  it('reads the problems with an outer loss of their own', async () => {
    const of = async (inner: object, T: number) => {
      const text = await hypergrad({ inner, T, methods: ['one-step'] }, '--reference', '--json');
      return (JSON.parse(text) as HypergradReport).exact!;
    };
    const balancing = await of({ kind: 'influence-balancing', objective: 'sum' }, 8);
    expect(balancing.hypergradient[0]).toBeCloseTo(102, 8);
    expect((await of({ kind: 'sharp-basins' }, 100)).outerLoss).toBeCloseTo(2490.556752, 6);
    expect((await of({ kind: 'lorenz' }, 100)).outerLoss).toBeCloseTo(750.0686104, 6);
    const noisy = { kind: 'noisy-quadratic', h: [1, 0.01], variance: [1, 1], A0: [100, 100] };
    expect((await of({ ...noisy, lambda: [0.99] }, 1)).outerLoss).toBeCloseTo(0.985, 3);
    expect((await of({ ...noisy, lambda: [0.4], samples: true, seed: 3 }, 5)).outerLoss).toBeGreaterThan(0);
    const wrong = [
      hypergrad({ inner: { kind: 'lorenz' }, outer: { kind: 'sine' }, T: 5 }, '--reference'),
      hypergrad({ inner: { ...noisy, lambda: [1, 1, 1], A0: [1] }, T: 2 }, '--reference'),
      hypergrad({ inner: t1.inner, T: 2 }, '--reference'),
    ];
    await expect(wrong[0]).rejects.toThrow("outer: the inner kind 'lorenz' has an outer loss of its own");
    await expect(wrong[1]).rejects.toThrow('3 rates were given for T = 2 steps');
    await expect(wrong[2]).rejects.toThrow('outer: it is missing; give ');
  });

  it('refuses a wrong file in sentences', async () => {
    const wrong = async (problem: unknown) => {
      const error: unknown = await hypergrad(problem, '--reference').catch((one: unknown) => one);
      expect((error as Error).name).toBe('InputError');
      return (error as Error).message;
    };
    expect(await wrong('{')).toMatch(/problem\.json is not JSON: /);
    expect(await wrong({ ...t1, inner: { kind: 'trackin' }, T: 0, steps: 3 })).toBe(
      [
        'The problem cannot be used:',
        "  inner.kind: the inner kind is 'tracking', 'rates' or 'schedule', or one with an outer loss of its own: 'noisy-quadratic', 'influence-balancing', 'sharp-basins', 'lorenz'.",
        '  T: the horizon T is 1 or more.',
        "  there is no 'steps' here; the fields are inner, outer, momentum, weightDecay, T, gamma, methods.",
      ].join('\n'),
    );
    expect(await wrong({ ...t1, outer: { kind: 'quadratic', c: [1] } })).toMatch(
      /outer\.c: it has 1 numbers, but w0 has 2; give one for each weight\./,
    );
    expect(
      await wrong({
        ...t1,
        inner: {
          ...t1.inner,
          G: [
            [1, 2],
            [0, 1],
          ],
        },
      }),
    ).toMatch(/the matrix is not symmetric/);
    expect(await wrong({ ...t1, inner: { ...t1.inner, lambda: [1, 1, 1] } })).toMatch(
      /more than the 2 weights/,
    );
    expect(await wrong({ ...t1, methods: ['x'] })).toMatch(
      /There is no method 'x'; the methods are exact-reverse/,
    );
    expect(await wrong({ ...t1, methods: [{ name: 'neumann', terms: -1, y: 1 }] })).toMatch(
      /options of 'neumann' cannot be used:\n {2}terms: terms must be 0 or more\.\n {2}there is no 'y' here/,
    );
    await expect(
      new Command().addCommand(prepared('hypergrad')).parseAsync(['hypergrad', join(folder, 'none.json')], {
        from: 'user',
      }),
    ).rejects.toThrow(/none\.json cannot be read .*; give the path of a JSON file/);
  });

  it('says of estimates what their numbers do not allow', async () => {
    const nres = (options: object) => ({ ...t1, methods: [{ name: 'nres', ...options }] });
    for (const [problem, sentence] of [
      [nres({ particles: 0 }), 'particles: particles must be 1 or more.'],
      [nres({ deviation: 0 }), 'deviation: deviation must be above 0.'],
      [nres({ deviation: -0.1 }), 'deviation: deviation must be above 0.'],
      [nres({ window: 0 }), 'window: window must be 1 or more.'],
    ] as const)
      await expect(hypergrad(problem, '--reference')).rejects.toThrow(sentence);
    const printed = async (method: object) => hypergrad({ ...t1, methods: [method] }, '--reference');
    expect(await printed({ name: 'nres', window: 21 })).toContain(
      'nres: a window of W = 21 steps is longer than the horizon, T = 20; give W ≤ 20.',
    );
    expect(await printed({ name: 'nystrom', rank: 3 })).toContain(
      "nystrom: k = 3 rows were asked for of the Hessian of problem 'tracking', which has 2; give k ≤ 2.",
    );
  });

  it('bounds what a file may ask for, and lists twenty mistakes at most', async () => {
    const wrong = async (problem: unknown) => {
      const error: unknown = await hypergrad(problem, '--reference').catch((one: unknown) => one);
      expect((error as Error).name).toBe('InputError');
      return (error as Error).message;
    };
    expect(await wrong({ ...t1, T: 1e9 })).toMatch(/T: the horizon T is 100000 or less/);
    expect(await wrong({ ...t1, methods: [{ name: 'neumann', terms: 1e9 }] })).toMatch(
      /terms must be 10000 or less/,
    );
    expect(await wrong({ ...t1, inner: { ...t1.inner, rate: 1e308 } })).toMatch(
      /inner\.rate: a number that float32 can hold is needed, at most 3\.4e38 in size\./,
    );
    const many = await wrong({ ...t1, outer: { kind: 'quadratic', c: Array<string>(1000).fill('x') } });
    expect(many.split('\n')).toHaveLength(22);
    expect(many).toMatch(/… and 980 more\.$/);
    expect(await wrong({ ...t1, name: 'x'.repeat(1_000_001) })).toMatch(/has at most 1000000\.$/);
  });
});

function prepared(name: string): Command {
  const made = new Command(name);
  command(made);
  return made;
}
