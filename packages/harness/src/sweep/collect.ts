/** @file The union of stores by content. */
import type { CellRecord } from '../record/record.ts';
import { stableDigest } from '../record/stable.ts';
import { writeFileAtomic } from '../store/atomic.ts';
import { type Rejected, streamRecords } from '../store/read.ts';

/** Two records that answer the same cell under the same version, both measured, and say different things where they must agree. */
export interface Conflict {
  readonly cellId: string;
  readonly places: readonly string[];
  readonly record: CellRecord;
}

/** What came of gathering. */
export interface Collected {
  readonly records: number;
  /** Distinct cells among them. */
  readonly cells: number;
  readonly conflicts: readonly Conflict[];
  readonly rejected: readonly Rejected[];
}

/**
 * Gathers the records of stores, folders and bundles in one bundle, a record a line. What is in several of them is in it once. Later attempts at a
 * cell are kept beside earlier ones, as in any store. Memory is bounded but for two short words a record.
 *
 * @param paths read in this order
 * @param out the bundle; written whole or not at all
 */
export function collect(paths: readonly string[], out: string, temporaryFolder: string): Collected {
  const firstOf = new Map<string, string>();
  const again = new Map<string, string[]>();
  const rejected: Rejected[] = [];
  let records = 0;
  const cells = new Set<string>();
  function* lines(): Generator<string> {
    for (const found of streamRecords(paths)) {
      if (!found.ok) {
        rejected.push(found.rejected);
        continue;
      }
      const { record, path } = found;
      records++;
      cells.add(record.identity.cellId);
      if (record.status === 'ok') {
        const key = answerKey(record);
        const first = firstOf.get(key);
        if (first === undefined) firstOf.set(key, path);
        else again.set(key, [...(again.get(key) ?? [first]), path]);
      }
      yield `${JSON.stringify(record)}\n`;
    }
  }
  writeFileAtomic(out, lines(), temporaryFolder);
  return {
    records,
    cells: cells.size,
    rejected,
    conflicts: again.size === 0 ? [] : conflictsIn(paths, again),
  };
}

/** What names an answer: the cell, and measure version, code and device. */
function answerKey({ identity }: CellRecord): string {
  return `${identity.cellId.slice(0, 32)} ${identity.versionId.slice(0, 16)}`;
}

/** Reads once more what was answered several times, and compares all that must repeat. */
function conflictsIn(
  paths: readonly string[],
  again: ReadonlyMap<string, readonly string[]>,
): readonly Conflict[] {
  const digests = new Map<string, Map<string, { readonly place: string; readonly record: CellRecord }>>();
  for (const found of streamRecords(paths)) {
    if (!found.ok || found.record.status !== 'ok') continue;
    const key = answerKey(found.record);
    if (!again.has(key)) continue;
    const own = digests.get(key) ?? new Map();
    const digest = stableDigest(found.record);
    if (!own.has(digest)) own.set(digest, { place: found.path, record: found.record });
    digests.set(key, own);
  }
  return [...digests.values()]
    .filter((own) => own.size > 1)
    .map((own) => {
      const all = [...own.values()];
      const record = all[0]?.record as CellRecord;
      return { cellId: record.identity.cellId, places: all.map(({ place }) => place), record };
    });
}
