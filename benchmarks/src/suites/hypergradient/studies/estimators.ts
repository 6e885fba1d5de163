/**
 * @file What a horizon does to hypergradients, in float64 with λ frozen: the finite-time exponent of every problem of the suite; bias and variance
 * of estimators apart, by T; the signs on influence balancing; the error of implicit methods by the distance to the inner optimum.
 *
 *     node --conditions=longhorizon-source --import tsx benchmarks/src/suites/hypergradient/studies/estimators.ts
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { estimateQuality, finiteTimeExponent, measure, type Problem, refusal } from '@longhorizon/bilevel';
import { influenceBalancing, lorenz, noisyQuadratic, tracking } from '@longhorizon/bilevel/problems';
import { closing, deriveSeeds, listCells } from '@longhorizon/harness';
import { openDevice } from '@longhorizon/tensor';
import { methodWritten } from '../../../methods/written.ts';
import { writeResults } from '../../../reports/results-file.ts';
import { root } from '../../../root.ts';
import { hypergradientSuite } from '../suite.ts';

const written = (text: string, horizon: number, dimension: number, rate = 0.1) =>
  methodWritten(text, { horizon, dimension, seed: 0, rate });

/** λ̂_T of every problem at the points of the profile `standard`, at the least p of each horizon. */
async function exponents(save: (rows: readonly object[]) => void) {
  const { cells } = listCells([hypergradientSuite.suite], {
    profile: 'standard',
    methods: ['exact-reverse'],
    passes: ['gradient'],
    seeds: [0],
  });
  const rows: object[] = [];
  const seen = new Set<string>();
  await using device = closing(await openDevice({ timestampQuantization: false }));
  for (const { config } of cells) {
    const { problem: name, horizon, dimension } = config;
    const key = `${name} ${horizon}`;
    if (seen.has(key) || horizon === 1) continue;
    seen.add(key);
    const row = hypergradientSuite.problems.find((one) => one.name === name)!;
    const problem = row.make(config, deriveSeeds(config).derived);
    // Networks and wide problems on the device; the others are small enough for the host.
    const isSmall = horizon * problem.d * (problem.tasks ?? 1) <= 1e6 && problem.d <= 2000;
    const exponent = await finiteTimeExponent(isSmall ? 'float64' : device, problem, { horizon });
    rows.push({
      problem: name,
      horizon,
      dimension,
      exponent,
      on: isSmall ? 'float64' : device.adapter.name,
    });
    console.log(`λ̂ of ${key}: ${exponent}`);
    save(rows);
  }
}

const draws = 200;
const estimators = [
  'exact-reverse',
  'one-step',
  'truncated-reverse?window=10',
  'fg2u?directions=1',
  'nres?particles=8&window=10&deviation=0.01',
  'pes?particles=8&window=10&deviation=0.01',
  'tes?particles=8&window=10&deviation=0.01',
];

/** Problems by T. */
const byHorizon: Readonly<Record<string, (horizon: number) => Problem>> = {
  'noisy-quadratic': (steps) =>
    noisyQuadratic({
      h: [1, 0.01],
      variance: [1, 1],
      A0: [100, 100],
      rates: Array.from({ length: 10 }, () => 0.3),
      steps,
    }),
  'influence-balancing': () => influenceBalancing(),
  lorenz: (steps) => lorenz({ steps }),
};

async function exactOf(problem: Problem, horizon: number): Promise<readonly number[]> {
  const exact = await measure('float64', problem, written('exact-reverse', horizon, problem.p), {
    horizon,
    warmUps: 0,
  });
  return [...exact.hypergradient];
}

async function spread(save: (rows: readonly object[]) => void) {
  const rows: object[] = [];
  for (const [name, make] of Object.entries(byHorizon))
    for (const horizon of [10, 30, 100, 300]) {
      const problem = make(horizon);
      const exact = await exactOf(problem, horizon);
      for (const text of estimators) {
        const method = written(text, horizon, problem.p);
        if (refusal(method, problem, horizon) !== undefined) continue;
        const isDrawn = /^(fg2u|nres|pes|tes)/.test(text);
        const options = { horizon, draws: isDrawn ? draws : 2, exact };
        const { mean: _, ...found } = await estimateQuality('float64', problem, method, options);
        rows.push({ problem: name, horizon, method: method.name, title: method.title, ...finite(found) });
        console.log(`${name} T = ${horizon} ${method.title}: bias ${found.bias}, variance ${found.variance}`);
        save(rows);
      }
    }
}

