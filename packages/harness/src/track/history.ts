/** @file The history: one line a commit and machine kind, in files that branches merge by union. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { canonicalJson, hashOf } from '../cell/identity.ts';
import { UsageError } from '../errors.ts';
import { writing } from '../store/folder.ts';
import type { CellFacts, CellOutcome } from './facts.ts';
import type { Commit } from './git.ts';
import type { Machine } from './protocol.ts';

const version = 1;

const cellSchema = z
  .object({
    trace: z.string(),
    results: z.string(),
    /** Of the shaders' texts. */
    shaders: z.string(),
    counters: z.record(z.string(), z.number()),
  })
  .readonly();

const ratioSchema = z
  .object({
    /** The commit that it is compared with. */
    vs: z.string(),
    /** Time over the other's, less 1. */
    change: z.number(),
    low: z.number(),
    high: z.number(),
  })
  .readonly();

const lineSchema = z.object({
  longhorizonHistory: z.literal(version),
  commit: z.string(),
  parents: z.array(z.string()).readonly(),
  committed: z.string(),
  subject: z.string(),
  /** Version of the measuring code: facts of two of them are not compared. */
  measuring: z.string(),
  /** The commit whose line has all cells that are not in this one. */
  from: z.string().optional(),
  /** Null: no such cell any more, or none that runs. */
  cells: z.record(z.string(), cellSchema.nullable()),
  /** Paired ratios of times, by cell. */
  ratios: z.record(z.string(), ratioSchema).optional(),
});

/** What history keeps of a cell at a commit. */
export type HistoryCell = z.infer<typeof cellSchema>;
/** A line of history. */
export type HistoryLine = z.infer<typeof lineSchema>;

/** Counters that history keeps; the others follow from them or from the trace. */
const kept: ReadonlySet<string> = new Set([
  'dispatches',
  'maps',
  'syncs',
  'submits',
  'boundBytes',
  'allocatedBytes',
  'writtenBytes',
  'measuredBytes',
  'predictedBytes',
  'pipelines',
  'gradients',
  'vjps',
  'jvps',
  'hvps',
]);

/** Facts as history keeps them. */
export function historyCell({ trace, results, modules, counters }: CellFacts): HistoryCell {
  return {
    trace,
    results,
    shaders: hashOf(modules.map(({ hash }) => hash)).slice(0, 16),
    counters: Object.fromEntries(Object.entries(counters).filter(([name]) => kept.has(name))),
  };
}

/** A commit with all of its cells. */
export interface RecordedCommit {
  readonly line: HistoryLine;
  readonly cells: ReadonlyMap<string, HistoryCell>;
}

/** The key of a machine: what stays the same from day to day. */
export function machineKey(machine: Machine): string {
  const { adapter, backend, software, processor, cores, system } = machine;
  return hashOf({ adapter, backend, software, processor, cores, system }).slice(0, 12);
}

/** The history of one machine kind. */
export class History {
  readonly folder: string;
  readonly name: string;

  /**
   * @param root `benchmarks/history`
   * @param name of the machine kind; its key when left out
   * @throws UsageError where another machine has this name already
   */
  constructor(root: string, machine: Machine, name = machineKey(machine)) {
    this.name = name;
    this.folder = join(root, `v${version}`, name);
    const path = join(this.folder, 'machine.json');
    const { adapter, backend, software, processor, cores, system } = machine;
    const own = { adapter, backend, software, processor, cores, system };
    if (existsSync(path)) {
      const known = JSON.parse(readFileSync(path, 'utf8')) as Machine;
      if (canonicalJson(known) !== canonicalJson(own))
        throw new UsageError(
          `${this.folder} is the history of another machine (${known.adapter}; ${known.processor}, ${known.cores} cores; ` +
            `this one is ${adapter}; ${processor}, ${cores} cores). Give this one a name of its own with --machine.`,
        );
      return;
    }
    writing(root, 'The history', () => {
      mkdirSync(this.folder, { recursive: true });
      writeFileSync(path, `${JSON.stringify(own, null, 2)}\n`);
    });
  }

  /** All commits, the oldest first. */
  read(): readonly RecordedCommit[] {
    return readHistory(this.folder);
  }

  /** Adds a commit. Cells that are as in the line before it on this machine, from the same measuring code, are left out. */
  add(
    commit: Commit,
    measuring: string,
    outcomes: Readonly<Record<string, CellOutcome>>,
    before: RecordedCommit | undefined,
  ): HistoryLine {
    const from = before?.line.measuring === measuring ? before : undefined;
    const cells: Record<string, HistoryCell | null> = {};
    for (const [name, outcome] of Object.entries(outcomes)) {
      const cell = outcome.ok ? historyCell(outcome.facts) : null;
      const known = from?.cells.get(name) ?? null;
      if (canonicalJson(cell) !== canonicalJson(known)) cells[name] = cell;
    }
    return this.append({
      longhorizonHistory: version,
      commit: commit.hash,
      parents: commit.parents,
      committed: commit.committed,
      subject: commit.subject,
      measuring,
      ...(from === undefined ? {} : { from: from.line.commit }),
      cells,
    });
  }

  append(line: HistoryLine): HistoryLine {
    const path = join(this.folder, `${line.committed.slice(0, 4)}.jsonl`);
    writing(this.folder, 'The history', () => appendFileSync(path, `${canonicalJson(line)}\n`));
    return line;
  }
}

