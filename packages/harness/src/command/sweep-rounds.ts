import { resolve } from 'node:path';
import { listCells, type PlannedCell } from '../cell/cell-list.ts';
import type { CellConfig } from '../cell/config.ts';
import { plural, UsageError } from '../errors.ts';
import { captureCode } from '../record/environment.ts';
import { duration } from '../run/duration.ts';
import type { Engine } from '../sweep/engine.ts';
import { type EngineName, type EngineOptions, engineFor, engineOf } from '../sweep/engines/index.ts';
import { estimator, plainFormula } from '../sweep/estimate.ts';
import { type Sweep, SweepFolder } from '../sweep/layout.ts';
import { checkSize } from '../sweep/pack.ts';
import {
  type OpenCell,
  type PlannedRound,
  planRound,
  type RoundSettings,
  submitRound,
} from '../sweep/round.ts';
import { missingOf, stateOf } from '../sweep/state.ts';
import type { BenchDefinition } from './definition.ts';
import { givenVariables } from './environment-options.ts';
import { RecordFiles } from './record-files.ts';
import { type SelectionOptions, selectionOf } from './run-options.ts';
import type { Surroundings } from './surroundings.ts';
import { parseCount } from './values.ts';

/** How large tasks are to be, as it comes from the command line. */
export interface SizeOptions {
  readonly tasks?: string;
  readonly taskMinutes?: string;
  readonly time?: string;
  readonly memory?: string;
}

/** The options of `sweep`. */
export interface SweepOptions extends SelectionOptions, SizeOptions {
  readonly out?: string;
  readonly engine: EngineName;
  readonly adapter?: string;
  readonly mixedDevices?: true;
  readonly records?: readonly string[];
  readonly partition?: string;
  readonly account?: string;
  readonly gpus?: string;
  readonly constraint?: string;
  readonly cpus?: string;
  readonly atOnce?: string;
  readonly engineOption?: readonly string[];
  readonly setup?: readonly string[];
  readonly image?: string;
  readonly claim?: string;
  readonly dryRun?: true;
}

/** Plans all cells of a selection, writes the sweep's folder and submits its first round. */
export async function startSweep(options: SweepOptions, around: Surroundings): Promise<number> {
  const { definition } = around;
  if (options.out === undefined)
    throw new UsageError(
      'A sweep needs --out, a folder on a file system that all machines share: its plan, its records and its logs go there.',
    );
  const folder = new SweepFolder(resolve(options.out));
  if (folder.exists)
    throw new UsageError(
      `There is a sweep in ${folder.path} already: "bench sweep resume ${folder.path}" goes on with it, and another one needs another folder.`,
    );
  const given = engineOptionsOf(options);
  const engine = engineOf(options.engine, given);
  const selection = selectionOf(options);
  const { cells } = listCells(definition.suites, selection);
  const estimate = estimator(
    definition.estimate ?? plainFormula,
    options.records === undefined ? [] : new RecordFiles(options.records, around.errors),
  );
  const open = cells.map((cell) => ({ cell, timeFactor: 1, memoryFactor: 1 }));
  const round = planRound(folder.path, 1, open, estimate, settingsOf(folder, options, around));
  if (options.dryRun === true) return showPlan(round, engine, around);
  const suites = [...new Set(cells.map(({ config }) => config.suite))];
  const { commit } = captureCode(definition.repositoryFolder ?? process.cwd());
  const variables = givenVariables(definition.environmentOptions);
  folder.writeSweep({
    schemaVersion: 1,
    kind: 'sweep',
    engine: { name: options.engine, options: given as Sweep['engine']['options'] },
    selection: selection as Sweep['selection'],
    ...(options.adapter === undefined ? {} : { adapterName: options.adapter }),
    ...(Object.keys(variables).length === 0 ? {} : { variables }),
    mixedDevices: options.mixedDevices === true,
    commit,
    codeHashes: Object.fromEntries(suites.map((suite) => [suite, hashOfSuite(definition, suite)])),
    cells: cells.length,
  });
  try {
    return await submit(folder, engine, round, around);
  } catch (error) {
    // Nothing is under way: the same command, put right, starts it.
    if (folder.rounds().length === 0) folder.remove('sweep.json');
    throw error;
  }
}

