/** @file Where records of others lie: a folder a device, a file a submission. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../cell/identity.ts';
import { UsageError } from '../errors.ts';
import { groupedBy } from '../grouped.ts';
import { deviceOf } from '../leaderboard/device.ts';
import { slugOf } from '../publish/slug.ts';
import { attemptKey, type CellRecord } from '../record/record.ts';
import { writeFileAtomic } from '../store/atomic.ts';
import { writing } from '../store/folder.ts';
import { streamRecords } from '../store/read.ts';

/** What filing came to. */
export interface Filed {
  /** The files that were written. */
  readonly files: readonly string[];
  readonly records: number;
  /** Records that lay there before. */
  readonly before: number;
}

/**
 * Files records by the device that they name. Names are made here, from letters, digits and dashes; the content decides them, so the same
 * records are filed once. Written is what was understood, not what was sent.
 *
 * @throws UsageError where a record contradicts one that lies there, and nothing is written
 */
export function fileRecords(records: readonly CellRecord[], folder: string): Filed {
  const known = new Map<string, string>();
  if (existsSync(folder))
    for (const found of streamRecords([folder]))
      if (found.ok) known.set(attemptKey(found.record), JSON.stringify(found.record));
  const fresh = records.filter((record) => {
    const earlier = known.get(attemptKey(record));
    if (earlier !== undefined && earlier !== JSON.stringify(record))
      throw new UsageError(
        `A record of cell ${record.identity.cellId.slice(0, 12)}… that began at ${record.run.startedAt} lies in ${folder} already, with other results. Nothing was filed.`,
      );
    return earlier === undefined;
  });
  const files = [...groupedBy(fresh, (record) => slugOf(deviceOf(record).label))].map(([device, own]) => {
    const ordered = [...own].sort((a, b) => (attemptKey(a) < attemptKey(b) ? -1 : 1));
    const text = ordered.map((record) => `${JSON.stringify(record)}\n`).join('');
    const day = own.map(({ run }) => run.startedAt.slice(0, 10)).sort()[0];
    const path = join(folder, device, `${day}-${sha256(text).slice(0, 12)}.jsonl`);
    writing(folder, 'The file of records', () => writeFileAtomic(path, text, join(folder, '.temporary')));
    return path;
  });
  return { files, records: fresh.length, before: records.length - fresh.length };
}