/** The machines that have a history. */
export function historyMachines(
  root: string,
): readonly { readonly name: string; readonly machine: Machine }[] {
  const folder = join(root, `v${version}`);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'machine.json')))
    .sort()
    .map((name) => ({
      name,
      machine: JSON.parse(readFileSync(join(folder, name, 'machine.json'), 'utf8')) as Machine,
    }));
}

/** Where a machine's history lies. */
export const machineFolder = (root: string, name: string): string => join(root, `v${version}`, name);

/**
 * Reads the lines of a machine's history. A line that stands twice, as a merge by union leaves it, counts once.
 *
 * @throws UsageError for a line of a newer version, or one that cannot be read
 */
export function readHistory(folder: string): readonly RecordedCommit[] {
  const lines = new Map<string, HistoryLine>();
  for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
    if (!name.endsWith('.jsonl')) continue;
    const path = join(folder, name);
    for (const [index, text] of readFileSync(path, 'utf8').split('\n').entries()) {
      if (text.trim() === '') continue;
      const line = parseLine(text, `${path}:${index + 1}`);
      lines.set(`${line.commit} ${line.measuring}`, line);
    }
  }
  return completed([...lines.values()]);
}

function parseLine(text: string, place: string): HistoryLine {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new UsageError(
      `${place} is no line of history: it is not whole JSON. Delete the line; its commit is recorded again.`,
    );
  }
  const found = (data as { readonly longhorizonHistory?: unknown }).longhorizonHistory;
  if (typeof found === 'number' && found > version)
    throw new UsageError(
      `${place} is of version ${found} of the history; this program reads ${version}. Use the newer program that wrote it.`,
    );
  const read = lineSchema.safeParse(data);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new UsageError(`${place} is no line of history: ${issue?.path.join('.')}: ${issue?.message}.`);
  }
  return read.data;
}

/** Lines with all of their cells, in the order of the commits' times; those of one second as they were recorded. */
function completed(lines: readonly HistoryLine[]): readonly RecordedCommit[] {
  const byKey = new Map(lines.map((line) => [`${line.commit} ${line.measuring}`, line]));
  const known = new Map<string, ReadonlyMap<string, HistoryCell>>();
  const cellsOf = (line: HistoryLine): ReadonlyMap<string, HistoryCell> => {
    const key = `${line.commit} ${line.measuring}`;
    const done = known.get(key);
    if (done !== undefined) return done;
    const from = line.from === undefined ? undefined : byKey.get(`${line.from} ${line.measuring}`);
    if (line.from !== undefined && from === undefined)
      throw new UsageError(
        `The history says of ${line.commit.slice(0, 10)} only what differs from ${line.from.slice(0, 10)}, and has no line of that one. Take the missing line from another branch, or record the commit anew.`,
      );
    const cells = new Map(from === undefined ? [] : cellsOf(from));
    for (const [name, cell] of Object.entries(line.cells)) {
      if (cell === null) cells.delete(name);
      else cells.set(name, cell);
    }
    known.set(key, cells);
    return cells;
  };
  const ordered = lines
    .map((line, index) => ({ line, index }))
    .sort((a, b) => Date.parse(a.line.committed) - Date.parse(b.line.committed) || a.index - b.index);
  return ordered.map(({ line }) => ({ line, cells: cellsOf(line) }));
}

/** What changed at a commit: cells by what it was that changed. */
export interface HistoryChange {
  readonly commit: HistoryLine;
  /** A counter, `results`, `shaders`, `commands`, `new` or `gone`. */
  readonly what: string;
  readonly cells: readonly { readonly cell: string; readonly before?: number; readonly after?: number }[];
}

/** Every exact change between a commit and the line that it is told from; of the first and after new measuring code nothing. */
export function exactChanges(commits: readonly RecordedCommit[]): readonly HistoryChange[] {
  const byKey = new Map(commits.map((one) => [`${one.line.commit} ${one.line.measuring}`, one]));
  return commits.flatMap(({ line, cells }) => {
    const before = line.from === undefined ? undefined : byKey.get(`${line.from} ${line.measuring}`);
    if (before === undefined) return [];
    const changes = new Map<string, { cell: string; before?: number; after?: number }[]>();
    const note = (what: string, entry: { cell: string; before?: number; after?: number }): void => {
      changes.set(what, [...(changes.get(what) ?? []), entry]);
    };
    for (const cell of Object.keys(line.cells)) {
      const [a, b] = [before.cells.get(cell), cells.get(cell)];
      if (a === undefined || b === undefined) {
        if (a !== b) note(a === undefined ? 'new' : 'gone', { cell });
        continue;
      }
      if (a.results !== b.results) note('results', { cell });
      if (a.shaders !== b.shaders) note('shaders', { cell });
      const counters = Object.keys({ ...a.counters, ...b.counters }).filter(
        (name) => a.counters[name] !== b.counters[name],
      );
      for (const name of counters)
        note(name, {
          cell,
          ...(a.counters[name] === undefined ? {} : { before: a.counters[name] }),
          ...(b.counters[name] === undefined ? {} : { after: b.counters[name] }),
        });
      if (a.results === b.results && a.shaders === b.shaders && counters.length === 0)
        note('commands', { cell });
    }
    return [...changes].map(([what, own]) => ({ commit: line, what, cells: own }));
  });
}
