import { atLeastZero, checked, fields, number, refuse, vector, whole } from '@longhorizon/benchmarks/methods';
import type { TaskSet } from '@longhorizon/bilevel';
import { descentOf, quadraticTaskSet } from '@longhorizon/bilevel/problems';
import { z } from 'zod';
import { methodChoices } from '../input/named-entries.ts';
import { mostSteps } from '../input/work.ts';

const curvature = z.union([vector, z.array(vector).min(1)], {
  error: 'the curvature H is a diagonal (a list of numbers) or a symmetric matrix (a list of rows)',
});

const schema = fields({
  kind: z.literal('quadratics').default('quadratics'),
  tasks: z
    .array(fields({ H: curvature, c: vector }), { error: 'a list of tasks, each { H, c }, is needed' })
    .min(1, { error: 'an initialisation is learned from one task or more' }),
  phi: vector,
  alpha: number,
  beta: number,
  K: whole('K', 1, mostSteps),
  trajectories: whole('the number of trajectories', 1, mostSteps).default(1),
  aggregatePeriod: whole('the aggregate period').default(1),
  reset: z.enum(['soft', 'hard', 'none'], { error: "the reset is 'soft', 'hard' or 'none'" }).default('soft'),
  momentum: atLeastZero.lt(1, { error: 'a momentum from 0 to below 1 is needed' }).default(0),
  weightDecay: atLeastZero.default(0),
  methods: methodChoices,
});

export type QuadraticsInput = z.infer<typeof schema>;

const what = 'The tasks';

/** @throws InputError naming every field that is wrong */
export function checkQuadratics(value: unknown): QuadraticsInput {
  const input = checked(schema, value, what);
  refuse(faultsOf(input), what);
  return input;
}

function* faultsOf({ tasks, phi, K, trajectories, aggregatePeriod }: QuadraticsInput): Generator<string> {
  const d = phi.length;
  for (const [t, { H, c }] of tasks.entries()) {
    if (c.length !== d)
      yield `tasks.${t}.c: it has ${c.length} numbers, but φ has ${d}; all tasks need the shape of φ.`;
    const rows = H.filter((row) => typeof row !== 'number');
    if (rows.length === 0 ? H.length !== d : rows.length !== d || rows.some((row) => row.length !== d))
      yield `tasks.${t}.H: ${rows.length === 0 ? `a diagonal of ${H.length} numbers` : `a matrix of ${rows.length} rows`} was given for ${d} weights; give ${d} numbers, or ${d} rows of ${d}.`;
    else if (rows.some((row, i) => row.some((value, j) => value !== rows[j]![i])))
      yield `tasks.${t}.H: the matrix is not symmetric, so it is no curvature; make H[i][j] equal to H[j][i].`;
  }
  if (K * trajectories > mostSteps)
    yield `trajectories: ${trajectories} of K = ${K} are ${K * trajectories} steps; at most ${mostSteps} are followed.`;
  if (K % aggregatePeriod !== 0)
    yield `aggregatePeriod: ${aggregatePeriod} does not divide K = ${K}; a trajectory needs a whole number of meta-updates.`;
}

export function taskSetOf({ tasks, phi, alpha, momentum, weightDecay }: QuadraticsInput): TaskSet {
  return quadraticTaskSet({
    tasks,
    initial: phi,
    optimiser: descentOf({ rate: alpha, momentum, weightDecay }),
  });
}
