/**
 * @file Example-weight tasks for `longhorizon initialisation`: how the weights of examples are judged k steps ahead, by the exact derivative, by
 * one step, and by the teachers of Lazy (reconstructed).
 */

import { above0, checked, fields, number, refuse, vector, whole } from '@longhorizon/benchmarks/methods';
import {
  agreement,
  type Backend,
  exactReverse,
  greedyMaml,
  type Method,
  type Outcome,
  type Problem,
  prepare,
} from '@longhorizon/bilevel';
import { weightedRegression } from '@longhorizon/bilevel/problems';
import { bareTable, owned } from '@longhorizon/harness/command-line';
import { lazy } from '@longhorizon/lazy';
import type { Device } from '@longhorizon/tensor';
import { z } from 'zod';
import { chooseNamed, methodChoices, namedEntry } from '../input/named-entries.ts';
import { showNumber, showVector } from '../input/table.ts';
import type { FileKind } from './file-kinds.ts';

const schema = fields({
  kind: z.literal('example-weights'),
  x: z.array(vector, { error: 'a list of examples, each a list of numbers, is needed' }).min(1, {
    error: 'weights are learned for one example or more',
  }),
  y: vector,
  weights: vector.optional(),
  epsilon: vector.optional(),
  start: vector,
  v: vector,
  alpha: above0('alpha'),
  // The path of the student is worked out from its start for every step.
  k: whole('k', 1, 1000),
  beta: number.gt(0, { error: 'β is above 0' }).max(1, { error: 'β is at most 1' }).default(1),
  methods: methodChoices,
});

type Input = z.infer<typeof schema>;

const what = 'The examples';

function* faultsOf({ x, y, weights, epsilon, start, v }: Input): Generator<string> {
  for (const [i, row] of x.entries())
    if (row.length !== start.length)
      yield `x.${i}: it has ${row.length} numbers, but the start has ${start.length}; give one for each weight.`;
  for (const [name, list] of Object.entries({ y, weights, epsilon }))
    if (list !== undefined && list.length !== x.length)
      yield `${name}: ${list.length} numbers were given for ${x.length} examples; give one for each.`;
  if (v.length !== start.length)
    yield `v: it has ${v.length} numbers, but the start has ${start.length}; give as many.`;
}

interface Context {
  readonly beta: number;
}
const betaOption = { beta: number.optional() };
const entry = (variant: 'L2' | 'L5') =>
  namedEntry(variant, fields(betaOption), ({ beta }, context: Context) =>
    lazy({ variant, beta: beta ?? context.beta, clip: false }),
  );

const entries = [
  namedEntry('one-step', fields({}), (): Method => greedyMaml),
  namedEntry(
    'L1',
    fields({ ...betaOption, alphaEff: z.enum(['inner', 'k·inner', 'secant']).default('inner') }),
    ({ beta, alphaEff }, context: Context) => lazy({ alphaEff, beta: beta ?? context.beta, clip: false }),
  ),
  entry('L2'),
  namedEntry(
    'L3',
    fields({ ...betaOption, epsilon: number.min(0).default(0) }),
    ({ beta, epsilon }, context: Context) =>
      lazy({ variant: 'L3', epsilon, beta: beta ?? context.beta, clip: false }),
  ),
  namedEntry('L4', fields(betaOption), ({ beta }, context: Context) =>
    lazy({ variant: 'L4', beta: beta ?? context.beta, clip: false }),
  ),
  entry('L5'),
  namedEntry('L6', fields({ mix: number.min(0).lt(1).default(0.5) }), ({ mix }) =>
    lazy({ variant: 'L6', mix, clip: false }),
  ),
];

export interface ExampleWeightResult {
  readonly outerLoss: number;
  readonly hypergradient: readonly number[];
  readonly weights: readonly number[];
  readonly counts: Outcome['counts'];
}

export interface ExampleWeightReport {
  /** s_0 … s_k, in float64. */
  readonly student: readonly (readonly number[])[];
  /** Exact reverse mode through all k steps. */
  readonly exact: ExampleWeightResult;
  readonly methods: readonly {
    readonly title: string;
    readonly reference: ExampleWeightResult;
    readonly device?: ExampleWeightResult;
    readonly cosine?: number;
  }[];
  readonly adapter?: string;
}

