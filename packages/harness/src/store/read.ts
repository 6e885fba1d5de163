import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { type CellRecord, checkRecord } from '../record/record.ts';

/** A file, or a line of one, that is no record, and why. */
export interface Rejected {
  readonly path: string;
  readonly problems: readonly string[];
}

/** Records and what could not be read as one. */
export interface ReadResult {
  readonly records: readonly CellRecord[];
  readonly rejected: readonly Rejected[];
}

/**
 * Reads records from folders and files: a store (its `records` folder), any folder of `.json` records, or a
 * bundle with one record a line (`.jsonl`). Nothing is changed. What fails the schema is named, not dropped; JSON of another kind is no
 * concern of ours.
 *
 * @throws UsageError when a path does not exist
 */
export function readRecords(paths: readonly string[]): ReadResult {
  const records: CellRecord[] = [];
  const rejected: Rejected[] = [];
  for (const path of paths) {
    if (!existsSync(path)) throw new UsageError(`There is no ${path} to read records from.`);
    for (const file of recordFiles(path)) {
      for (const { place, text } of documents(file)) {
        const result = parseRecord(text);
        if (result.ok) records.push(result.value);
        else if (isBundle(file) || isStore(path) || !isOtherDocument(text))
          rejected.push({ path: place, problems: result.problems });
      }
    }
  }
  return { records: withoutDoubles(records), rejected };
}

/** Whether a file has a record a line. */
function isBundle(file: string): boolean {
  return file.endsWith('.jsonl');
}

/** Whether a folder is one that runs write to, in which there is nothing but records. */
function isStore(path: string): boolean {
  return existsSync(join(path, 'records'));
}

/** Whether a text is JSON that does not claim to be a record: results of another kind may lie beside records. */
function isOtherDocument(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    const claims = ['schemaVersion', 'kind', 'identity', 'config'];
    return value instanceof Object && !claims.some((name) => name in value);
  } catch {
    return false;
  }
}

/** Parses and checks one record. */
export function parseRecord(text: string): ReturnType<typeof checkRecord> {
  try {
    return checkRecord(JSON.parse(text));
  } catch (error) {
    return { ok: false, problems: [`not JSON: ${(error as Error).message}`] };
  }
}

/** The record files below a path, sorted by name so that the order does not depend on the file system. */
export function recordFiles(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  const inside = isStore(path) ? join(path, 'records') : path;
  const files: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name === 'quarantine') continue;
      if (entry.isDirectory()) walk(join(folder, entry.name));
      else if (/\.jsonl?$/.test(entry.name)) files.push(join(folder, entry.name));
    }
  };
  walk(inside);
  return files.sort();
}

function documents(file: string): readonly { readonly place: string; readonly text: string }[] {
  const text = readFileSync(file, 'utf8');
  if (!isBundle(file)) return [{ place: file, text }];
  return text
    .split('\n')
    .map((line, index) => ({ place: `${file}:${index + 1}`, text: line }))
    .filter((line) => line.text.trim() !== '');
}

/** A record that lies in a folder and in a bundle of it counts once. */
function withoutDoubles(records: readonly CellRecord[]): readonly CellRecord[] {
  const seen = new Map(
    records.map((record) => {
      const { cellId, versionId, attempt } = record.identity;
      return [`${cellId} ${versionId} ${attempt} ${record.run.startedAt}`, record];
    }),
  );
  return [...seen.values()];
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

function isLater(a: CellRecord, b: CellRecord): boolean {
  if (a.run.startedAt !== b.run.startedAt) return a.run.startedAt > b.run.startedAt;
  return a.identity.attempt > b.identity.attempt;
}
