/** @file A cell of a bilevel suite, made ready: its problem, its method and the device. */
import type { Method, Problem } from '@longhorizon/bilevel';
import {
  type CellConfig,
  type CellContext,
  CellFailure,
  rateName,
  tunedParameter,
} from '@longhorizon/harness';
import type { Device } from '@longhorizon/tensor';
import { formatBytes } from '@longhorizon/tensor/device';
import { sharedDevice } from './device.ts';
import {
  type BilevelSuite,
  type Control,
  type ProblemRow,
  type Recipe,
  type Seeds,
  tunedOf,
} from './rows.ts';

export interface Case {
  readonly config: CellConfig;
  readonly seeds: Seeds;
  readonly device: Device;
  readonly problem: Problem;
  readonly method: Method;
  readonly oracle: ProblemRow['oracle'];
  /** Undefined where the problem is not learned from. */
  readonly recipe: Recipe | undefined;
  /** Set where λ is not learned by hypergradients. */
  readonly control?: Control | undefined;
  readonly signal: AbortSignal;
}

export async function caseOf(
  { problems, methods, suite }: BilevelSuite,
  config: CellConfig,
  { seeds, adapter, signal }: CellContext,
): Promise<Case> {
  const problemRow = problems.find(({ name }) => name === config.problem);
  const methodRow = methods.find(({ name }) => name === config.method);
  if (problemRow === undefined || methodRow === undefined)
    throw new Error(`internal: ${suite.name} has no ${config.problem} with ${config.method}.`);
  const problem = problemOf(problemRow, config, seeds);
  requireSize(config, problemRow, problem);
  return {
    config,
    seeds,
    device: await sharedDevice(adapter),
    problem,
    method: methodRow.make(config, seeds),
    oracle: problemRow.oracle,
    recipe: tunedRecipe(problemRow.training?.(config, seeds), config),
    control: methodRow.control,
    signal,
  };
}

/** A recipe with the outer rate that was tuned, or is tried. */
export function tunedRecipe<Given extends Recipe | undefined>(recipe: Given, config: CellConfig): Given {
  const rate = tunedOf(config)[rateName];
  return recipe === undefined || typeof rate !== 'number' ? recipe : { ...recipe, rate };
}

/** What a row fixes of its problem's size, beside p. */
type Fixed = Pick<ProblemRow, 'horizon' | 'weights'>;

/**
 * Holds what a record says of p, T and d to the problem: a fit over one of them would be one over other numbers.
 *
 * @throws CellFailure `error`
 */
export function requireSize(
  { problem, horizon: T, dimension }: CellConfig,
  { horizon, weights }: Fixed,
  { p, d }: { readonly p: number; readonly d?: number },
): void {
  const fail = (found: string): never => {
    throw new CellFailure('error', `problem '${problem}' has ${found}`);
  };
  if (p !== dimension) fail(`p = ${p}, but the cell says ${dimension}; give dimension { values: [${p}] }.`);
  if (
    horizon !== undefined &&
    (T < horizon.minimum || T > horizon.maximum || horizon.values?.includes(T) === false)
  )
    fail(
      `T from ${horizon.minimum} to ${horizon.maximum}${horizon.values === undefined ? '' : ` (${horizon.values.join(', ')})`}, but the cell says ${T}; ask for one of these.`,
    );
  if (weights !== undefined && d !== weights)
    fail(
      `d = ${d}, but its row says ${weights}; give weights: ${d}, or leave it out where d changes with p.`,
    );
}

let lastProblem: { readonly key: string; readonly problem: Problem } | undefined;

/** Methods come one after another at the same point, so the last problem is usually the next one, too. */
function problemOf(row: ProblemRow, config: CellConfig, seeds: Seeds): Problem {
  const key = pointKey(config);
  if (lastProblem?.key !== key) lastProblem = { key, problem: row.make(config, seeds) };
  return lastProblem.problem;
}

/** What cells have in common that differ in method, its tuned numbers and pass alone. */
export function pointKey({ method: _, pass: __, parameters, ...point }: CellConfig): string {
  const { [tunedParameter]: ___, ...others } = parameters;
  return JSON.stringify({ ...point, parameters: others });
}

/** On a software adapter, the share of the machine's memory that one cell may ask for. */
const shareOfHostMemory = 0.5;

/**
 * Refuses what a software adapter would have to take from the host until the system ends the process.
 *
 * @throws CellFailure `oom`
 */
export function refuseTooMuch(
  device: { readonly profile: { readonly runsOnHost: boolean } },
  predictedBytes: number,
): void {
  const memory = hostMemoryBytes();
  if (!device.profile.runsOnHost || memory === undefined) return;
  const most = shareOfHostMemory * memory;
  if (predictedBytes <= most) return;
  throw new CellFailure(
    'oom',
    `it needs ${formatBytes(predictedBytes)}, and a software adapter may take ${formatBytes(most)}, half of this ` +
      "machine's memory; use a shorter horizon, fewer hyperparameters or a GPU.",
  );
}

/** This machine's memory; undefined in a browser that does not tell. */
function hostMemoryBytes(): number | undefined {
  if (typeof process !== 'undefined') return process.getBuiltinModule('node:os').totalmem();
  const { navigator } = globalThis as { readonly navigator?: { readonly deviceMemory?: number } };
  const deviceMemory = navigator?.deviceMemory;
  return deviceMemory === undefined ? undefined : deviceMemory * 2 ** 30;
}