async function resultOf(
  backend: Backend,
  problem: Problem,
  method: Method,
  k: number,
): Promise<ExampleWeightResult> {
  using run = owned(await prepare(backend, problem, method, { horizon: k }));
  const { outerLoss, counts } = await run.compute();
  const [hypergradient, weights] = [await run.read('hypergradient'), await run.read('weights')];
  return { outerLoss, hypergradient: [...hypergradient], weights: [...weights], counts };
}

async function compute(input: Input, methods: readonly Method[], device: Device | undefined) {
  const { k, x, alpha, weights = x.map(() => 1), epsilon = x.map(() => 0) } = input;
  const problem = weightedRegression({ ...input, weights, epsilon, rate: alpha });
  const exact = await resultOf('float64', problem, exactReverse(), k);
  const student = [input.start];
  for (let step = 1; step <= k; step++)
    student.push([...(await resultOf('float64', problem, exactReverse(), step)).weights]);
  const results: ExampleWeightReport['methods'][number][] = [];
  for (const method of methods) {
    const reference = await resultOf('float64', problem, method, k);
    const { cosine } = agreement(reference.hypergradient, exact.hypergradient);
    results.push({
      title: method.title,
      reference,
      ...(device === undefined ? {} : { device: await resultOf(device, problem, method, k) }),
      ...(cosine === undefined ? {} : { cosine }),
    });
  }
  const report: ExampleWeightReport = {
    student,
    exact,
    methods: results,
    ...(device === undefined ? {} : { adapter: device.adapter.name }),
  };
  return report;
}

function print({ student, exact, methods, adapter }: ExampleWeightReport): string {
  const path = bareTable({ head: ['step', 'φ'] });
  for (const [step, point] of student.entries()) path.push([`${step}`, showVector(point)]);
  const results = bareTable({
    head: ['', 'outer loss', '∂V/∂ε', 'cosine', ...(adapter === undefined ? [] : ['there'])],
  });
  const none = adapter === undefined ? [] : [''];
  results.push([
    `Exact, ${student.length - 1} steps`,
    showNumber(exact.outerLoss),
    showVector(exact.hypergradient),
    '',
    ...none,
  ]);
  for (const { title, reference, device, cosine } of methods)
    results.push([
      title,
      showNumber(reference.outerLoss),
      showVector(reference.hypergradient),
      cosine?.toFixed(6) ?? '–',
      ...(device === undefined
        ? none
        : [largest(device.hypergradient, reference.hypergradient).toExponential(1)]),
    ]);
  return [
    `${exact.hypergradient.length} examples, k = ${student.length - 1}: where the student goes, and what its examples are worth`,
    path.toString(),
    '',
    results.toString(),
    '',
    'The outer loss is that of the point at which a method takes it. Lazy is a reconstruction.',
    ...(adapter === undefined ? [] : [`there: the largest difference from float64, on ${adapter}.`]),
  ]
    .join('\n')
    .replaceAll(/ +$/gm, '');
}

const largest = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, j) => Math.abs(value - b[j]!)));

export const exampleWeightsKind: FileKind = {
  kind: 'example-weights',
  help: `Weights of examples, L(φ; ε) = Σ_i (w_i + ε_i)·½(x_i·φ − y_i)², judged k steps ahead by V(φ) = ½‖φ − v‖²:
  {
    "kind": "example-weights",
    "x": [[1, 0.5], [-0.3, 1.2]], "y": [1, -0.5], "start": [0.2, -0.4], "v": [0.9, -0.3],
    "alpha": 0.05, "k": 15, "methods": ["one-step", "L1", { "name": "L4", "beta": 0.5 }]
  }
Beside them: weights (1 when left out), epsilon (0), beta (1).
methods: ${entries.map(({ name }) => name).join(', ')}; all when left out. L1 to L6 are Lazy, reconstructed.`,
  async answer(value, device) {
    const input = checked(schema, value, what);
    refuse(faultsOf(input), what);
    const methods = chooseNamed(input.methods, entries, { beta: input.beta });
    const report = await compute(input, methods, await device());
    return { report, text: print(report) };
  },
};
