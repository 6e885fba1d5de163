/**
 * @file A method measured against the oracle on the same trajectory: same start, same data, λ frozen. What is wrong with its
 * hypergradient, what it costs in products and seconds, and how many bytes were predicted and used.
 */
import { type ByteCounts, totalBytes } from '@longhorizon/tensor/compiler';
import type { ByteClass } from '@longhorizon/tensor/device';
import type { Method } from '../hyper/method.ts';
import type { GivenArrays, Problem } from '../problem/problem.ts';
import { type Outcome, prepare, type Run, type RunOptions } from './run.ts';
import type { Backend } from './session.ts';

/** Where and how a hypergradient is measured. */
export interface MeasureOptions extends RunOptions {
  /** λ and φ at which to measure; those of the problem when left out. */
  readonly lambda?: ArrayLike<number>;
  readonly initial?: ArrayLike<number>;
  /** Runs before the timed ones: the first use of a pipeline is slow. 1 when left out. */
  readonly warmUps?: number;
  /** Timed runs; 1 when left out. */
  readonly samples?: number;
}

/** What one hypergradient of a method cost and gave. */
export interface MeasuredGradient {
  readonly method: string;
  readonly title: string;
  readonly horizon: number;
  /** The last run. `divergedAt` in it says that there is nothing to compare. */
  readonly outcome: Outcome;
  readonly weights: Float64Array;
  readonly hypergradient: Float64Array;
  /** g^FO at w_T; undefined where λ does not enter the outer loss. */
  readonly direct: Float64Array | undefined;
  /** Milliseconds of each timed run, until the queue was done. */
  readonly wallMs: readonly number[];
  /** Milliseconds from asking for the run to having it: allocation and compilation. */
  readonly prepareMs: number;
  /** Bytes on the device, by class; undefined on the reference. */
  readonly bytes: MeasuredBytes | undefined;
}

/** Bytes of a run: predicted, and as the ledger measured them. */
export interface MeasuredBytes {
  readonly predicted: ByteCounts;
  readonly predictedTotal: number;
  /** Peak of preparation and runs, above what was live before and without the read-back pool. */
  readonly measuredTotal: number;
  /** How the measured peak was made up. */
  readonly measured: Readonly<Partial<Record<ByteClass, number>>>;
}

/**
 * Runs a method with λ frozen and writes down everything about it.
 *
 * @throws RefusedError when the method cannot run on the problem
 */
export async function measure<Given extends GivenArrays>(
  backend: Backend,
  problem: Problem<Given>,
  method: Method,
  options: MeasureOptions,
): Promise<MeasuredGradient> {
  const { lambda, initial, warmUps = 1, samples = 1 } = options;
  const ledger = backend === 'float64' ? undefined : backend.ledger;
  const watch = ledger?.watch({ except: ['staging'] });
  const before = watch?.byClass();
  const start = performance.now();
  const run = await prepare(backend, problem, method, options);
  const prepareMs = performance.now() - start;
  try {
    if (lambda !== undefined) run.write('lambda', lambda);
    if (initial !== undefined) run.write('initial', initial);
    let outcome: Outcome | undefined;
    for (let k = 0; k < warmUps; k++) outcome = await run.compute();
    const wallMs: number[] = [];
    // A run that left the finite numbers does so every time; its seconds are of no use.
    for (let k = 0; k < samples && outcome?.divergedAt === undefined; k++) {
      outcome = await run.compute();
      wallMs.push(outcome.wallMs);
    }
    watch?.stop();
    return {
      method: method.name,
      title: method.title,
      horizon: options.horizon,
      outcome: outcome ?? (await run.compute()),
      weights: await run.read('weights'),
      hypergradient: await run.read('hypergradient'),
      direct: await directGradient(run),
      wallMs,
      prepareMs,
      bytes:
        watch === undefined
          ? undefined
          : {
              predicted: run.predicted,
              predictedTotal: totalBytes(run.predicted),
              ...difference(watch.byClass(), before!),
            },
    };
  } finally {
    watch?.stop();
    run.destroy();
  }
}

async function directGradient({ engine, facts, inner }: Run): Promise<Float64Array | undefined> {
  if (!facts.inOuterLoss) return undefined;
  const [direct] = await engine.evaluate([inner.outerAt(inner.carry.w.tensor).direct], inner.horizon);
  return direct;
}

function difference(
  after: Readonly<Record<ByteClass, number>>,
  before: Readonly<Record<ByteClass, number>>,
): Pick<MeasuredBytes, 'measured' | 'measuredTotal'> {
  const entries = Object.entries(after)
    .map(([name, bytes]) => [name, bytes - before[name as ByteClass]] as const)
    .filter(([, bytes]) => bytes !== 0);
  const measured: Partial<Record<ByteClass, number>> = Object.fromEntries(entries);
  return { measured, measuredTotal: totalBytes(measured) };
}

/** How a vector compares with the exact one. */
export interface Agreement {
  /** ⟨a, b⟩ / (‖a‖‖b‖); undefined where one of them is zero. */
  readonly cosine: number | undefined;
  /** ‖a − b‖ / ‖b‖; undefined where b is zero. */
  readonly relativeError: number | undefined;
  /** ‖a‖ / ‖b‖; undefined where b is zero. */
  readonly normRatio: number | undefined;
}

/** Compares a hypergradient with the exact one. Both must be finite. */
export function agreement(a: ArrayLike<number>, exact: ArrayLike<number>): Agreement {
  if (a.length !== exact.length)
    throw new RangeError(
      `agreement: ${a.length} numbers cannot be compared with ${exact.length}; give two hypergradients of one problem.`,
    );
  let [ab, aa, bb, away] = [0, 0, 0, 0];
  for (let j = 0; j < a.length; j++) {
    const [x, y] = [a[j]!, exact[j]!];
    ab += x * y;
    aa += x * x;
    bb += y * y;
    away += (x - y) ** 2;
  }
  const perExact = (length: number) => (bb === 0 ? undefined : Math.sqrt(length / bb));
  return {
    cosine: aa === 0 || bb === 0 ? undefined : ab / Math.sqrt(aa * bb),
    relativeError: perExact(away),
    normRatio: perExact(aa),
  };
}

/** A method's hypergradient beside the exact one. */
export interface Comparison {
  readonly measurement: MeasuredGradient;
  /** Of the whole hypergradient g^FO + g^SO; undefined where the run diverged. */
  readonly total: Agreement | undefined;
  /** Of the part g^SO that goes through the weights; undefined where λ does not enter the outer loss, or the run diverged. */
  readonly secondOrder: Agreement | undefined;
}

/** Compares a measurement with that of an exact method on the same problem. */
export function compareWithExact(measurement: MeasuredGradient, exact: MeasuredGradient): Comparison {
  const finite = [measurement, exact].every(({ hypergradient }) => hypergradient.every(Number.isFinite));
  if (!finite) return { measurement, total: undefined, secondOrder: undefined };
  const { direct } = exact;
  const through = (g: Float64Array) => g.map((value, j) => value - direct![j]!);
  return {
    measurement,
    total: agreement(measurement.hypergradient, exact.hypergradient),
    secondOrder:
      direct === undefined
        ? undefined
        : agreement(through(measurement.hypergradient), through(exact.hypergradient)),
  };
}
