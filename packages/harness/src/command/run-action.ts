import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CellList } from '../cell/cell-list.ts';
import { describeCell, statuses, statusWords } from '../cell/config.ts';
import type { Selection } from '../cell/selection.ts';
import type { Shard } from '../cell/shard.ts';
import type { Suite } from '../cell/suite.ts';
import { refuseTrialSeeds } from '../cell/tuning.ts';
import { listOf, plural, UsageError } from '../errors.ts';
import { buildSite, readForSite } from '../report/build.ts';
import { siteContext } from '../report/context.ts';
import { checkSiteFolder, isFresh } from '../report/fresh.ts';
import type { ChildCommand } from '../run/child-process.ts';
import { trialsAmong, tunedCells } from '../run/choice.ts';
import { duration } from '../run/duration.ts';
import { type BenchSummary, cellsOfRun, type RunPlace, runBench } from '../run/run-bench.ts';
import type { BenchDefinition, Output } from './definition.ts';
import { dryRunText } from './dry-run.ts';
import { listenForInterrupt } from './interrupt.ts';
import { leaderboardsText } from './leaderboards-text.ts';
import { RecordFiles } from './record-files.ts';
import { jobsOf, type RunOptions, retryOf, selectionOf, shardOf } from './run-options.ts';
import { settingsOfRun } from './settings-of-run.ts';
import { parseNames, parseSeeds } from './values.ts';

/** Runs the benchmark as the command line asks, says what came of it, and builds the page. */
export async function runAction(
  definition: BenchDefinition,
  options: RunOptions,
  outputs: RunOutputs,
): Promise<number> {
  const selection = selectionOf(options);
  const shard = shardOf(options);
  const { output, browser } = outputs;
  // A browser runs some of the suites; boards and the page are about all of them.
  const { suites } = browser ?? definition;
  // Ids of tuned cells are known once their numbers are.
  const { cells: ids, ...whole } = selection;
  const listed = options.tuned === undefined ? selection : whole;
  const all = cellsOfRun({ suites, selection: listed, ...(shard === undefined ? {} : { shard }) });
  const cells = options.tuned === undefined ? all : chosenCells(definition, options, all, ids);
  const builds = options.site && shard === undefined;
  if (builds && options.dryRun !== true)
    checkSiteFolder(join(options.out, 'site'), { ...definition.site, suites: definition.suites });
  const asked: Asked = { selection, shard, cells };
  return runAsked(definition, options, asked, outputs, async (summary) => {
    output.write(`${summaryText(definition, summary, options.out)}\n`);
    if (builds && !summary.interrupted) await buildPage(definition, options.out, output);
  });
}

/** The cells of a list with the numbers that trials chose for them. */
function chosenCells(
  { suites, commandName = 'bench' }: BenchDefinition,
  { tuned, out, seeds }: RunOptions,
  list: CellList,
  ids: readonly string[] | undefined,
): CellList {
  if (seeds !== undefined) refuseTrialSeeds(suites, parseSeeds('--seeds', seeds));
  const paths = typeof tuned === 'string' ? parseNames('--tuned', tuned) : [out];
  const there = typeof tuned === 'string' || existsSync(out);
  const records = there ? new RecordFiles(paths, { write: () => {} }) : [];
  const { cells, leftOut } = tunedCells(suites, list, trialsAmong(records), commandName);
  const chosen = cells.filter(({ cellId }) => ids?.some((id) => cellId.startsWith(id)) ?? true);
  if (chosen.length === 0)
    throw new UsageError(`No tuned cell has an id that begins with ${listOf(ids ?? [])}.`);
  return { cells: chosen, leftOut };
}

/** Cells of a run, and how they were asked for. */
export interface Asked {
  readonly selection: Selection;
  readonly shard: Shard | undefined;
  readonly cells: CellList;
}

/** Runs cells, or lists them where that is all that was asked; `told` says what came of it. */
export async function runAsked(
  definition: BenchDefinition,
  options: RunOptions,
  { selection, shard, cells }: Asked,
  { childCommand, output, terminal, browser }: RunOutputs,
  told: (summary: BenchSummary) => unknown,
): Promise<number> {
  const resume = { resume: options.resume, retry: retryOf(options) };
  const jobs = jobsOf(options);
  const adapter = browser === undefined ? await definition.describeAdapter(options.adapter) : null;
  if (options.dryRun === true) {
    output.write(
      dryRunText(definition, cells, {
        ...resume,
        adapter,
        isolation: options.isolation,
        folder: options.out,
      }),
    );
    return 0;
  }
  const interrupt = listenForInterrupt(output, definition.stopsWithParent?.());
  try {
    if (adapter !== null)
      await definition.prepareAdapter?.({
        adapter,
        name: options.adapter,
        folder: options.out,
        tune: options.tune,
        print: (line) => output.write(`${line}\n`),
        signal: interrupt.signal,
      });
    const place = await browser?.start(cells.cells.length, interrupt.signal);
    const summary = await runBench({
      ...settingsOfRun(definition, childCommand),
      selection,
      ...(shard !== undefined && { shard }),
      cells,
      outputFolder: options.out,
      adapter,
      adapterName: options.adapter,
      ...resume,
      isolation: options.isolation,
      jobs,
      ...(place !== undefined && { place, isolation: 'browser', jobs: 1, variablesOf: () => ({}) }),
      progress: terminal,
      signal: interrupt.signal,
    });
    await told(summary);
    if (summary.interrupted) return interrupt.exitCode();
    return summary.records.some((record) => record.status === 'error') ? 1 : 0;
  } catch (error) {
    // Who asked it to end while nothing ran yet is told so already.
    if (interrupt.signal.aborted && error === interrupt.signal.reason) return interrupt.exitCode();
    throw error;
  } finally {
    interrupt.stop();
  }
}

