import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { allCells, type Shard } from '../cell/shard.ts';
import { plural, RunError } from '../errors.ts';
import { type CellRecord, checkRecord } from '../record/record.ts';
import { writeFileAtomic } from './atomic.ts';
import { checkOutputFolder, defaultMinimumFreeBytes, writing } from './folder.ts';
import { lockFolder } from './lock.ts';
import { attemptPrefix, cellPlace, storedName } from './name.ts';
import { quarantineOf } from './quarantine.ts';
import { isBundle, isLater, type Rejected, streamRecords } from './read.ts';

/**
 * A folder of records, open for one run.
 *
 *     records/ab/abcd…/0123456789ab-001.json   one file per attempt, named by cell, version and attempt
 *     quarantine/                              what is no record, each with a `.reason.txt`
 *     .locks/ .temporary/                      while a run is under way
 */
export interface Store {
  readonly folder: string;
  /** What was set aside on opening. */
  readonly quarantined: readonly Rejected[];
  /** What is not used and stays where it is: records of a newer program, lines of bundles, files that cannot be read. */
  readonly leftAlone: readonly Rejected[];
  /** The latest attempt at a cell under a version, if there is one. */
  find(cellId: string, versionId: string): CellRecord | undefined;
  /** The latest attempts at all cells. */
  records(): Iterable<CellRecord>;
  /** Adds an attempt and returns it with its number. Once this returns, the record is on the disk. @throws RunError when it cannot be written */
  append(record: CellRecord): CellRecord;
  /** Sets aside what came instead of a record and returns where it lies, relative to the folder. */
  quarantine(content: string, problems: readonly string[]): string;
  /** Aborted when the folder is found to be no longer this run's. */
  readonly lost: AbortSignal;
  /** @throws RunError when the folder is no longer this run's, or records that it wrote are gone */
  check(): void;
  /** Gives the folder back. */
  close(): void;
}

/** How to open a store. */
export interface StoreOptions {
  readonly shard?: Shard;
  readonly minimumFreeBytes?: number;
}

/**
 * Opens a folder for writing: checks that it can be written, locks it, sets aside files that are no records,
 * and remembers which cells are answered.
 *
 * @throws UsageError when the folder cannot be written, is full, or is held by another run
 */
export function openStore(folder: string, options: StoreOptions = {}): Store {
  const shard = options.shard ?? allCells;
  checkOutputFolder(folder, options.minimumFreeBytes ?? defaultMinimumFreeBytes);
  const lost = new AbortController();
  const lock = lockFolder(folder, shard, () => lost.abort());
  const written: string[] = [];
  try {
    const temporary = join(folder, '.temporary', `shard-${shard.index}-of-${shard.count}`);
    rmSync(temporary, { recursive: true, force: true });
    mkdirSync(join(folder, 'records'), { recursive: true });
    const quarantine = quarantineOf(folder, temporary);
    const { latest, rejected } = load(folder);
    const quarantined = rejected.filter(({ kind, path }) => kind === 'no-record' && !isLine(path));
    for (const { path, problems } of quarantined) quarantine.move(path, problems);
    const named = (one: Rejected): Rejected => ({ ...one, path: relative(folder, one.path) });
    return {
      folder,
      quarantined: quarantined.map(named),
      leftAlone: rejected.filter((one) => !quarantined.includes(one)).map(named),
      records: () => latest.values(),
      find: (cellId, versionId) => latest.get(`${cellId} ${versionId}`),
      append: (record) => {
        const numbered = withAttempt(record, folder);
        const path = join(folder, 'records', storedName(numbered.identity));
        // A folder that was removed would be made once more, and this record would be all it holds.
        lock.check();
        writing(folder, 'A record', () => writeFileAtomic(path, `${JSON.stringify(numbered)}\n`, temporary));
        written.push(path);
        latest.set(`${numbered.identity.cellId} ${numbered.identity.versionId}`, numbered);
        return numbered;
      },
      quarantine: (content, problems) => quarantine.keep(content, problems),
      lost: lost.signal,
      check: () => {
        lock.check();
        const gone = written.filter((path) => !existsSync(path)).length;
        if (gone === 0) return;
        throw new RunError(
          `${gone} of the ${plural(written.length, 'record')} that this run wrote to ${folder} are gone: somebody removed them, or the disk was taken ` +
            'away. The same command measures their cells again.',
        );
      },
      close: () => {
        rmSync(temporary, { recursive: true, force: true });
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Whether a place is a line of a bundle, which holds records as well and is never moved. */
function isLine(path: string): boolean {
  return isBundle(path.replace(/:\d+$/, ''));
}

/** What a store's records answer; what is rejected stays where it is for now. */
function load(folder: string): {
  readonly latest: Map<string, CellRecord>;
  readonly rejected: readonly Rejected[];
} {
  const latest = new Map<string, CellRecord>();
  const rejected: Rejected[] = [];
  for (const found of streamRecords([folder])) {
    if (!found.ok) {
      rejected.push(found.rejected);
      continue;
    }
    const { record } = found;
    const key = `${record.identity.cellId} ${record.identity.versionId}`;
    const known = latest.get(key);
    if (known === undefined || isLater(record, known)) latest.set(key, record);
  }
  return { latest, rejected };
}

/** Numbers an attempt after all existing ones, from any process. */
function withAttempt(record: CellRecord, folder: string): CellRecord {
  const { cellId, versionId } = record.identity;
  const prefix = attemptPrefix(versionId);
  const attempts = listOrNothing(join(folder, 'records', cellPlace(cellId)))
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number.parseInt(name.slice(prefix.length), 10))
    .filter((attempt) => attempt >= 1);
  const numbered = { ...record, identity: { ...record.identity, attempt: Math.max(0, ...attempts) + 1 } };
  const result = checkRecord(numbered);
  if (!result.ok)
    throw new Error(
      `internal: a record that fails its schema was to be stored: ${result.problems.join('; ')}`,
    );
  return result.value;
}

function listOrNothing(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
