/** @file A store that many processes on many machines write to at once, without a lock: every one appends to a file of its own. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { type CellRecord, checkRecord } from '../record/record.ts';
import { flushFolder, writeWhole } from './atomic.ts';
import { checkOutputFolder, defaultMinimumFreeBytes, writing } from './folder.ts';
import { quarantineOf } from './quarantine.ts';
import { isLater, type Rejected, streamRecords } from './read.ts';
import type { Store } from './store.ts';

/** What a writer may be called: the name becomes one of a file. */
const writerPattern = /^[a-z0-9][a-z0-9-]*$/;

/**
 * Opens a folder for one of many writers. Records go to `records/<writer>.<n>.jsonl`, a line each, flushed to the disk before the next cell
 * begins; n counts the times that the writer was started, and the file of each start is new. Network file systems keep that promise of
 * exclusive creation, and locks often not. Readers report a line that a power failure left unfinished, and its cell runs again.
 *
 * Only the writer's own earlier records answer its cells: no two writers may have cells in common.
 *
 * @throws UsageError when the folder cannot be written, is full, or the writer has no name for a file
 */
export function openAppendingStore(
  folder: string,
  writer: string,
  minimumFreeBytes = defaultMinimumFreeBytes,
): Store {
  if (!writerPattern.test(writer))
    throw new UsageError(`A writer called ${writer}: its name needs lower-case letters, digits and dashes.`);
  checkOutputFolder(folder, minimumFreeBytes);
  const records = join(folder, 'records');
  mkdirSync(records, { recursive: true });
  const { latest, rejected } = earlierOf(records, writer);
  const file = openNext(records, writer);
  const quarantine = quarantineOf(folder, join(folder, '.temporary', writer));
  return {
    folder,
    quarantined: [],
    leftAlone: rejected,
    records: () => latest.values(),
    find: (cellId, versionId) => latest.get(`${cellId} ${versionId}`),
    append: (record) => {
      const { cellId, versionId } = record.identity;
      const attempt = (latest.get(`${cellId} ${versionId}`)?.identity.attempt ?? 0) + 1;
      const numbered = checkedRecord({ ...record, identity: { ...record.identity, attempt } });
      writing(folder, 'A record', () => {
        writeWhole(file, `${JSON.stringify(numbered)}\n`);
        fsyncSync(file);
      });
      latest.set(`${cellId} ${versionId}`, numbered);
      return numbered;
    },
    quarantine: (content, problems) => quarantine.keep(content, problems),
    // There is no lock to lose.
    lost: new AbortController().signal,
    check: () => {},
    close: () => closeSync(file),
  };
}

/** The files of a writer's starts, the first start first. */
function filesOf(records: string, writer: string): readonly string[] {
  if (!existsSync(records)) return [];
  return readdirSync(records)
    .flatMap((name) => {
      const start = startOf(name, writer);
      return start === undefined ? [] : [{ name, start }];
    })
    .sort((a, b) => a.start - b.start)
    .map(({ name }) => join(records, name));
}

function startOf(name: string, writer: string): number | undefined {
  const match = /^(.+)\.(\d+)\.jsonl$/.exec(name);
  return match?.[1] === writer ? Number(match[2]) : undefined;
}

function earlierOf(
  records: string,
  writer: string,
): { readonly latest: Map<string, CellRecord>; readonly rejected: readonly Rejected[] } {
  const latest = new Map<string, CellRecord>();
  const rejected: Rejected[] = [];
  for (const found of streamRecords(filesOf(records, writer))) {
    if (!found.ok) {
      rejected.push(found.rejected);
      continue;
    }
    const { cellId, versionId } = found.record.identity;
    const known = latest.get(`${cellId} ${versionId}`);
    if (known === undefined || isLater(found.record, known))
      latest.set(`${cellId} ${versionId}`, found.record);
  }
  return { latest, rejected };
}

/** Creates the file of this start; a concurrent start of the same writer gets another. */
function openNext(records: string, writer: string): number {
  for (let start = filesOf(records, writer).length + 1; ; start++) {
    try {
      const file = openSync(join(records, `${writer}.${start}.jsonl`), 'ax');
      flushFolder(records);
      return file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function checkedRecord(record: CellRecord): CellRecord {
  const result = checkRecord(record);
  if (result.ok) return result.value;
  throw new Error(`internal: a record that fails its schema was to be stored: ${result.problems.join('; ')}`);
}