/** Where a run happens and what it says. */
export interface RunOutputs {
  /** Gets text. */
  readonly output: Output;
  /** Gets the progress, which moves the cursor. */
  readonly terminal: Output;
  /** Starts processes of cells. */
  readonly childCommand?: ChildCommand;
  /** Cells run in a browser instead, which is started here. */
  readonly browser?: {
    readonly suites: readonly Suite[];
    readonly start: (planned: number, signal: AbortSignal) => Promise<RunPlace>;
  };
}

async function buildPage(definition: BenchDefinition, folder: string, output: Output): Promise<void> {
  const started = performance.now();
  const description = { ...definition.site, suites: definition.suites };
  // What is no record was named when the run opened the folder.
  const read = readForSite(new RecordFiles([folder], { write: () => {} }), description);
  const place = join(folder, 'site');
  if (isFresh(place, read.entries, description)) {
    output.write(`The page is ${join(place, 'index.html')} (there is nothing new for it).\n`);
    return;
  }
  const page = await buildSite(read, description, place);
  output.write(`The page is ${page} (built in ${duration(performance.now() - started)}).\n`);
}

/** Below this a reader has nothing to gain from knowing what the harness took. */
const overheadWorthSayingMs = 60_000;

/** What the harness took beside the cells, where it is much in itself and beside them, and why. */
export function overheadText({
  durationMs,
  overheadShare,
}: Pick<BenchSummary, 'durationMs' | 'overheadShare'>): string {
  const overheadMs = (durationMs * overheadShare) / (1 + overheadShare);
  if (overheadShare < 0.2 || overheadMs < overheadWorthSayingMs) return '';
  return `, ${duration(overheadMs)} of it for starting processes and keeping records, because cells are short beside that`;
}

/** What can be run again of results that may have had causes outside the cells. */
function retryText({ records }: BenchSummary): string {
  const ended = records.filter(({ run }) => run.endedBy !== undefined).length;
  const doubtful = (['oom', 'timeout', 'error'] as const)
    .map((status) => ({
      status,
      count: records.filter((record) => record.status === status && record.run.endedBy === undefined).length,
    }))
    .filter(({ count }) => count > 0);
  const counts = doubtful.map(({ status, count }) => `${count} ${statusWords[status]}`);
  const lines = [
    ...(ended === 0
      ? []
      : [`The process of ${plural(ended, 'cell')} was ended by a signal; the same command tries again.`]),
    ...(doubtful.length === 0
      ? []
      : [
          `${listOf(counts)}: --retry ${doubtful.map(({ status }) => status).join(',')} runs these cells again.`,
        ]),
  ];
  return lines.join('\n');
}

/** What a run came to: counts, the leaderboards in short, and where to look further. */
function summaryText(definition: BenchDefinition, summary: BenchSummary, folder: string): string {
  const ended = statuses
    .filter((status) => summary.ran[status] > 0)
    .map((status) => `${summary.ran[status]} ${statusWords[status]}`);
  const ran = ended.length === 0 ? 'nothing was left to run' : `ran ${listOf(ended)}`;
  const overhead = overheadText(summary);
  const head =
    `${plural(summary.planned, 'cell')}: ${summary.cached} had a result, ${ran}. ` +
    `${duration(summary.durationMs)}${overhead}.`;
  const failures = summary.records.filter((record) => record.status === 'error');
  const failed = failures
    .slice(0, 5)
    .map((record) => `  ${describeCell(record.config)}: ${record.reason ?? ''}`);
  const leaderboards = leaderboardsText(
    siteContext(summary.records, { ...definition.site, suites: definition.suites }),
  );
  const parts = [head];
  if (failures.length > 0) parts.push(`${plural(failures.length, 'cell')} failed:\n${failed.join('\n')}`);
  const again = retryText(summary);
  if (again !== '') parts.push(again);
  if (summary.interrupted) parts.push('Interrupted. The same command goes on where this run stopped.');
  return [...parts, leaderboards, `Records are in ${folder}; "show" prints every row.`]
    .filter((part) => part !== '')
    .join('\n\n');
}
