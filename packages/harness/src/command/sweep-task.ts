import { listCells, type PlannedCell } from '../cell/cell-list.ts';
import { plural, UsageError } from '../errors.ts';
import { owned } from '../ownership.ts';
import { runBench } from '../run/run-bench.ts';
import { SweepFolder } from '../sweep/layout.ts';
import { runTask } from '../sweep/task.ts';
import { listenForInterrupt } from './interrupt.ts';
import { settingsOfRun } from './settings-of-run.ts';
import type { Surroundings } from './surroundings.ts';
import { hashOfSuite } from './sweep-rounds.ts';

/** Runs one task of a sweep. @returns 0 when all of its cells have an answer, as the engine takes it for done */
export async function runTaskAction(
  path: string,
  round: number,
  task: number,
  { definition, start, output, terminal }: Surroundings,
): Promise<number> {
  if (![round, task].every((number) => Number.isSafeInteger(number) && number >= 1))
    throw new UsageError(
      'A task is named by the folder of its sweep, its round and its number, both from 1.',
    );
  using interrupt = owned(listenForInterrupt(output, definition.stopsWithParent?.()));
  const [command = process.execPath, ...words] = start();
  const all = (sweep: Parameters<typeof listCells>[1]): readonly PlannedCell[] =>
    listCells(definition.suites, sweep).cells;
  const folder = new SweepFolder(path);
  // Before anything opens a device here. The sweep's own stand: an engine may hand on this machine's or none.
  Object.assign(process.env, folder.sweep().variables);
  const summary = await runTask(folder, round, task, {
    cellsOf: ({ selection }) => all(selection as Parameters<typeof listCells>[1]),
    codeHashOf: (suite) => hashOfSuite(definition, suite),
    describeAdapter: definition.describeAdapter,
    run: (cells, store, adapter, sweep) =>
      runBench({
        ...settingsOfRun(definition, { command, arguments: [...words, 'serve'] }),
        selection: { profile: sweep.selection.profile },
        cells: { cells, leftOut: [] },
        outputFolder: path,
        store,
        adapter,
        adapterName: sweep.adapterName,
        jobs: 1,
        progress: terminal,
        signal: interrupt.signal,
      }),
  });
  const ran = Object.values(summary.ran).reduce((sum, count) => sum + count, 0);
  output.write(`${plural(summary.planned, 'cell')}: ${summary.cached} had a result, ${ran} ran.\n`);
  return summary.interrupted ? interrupt.exitCode() : 0;
}
