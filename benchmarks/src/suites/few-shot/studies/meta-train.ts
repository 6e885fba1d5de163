/** @file Meta-training with a learned start, and its test: what the experiments on Lazy have in common. */
import { type Method, type Problem, prepare, type Run } from '@longhorizon/bilevel';
import { owned } from '@longhorizon/harness';
import type { Device } from '@longhorizon/tensor';
import { adapt } from '../../../measurements/adapt.ts';
import { clippedAdam } from '../../../measurements/clipped-adam.ts';
import type { Batch } from '../../../measurements/rows.ts';

export interface MetaTraining {
  readonly problem: Problem;
  readonly method: Method;
  /** k: inner steps while learning; the test takes as many. */
  readonly horizon: number;
  /** Learning rate of λ, by Adam. */
  readonly rate: number;
  /** The norm that every method's hypergradient is brought down to before Adam sees it. */
  readonly clip: number;
  readonly iterations: number;
  readonly tasks: (number: number) => Batch;
  readonly test: {
    readonly horizon: number;
    readonly batches: number;
    readonly tasks: (number: number) => Batch;
  };
  readonly evaluateAfter: readonly number[];
}

export interface Evaluation {
  readonly after: number;
  readonly outerLoss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface MetaTrained {
  readonly evaluations: readonly Evaluation[];
  /** The iteration whose inner optimisation left the finite numbers; learning ends there. */
  readonly divergedAt?: number;
  readonly trainMs: number;
  readonly bytes: Readonly<Record<string, number>>;
}

export async function metaTrain(device: Device, options: MetaTraining): Promise<MetaTrained> {
  const { problem, method, horizon, rate, clip, iterations, tasks, test, evaluateAfter } = options;
  const meta = { optimiser: clippedAdam(clip), rate, every: horizon };
  using run = owned(await prepare(device, problem, method, { horizon, meta }));
  using judge = owned(await prepare(device, problem, adapt, { horizon: test.horizon }));
  const evaluations: Evaluation[] = [];
  let trainMs = 0;
  for (let number = 0; number <= iterations; number++) {
    if (evaluateAfter.includes(number))
      evaluations.push({ after: number, ...(await judged(run, judge, test)) });
    if (number === iterations) break;
    write(run, tasks(number));
    const { divergedAt, wallMs } = await run.metaStep();
    trainMs += wallMs;
    if (divergedAt !== undefined)
      return { evaluations, divergedAt: number, trainMs, bytes: { ...run.predicted } };
  }
  return { evaluations, trainMs, bytes: { ...run.predicted } };
}

async function judged(run: Run, judge: Run, test: MetaTraining['test']) {
  judge.write('lambda', await run.read('lambda'));
  let outerLoss = 0;
  const metrics: Record<string, number> = {};
  for (let batch = 0; batch < test.batches; batch++) {
    write(judge, test.tasks(batch));
    outerLoss += (await judge.compute()).outerLoss / test.batches;
    for (const [name, value] of Object.entries(await judge.metrics()))
      metrics[name] = (metrics[name] ?? 0) + value / test.batches;
  }
  return { outerLoss, metrics };
}

function write(run: Run, batch: Batch): void {
  for (const [name, values] of Object.entries(batch)) run.writeGiven(name, values);
}
