import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { sha256 } from '../cell/identity.ts';
import { type Shard, wholePlan } from '../cell/shard.ts';
import { type CellRecord, checkRecord } from '../record/record.ts';
import { writeFileAtomic } from './atomic.ts';
import { checkOutputFolder, defaultMinimumFreeBytes, writing } from './folder.ts';
import { lockFolder } from './lock.ts';
import { parseRecord, type Rejected, recordFiles } from './read.ts';

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
  /** The latest attempt at a cell under a version, if there is one. */
  find(cellId: string, versionId: string): CellRecord | undefined;
  /** Adds an attempt and returns it with its number. Once this returns, the record is on the disk. */
  append(record: CellRecord): CellRecord;
  /** Sets aside what came instead of a record and returns where it lies, relative to the folder. */
  quarantine(content: string, problems: readonly string[]): string;
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
  const shard = options.shard ?? wholePlan;
  checkOutputFolder(folder, options.minimumFreeBytes ?? defaultMinimumFreeBytes);
  const unlock = lockFolder(folder, shard);
  try {
    const temporary = join(folder, '.temporary', `shard-${shard.index}-of-${shard.count}`);
    rmSync(temporary, { recursive: true, force: true });
    mkdirSync(join(folder, 'records'), { recursive: true });
    const quarantine = (content: string, problems: readonly string[], name?: string): string =>
      setAside(folder, content, problems, name);
    const { latest, quarantined } = load(folder, quarantine);
    return {
      folder,
      quarantined,
      find: (cellId, versionId) => latest.get(`${cellId} ${versionId}`),
      append: (record) => {
        const numbered = withAttempt(record, folder);
        const path = recordPath(folder, numbered);
        writing(folder, 'A record', () => writeFileAtomic(path, `${JSON.stringify(numbered)}\n`, temporary));
        latest.set(`${numbered.identity.cellId} ${numbered.identity.versionId}`, numbered);
        return numbered;
      },
      quarantine,
      close: () => {
        rmSync(temporary, { recursive: true, force: true });
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

function load(
  folder: string,
  quarantine: (content: string, problems: readonly string[], name?: string) => string,
): { readonly latest: Map<string, CellRecord>; readonly quarantined: readonly Rejected[] } {
  const latest = new Map<string, CellRecord>();
  const quarantined: Rejected[] = [];
  for (const file of recordFiles(folder)) {
    const text = readFileSync(file, 'utf8');
    const result = parseRecord(text);
    if (!result.ok) {
      quarantine(text, result.problems, basename(file));
      rmSync(file);
      quarantined.push({ path: relative(folder, file), problems: result.problems });
      continue;
    }
    const key = `${result.value.identity.cellId} ${result.value.identity.versionId}`;
    const known = latest.get(key);
    if (known === undefined || known.identity.attempt < result.value.identity.attempt)
      latest.set(key, result.value);
  }
  return { latest, quarantined };
}

/** Numbers an attempt after those already there, whoever wrote them. */
function withAttempt(record: CellRecord, folder: string): CellRecord {
  const { cellId, versionId } = record.identity;
  const prefix = `${versionId.slice(0, 12)}-`;
  const attempts = listOrNothing(cellFolder(folder, cellId))
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number.parseInt(name.slice(prefix.length), 10));
  const numbered = { ...record, identity: { ...record.identity, attempt: Math.max(0, ...attempts) + 1 } };
  const result = checkRecord(numbered);
  if (!result.ok)
    throw new Error(
      `internal: a record that fails its schema was to be stored: ${result.problems.join('; ')}`,
    );
  return result.value;
}

function recordPath(folder: string, { identity: { cellId, versionId, attempt } }: CellRecord): string {
  return join(
    cellFolder(folder, cellId),
    `${versionId.slice(0, 12)}-${String(attempt).padStart(3, '0')}.json`,
  );
}

function cellFolder(folder: string, cellId: string): string {
  return join(folder, 'records', cellId.slice(0, 2), cellId);
}

function listOrNothing(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function setAside(folder: string, content: string, problems: readonly string[], name?: string): string {
  const place = join(folder, 'quarantine');
  mkdirSync(place, { recursive: true });
  const path = join(place, `${sha256(content).slice(0, 12)}-${name ?? 'measurement.json'}`);
  writeFileSync(`${path}.part`, content);
  renameSync(`${path}.part`, path);
  writeFileSync(`${path}.reason.txt`, `${problems.join('\n')}\n`);
  return relative(folder, path);
}
