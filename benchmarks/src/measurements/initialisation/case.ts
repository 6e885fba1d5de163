/** @file A cell of a suite of initialisation methods, made ready: its tasks, its method with β chosen, and the device. */
import {
  type InitialisationMethod,
  type InitialisationOutcome,
  type InitialisationRun,
  prepareInitialisation,
  type TaskSet,
} from '@longhorizon/bilevel';
import { type CellConfig, type CellContext, CellFailure, owned } from '@longhorizon/harness';
import type { Device } from '@longhorizon/tensor';
import { type ByteCounts, totalBytes } from '@longhorizon/tensor/compiler';
import { pointKey, refuseTooMuch, requireSize } from '../case.ts';
import { sharedDevice } from '../device.ts';
import type { Seeds } from '../rows.ts';
import type { InitialisationProblemRow, InitialisationRecipe, InitialisationSuite, Tuned } from './rows.ts';

export interface InitialisationCase {
  readonly config: CellConfig;
  readonly device: Device;
  readonly taskSet: TaskSet;
  readonly method: InitialisationMethod;
  /** How β was chosen; undefined for a method without one. */
  readonly tuned: Tuned | undefined;
  /** Made when it is asked for: the test set costs time to draw. */
  readonly recipe: () => InitialisationRecipe;
  readonly signal: AbortSignal;
}

export async function initialisationCase(
  { problems, methods, suite, tunedFor, tunedBy }: InitialisationSuite,
  config: CellConfig,
  { seeds, adapter, signal }: CellContext,
): Promise<InitialisationCase> {
  const problemRow = problems.find(({ name }) => name === config.problem);
  const methodRow = methods.find(({ name }) => name === config.method);
  if (problemRow === undefined || methodRow === undefined)
    throw new Error(`internal: ${suite.name} has no ${config.problem} with ${config.method}.`);
  const tuned =
    methodRow.rates === undefined ? undefined : tunedFor(config.problem, config.method, config.horizon);
  if (methodRow.rates !== undefined && tuned === undefined)
    throw new CellFailure(
      'unsupported',
      `no meta step size was chosen for ${config.method} on ${config.problem}; run ${tunedBy} for it.`,
    );
  const taskSet = taskSetOf(problemRow, config, seeds);
  requireSize(config, problemRow, taskSet);
  return {
    config,
    device: await sharedDevice(adapter),
    taskSet,
    method: methodRow.make(tuned?.beta ?? 0, config),
    tuned,
    recipe: () => problemRow.recipe(config, seeds),
    signal,
  };
}

let last: { readonly key: string; readonly taskSet: TaskSet } | undefined;

/** Methods come one after another at the same point, so the last task set is usually the next one, too. */
function taskSetOf(row: InitialisationProblemRow, config: CellConfig, seeds: Seeds): TaskSet {
  const key = pointKey(config);
  if (last?.key !== key) last = { key, taskSet: row.make(config, seeds) };
  return last.taskSet;
}

/** Makes a run for a cell, refused before anything is allocated where it cannot fit, and gives it back whatever happens. */
export async function withInitialisation<Result>(
  { device, taskSet, config, ...cell }: InitialisationCase,
  use: (run: InitialisationRun, predicted: ByteCounts) => Promise<Result>,
  method = cell.method,
): Promise<Result> {
  let predicted: ByteCounts = {};
  using run = owned(
    await prepareInitialisation(device, taskSet, method, {
      horizon: config.horizon,
      admit: (bytes) => {
        refuseTooMuch(device, totalBytes(bytes));
        predicted = bytes;
      },
    }),
  );
  return await use(run, predicted);
}

/** @throws CellFailure `diverged` where a loss, φ or a task's weights ceased to be finite */
export function requireFinite(outcome: InitialisationOutcome): InitialisationOutcome {
  const { divergedAt } = outcome;
  if (divergedAt === undefined) return outcome;
  throw new CellFailure(
    'diverged',
    `after inner step ${divergedAt} a loss, φ or a task's weights were no longer finite; a smaller meta step size may help.`,
    divergedAt,
  );
}