/** JSON has no infinities. */
const finite = (numbers: Readonly<Record<string, number | undefined>>) =>
  Object.fromEntries(Object.entries(numbers).map(([key, one]) => [key, Number.isFinite(one) ? one : null]));

/** Signs on influence balancing at rest, where the truth is +24. */
async function signs(save: (rows: readonly object[]) => void) {
  const horizon = 400;
  const problem = influenceBalancing();
  const exact = await exactOf(problem, horizon);
  const truncated = [1, 5, 10, 20, 40, 41, 60, 100].map((window) => `truncated-reverse?window=${window}`);
  const rows: object[] = [];
  for (const text of [
    'exact-reverse',
    'one-step',
    ...truncated,
    ...estimators.slice(3),
    'drmad',
    'hyperdistill',
  ]) {
    const method = written(text, horizon, 1);
    if (refusal(method, problem, horizon) !== undefined) continue;
    const isDrawn = /^(fg2u|nres|pes|tes)/.test(text);
    const found = await estimateQuality('float64', problem, method, {
      horizon,
      draws: isDrawn ? draws : 2,
      exact,
    });
    rows.push({
      method: method.name,
      title: method.title,
      exact: exact[0],
      gradient: found.mean[0],
      rightSigns: found.signAgreement,
      draws: isDrawn ? draws : 1,
    });
    console.log(`signs: ${method.title} ${found.mean[0]}, right ${found.signAgreement}`);
    save(rows);
  }
}

/** Error against the hypergradient of the inner optimum, by the inner steps that were taken. */
async function implicit(save: (rows: readonly object[]) => void) {
  const d = 20;
  const numbers = (from: number, to: number) =>
    Array.from({ length: d }, (_, k) => from + ((to - from) * k) / (d - 1));
  const problem = tracking({
    G: numbers(-2, 0).map((power) => 10 ** power),
    w0: numbers(2, -1),
    lambda: numbers(-1, 1),
    rate: 0.5,
    outer: { kind: 'quadratic', c: numbers(0.5, -0.5) },
  });
  const optimum = problem.closedForm!(1e6);
  const rows: object[] = [];
  for (const horizon of [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000])
    for (const text of [
      'exact-reverse',
      'conjugate-gradient?steps=10',
      'neumann?terms=10',
      'neumann?terms=100',
      'nystrom?rank=10&damping=0.01',
      'soba',
      'f2sa?growth=0&multiplier=100',
      'one-step',
    ]) {
      const method = written(text, horizon, problem.p, 0.5);
      const { hypergradient, weights } = await measure('float64', problem, method, { horizon, warmUps: 0 });
      const away = (a: Float64Array, b: readonly number[]) => Math.hypot(...a.map((one, k) => one - b[k]!));
      const error = away(hypergradient, optimum.hypergradient) / Math.hypot(...optimum.hypergradient);
      const distance = away(weights, optimum.weights) / Math.hypot(...optimum.weights);
      rows.push({ horizon, distance, method: method.name, title: method.title, error });
      save(rows);
    }
}

const { values } = parseArgs({
  options: {
    parts: { type: 'string', default: 'signs,implicit,spread,exponents' },
    out: { type: 'string', default: join(root, 'results', 'estimators.json') },
  },
});
const parts = { exponents, spread, signs, implicit } as const;
let result: Record<string, unknown> = {};
try {
  result = JSON.parse(readFileSync(values.out, 'utf8'));
} catch {
  // None yet.
}
for (const name of values.parts.split(',') as (keyof typeof parts)[])
  await parts[name]((rows) => {
    result = { ...result, [name]: rows };
    writeResults(values.out, result);
  });
