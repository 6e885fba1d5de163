import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { sha256 } from '../cell/identity.ts';
import { UsageError } from '../errors.ts';
import { attemptKey, type CellRecord } from '../record/record.ts';
import { linesOf } from './lines.ts';
import { isStoredName, storedName } from './name.ts';
import { parseRecord, type RejectedKind } from './parse.ts';

/** A file, or a line of one, that is not used as a record, and why. */
export interface Rejected {
  readonly path: string;
  readonly kind: RejectedKind;
  readonly problems: readonly string[];
}

/** Records and what could not be read as one. */
export interface ReadResult {
  readonly records: readonly CellRecord[];
  readonly rejected: readonly Rejected[];
}

/** One document of a store, a folder or a bundle. */
export type Found =
  | { readonly ok: true; readonly path: string; readonly record: CellRecord }
  | { readonly ok: false; readonly rejected: Rejected };

/** The largest record: the largest one committed holds 60 kB. */
const longestRecordBytes = 64 * 2 ** 20;

/**
 * Reads records from folders and files: a store (its `records` folder), any folder of `.json` records, or a
 * bundle with one record a line (`.jsonl`). A folder `community` holds records of other people, which are not mixed with others: give its own path. Nothing is changed. What is no record is named, not dropped; JSON of another kind is no
 * concern of ours.
 *
 * @throws UsageError when a path does not exist
 */
export function readRecords(paths: readonly string[]): ReadResult {
  const records: CellRecord[] = [];
  const rejected: Rejected[] = [];
  for (const found of streamRecords(paths)) {
    if (found.ok) records.push(found.record);
    else rejected.push(found.rejected);
  }
  return { records, rejected };
}

/**
 * What {@link readRecords} gives, one document at a time: in bounded memory but for 32 characters a record, by which doubles are known, and from
 * files of any size.
 *
 * A record that lies in a folder and in a bundle of it comes once. Of two that have one identity (see {@link attemptKey}) and differ, the
 * first stands, and the other is named.
 *
 * @throws UsageError when a path does not exist
 */
export function* streamRecords(paths: readonly string[]): Generator<Found> {
  for (const path of paths)
    if (!existsSync(path)) throw new UsageError(`There is no ${path} to read records from.`);
  const known = new Map<string, string>();
  for (const path of paths) {
    for (const file of recordFiles(path)) {
      for (const found of recordsIn(file, path)) {
        const double = found.ok ? doubleOf(found, known) : undefined;
        if (double === undefined) yield found;
        else if (double !== 'same') yield { ok: false, rejected: double };
      }
    }
  }
}

/** Why a document is not used, as a line for a person. */
export function rejectedText({ path, kind, problems }: Rejected): string {
  const [first = '', ...more] = problems;
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return `${path} ${kind === 'no-record' ? 'is no record' : 'is left alone'}: ${first}${others}`;
}

/** The documents of one file below a path that was asked for. */
function* recordsIn(file: string, path: string): Generator<Found> {
  const reject = (place: string, kind: RejectedKind, ...problems: readonly string[]): Found => ({
    ok: false,
    rejected: { path: place, kind, problems },
  });
  const tooLarge = `larger than ${longestRecordBytes / 2 ** 20} MiB, which no record is`;
  const bundle = isBundle(file);
  const onlyRecords = bundle || isStore(path);
  let number = 0;
  try {
    for (const document of bundle ? linesOf(file, longestRecordBytes) : [wholeFile(file)]) {
      number++;
      const place = bundle ? `${file}:${number}` : file;
      if (document === undefined) yield reject(place, 'no-record', tooLarge);
      else if (!bundle || !isBlank(document)) {
        const parsed = parseRecord(document);
        if (!parsed.ok) {
          if (parsed.kind !== 'other') yield reject(place, parsed.kind, ...parsed.problems);
          else if (onlyRecords) yield reject(place, 'no-record', ...parsed.problems);
        } else {
          const misplaced = bundle ? undefined : contradiction(file, path, parsed.value);
          if (misplaced !== undefined) yield reject(place, 'no-record', misplaced);
          else yield { ok: true, path: place, record: parsed.value };
        }
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    yield reject(file, 'unreadable', `it cannot be read (${(error as Error).message})`);
  }
}

function wholeFile(file: string): Uint8Array | undefined {
  return statSync(file).size > longestRecordBytes ? undefined : readFileSync(file);
}

/** Carriage returns, spaces and tabs only. */
function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 13 || byte === 32 || byte === 9);
}

/** Whether a file has a record a line. */
export function isBundle(file: string): boolean {
  return file.endsWith('.jsonl');
}

/** Whether a folder is one that runs write to, in which there is nothing but records. */
function isStore(path: string): boolean {
  return existsSync(join(path, 'records'));
}

/** In a store the file's name says which record it holds: a copy under another name is not another attempt. */
function contradiction(file: string, path: string, { identity }: CellRecord): string | undefined {
  const inside = relative(isStore(path) ? join(path, 'records') : path, file)
    .split(sep)
    .join('/');
  const given = file.split(sep).join('/');
  if (!isStore(path) && !isStoredName(given)) return undefined;
  const right = storedName(identity);
  return given.endsWith(`/${right}`) ? undefined : `its name is ${inside}, and its identity gives ${right}`;
}

/** The folder of records of other people. */
export const communityFolder = 'community';

/** Folders that are read only when they are asked for by their own path. */
const apart: ReadonlySet<string> = new Set(['quarantine', communityFolder]);

/** The record files below a path, sorted by name so that the order does not depend on the file system. */
function recordFiles(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  const inside = isStore(path) ? join(path, 'records') : path;
  const files: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || apart.has(entry.name)) continue;
      if (entry.isDirectory()) walk(join(folder, entry.name));
      else if (/\.jsonl?$/.test(entry.name)) files.push(join(folder, entry.name));
    }
  };
  walk(inside);
  return files.sort();
}

/** Whether the same identity was met before: with the same content, or with another, which is then named. */
function doubleOf(
  { path, record }: Extract<Found, { readonly ok: true }>,
  known: Map<string, string>,
): Rejected | 'same' | undefined {
  const { cellId, attempt } = record.identity;
  const key = sha256(attemptKey(record)).slice(0, 32);
  // The schema puts the fields in order, so equal records are equal texts.
  const digest = sha256(JSON.stringify(record)).slice(0, 32);
  const before = known.get(key);
  if (before === undefined) known.set(key, digest);
  if (before === undefined) return undefined;
  if (before === digest) return 'same';
  const problem = `a record read before has the same identity (cell ${cellId.slice(0, 12)}…, attempt ${attempt}) and says something else`;
  return { path, kind: 'double', problems: [problem] };
}

/**
 * The record that answers each cell under each version: the latest attempt. Sorted by cell, so that whatever
 * is built from it does not depend on the order of files.
 */
export function latestRecords(records: readonly CellRecord[]): readonly CellRecord[] {
  const latest = new Map<string, CellRecord>();
  for (const record of records) {
    const key = `${record.identity.cellId} ${record.identity.versionId}`;
    const known = latest.get(key);
    if (known === undefined || isLater(record, known)) latest.set(key, record);
  }
  return [...latest.keys()].sort().map((key) => latest.get(key) as CellRecord);
}

/** Which of two attempts at a cell answers it: the one that began later. */
export function isLater(a: CellRecord, b: CellRecord): boolean {
  if (a.run.startedAt !== b.run.startedAt) return a.run.startedAt > b.run.startedAt;
  return a.identity.attempt > b.identity.attempt;
}