/** Submits what a sweep has no answer to, and what may have another answer with more time or memory. */
export async function resumeSweep(
  path: string,
  options: SizeOptions & { readonly dryRun?: true },
  around: Surroundings,
): Promise<number> {
  const { definition } = around;
  const folder = new SweepFolder(resolve(path));
  const sweep = folder.sweep();
  const changed = Object.keys(sweep.codeHashes).find(
    (suite) => hashOfSuite(definition, suite) !== sweep.codeHashes[suite],
  );
  if (changed !== undefined)
    throw new UsageError(
      `The code that is measured in the suite ${changed} has changed since the sweep began (at commit ${sweep.commit ?? 'unknown'}): its other records would be of other code. Go back to that commit, or start a new sweep in another folder.`,
    );
  const engine = engineFor(sweep);
  const state = await stateOf(folder, engine);
  const cells = cellsOf(definition, sweep);
  // Those of arrays that were refused are in no task.
  const missing = new Map(
    [
      ...cells.flatMap(({ cellId }) =>
        state.lastTask.has(cellId) ? [] : [{ cell: cellId, timeFactor: 1, memoryFactor: 1 }],
      ),
      ...missingOf(state),
    ].map((one) => [one.cell, one]),
  );
  if (missing.size === 0) {
    const busy = state.tasks.filter((task) => task.state !== 'over').length;
    around.output.write(
      busy > 0
        ? `Nothing is missing but what ${plural(busy, 'task')} waiting or running will bring.\n`
        : `Nothing is missing: "bench sweep collect ${path}" gathers the records.\n`,
    );
    return 0;
  }
  const open: OpenCell[] = cells.flatMap((cell) => {
    const one = missing.get(cell.cellId);
    return one === undefined ? [] : [{ cell, timeFactor: one.timeFactor, memoryFactor: one.memoryFactor }];
  });
  const estimate = estimator(
    definition.estimate ?? plainFormula,
    new RecordFiles([folder.path], around.errors),
  );
  const number = (state.rounds.at(-1)?.number ?? 0) + 1;
  const round = planRound(folder.path, number, open, estimate, settingsOf(folder, options, around));
  if (options.dryRun === true) return showPlan(round, engine, around);
  return submit(folder, engine, round, around);
}

/** The cells that a sweep is of. */
function cellsOf(definition: BenchDefinition, { selection }: Sweep): readonly PlannedCell[] {
  return listCells(definition.suites, selection as Parameters<typeof listCells>[1]).cells;
}

/** Hash of the code that cells of a suite measure. */
export function hashOfSuite({ codeHash }: BenchDefinition, suite: string): string {
  if (typeof codeHash === 'string') return codeHash;
  // The hash is one for all cells of a suite.
  return codeHash({ suite } as CellConfig);
}

function engineOptionsOf(options: SweepOptions): Partial<EngineOptions> {
  const { partition, account, gpus, constraint, engineOption, setup, image, claim, cpus, atOnce } = options;
  const given = {
    ...{ partition, account, gpus, constraint, setup, image, claim },
    options: engineOption,
    cpus: cpus === undefined ? undefined : parseCount('--cpus', cpus),
    atOnce: atOnce === undefined ? undefined : parseCount('--at-once', atOnce),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function settingsOf(
  folder: SweepFolder,
  { tasks, taskMinutes, time, memory }: SizeOptions,
  { definition, start }: Surroundings,
): RoundSettings {
  const count = (option: string, text: string | undefined): number | undefined =>
    text === undefined ? undefined : parseCount(option, text);
  const [ofTasks, ofMinutes] = [count('--tasks', tasks), count('--task-minutes', taskMinutes)];
  const [limit, gibibytes] = [count('--time', time), count('--memory', memory)];
  const size = {
    ...(ofTasks !== undefined && { tasks: ofTasks }),
    ...(ofMinutes !== undefined && { minutes: ofMinutes }),
  };
  checkSize(size);
  return {
    ...size,
    ...(limit !== undefined && { time: limit }),
    ...(gibibytes !== undefined && { memoryMiB: 1024 * gibibytes }),
    taskCommand: (round) => [...start(), 'sweep', 'task', folder.path, String(round)],
    workingFolder: definition.repositoryFolder ?? process.cwd(),
  };
}

function showPlan(round: PlannedRound, engine: Engine, { output }: Surroundings): number {
  const [first] = round.arrays;
  output.write(`${planText(round)}\n`);
  if (first !== undefined) {
    const { fileName, text } = engine.script(first);
    output.write(`\n${fileName}:\n\n${text}\n`);
  }
  output.write('\nNothing was written or submitted.\n');
  return 0;
}

async function submit(
  folder: SweepFolder,
  engine: Engine,
  round: PlannedRound,
  { output }: Surroundings,
): Promise<number> {
  output.write(`${planText(round)}\n`);
  const { says } = await submitRound(folder, engine, round);
  output.write(`\n${says.join('\n')}\n\n"bench sweep status ${folder.path}" says how it stands.\n`);
  return 0;
}

/** Tasks and arrays of a round, with what they are expected to take. */
function planText({ number, tasks, arrays }: PlannedRound): string {
  const cells = tasks.reduce((sum, task) => sum + task.cells.length, 0);
  const total = tasks.reduce((sum, { seconds }) => sum + seconds, 0);
  const longest = Math.max(...tasks.map(({ seconds }) => seconds));
  const lines = arrays.map(
    ({ name, firstTask, lastTask, memoryMiB, minutes }) =>
      `  ${name}: ${plural(lastTask - firstTask + 1, 'task')}, ${memoryMiB / 1024} GiB and ${minutes} minutes each at most`,
  );
  return [
    `Round ${number}: ${plural(cells, 'cell')} in ${plural(tasks.length, 'task')}, expected ${duration(1000 * total)} in all and ${duration(1000 * longest)} for the longest${total > 0 ? ` (${((longest * tasks.length) / total).toFixed(2)} times the mean)` : ''}.`,
    ...lines,
  ].join('\n');
}
