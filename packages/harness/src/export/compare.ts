import { describeCell } from '../cell/config.ts';
import { canonicalJson } from '../cell/identity.ts';
import { plural } from '../errors.ts';
import { bytesText, numberText, percentText, timeText } from '../leaderboard/format.ts';
import { currentRecords } from '../leaderboard/rows.ts';
import type { CellRecord } from '../record/record.ts';
import { stableContent } from '../record/stable.ts';
import { median } from '../statistics/describe.ts';
import { textTable } from './text-table.ts';

/** How one cell fared in two sets of records. */
export interface ComparedCell {
  readonly cell: string;
  readonly a: CellRecord;
  readonly b: CellRecord;
  /** B / A − 1 of the medians; absent where a time is missing. */
  readonly time?: { readonly change: number };
  /** Exact quantities that differ: `what: before → after`. */
  readonly changes: readonly string[];
}

/** Two sets of records, cell by cell. */
export interface Comparison {
  readonly cells: readonly ComparedCell[];
  readonly onlyInA: readonly string[];
  readonly onlyInB: readonly string[];
}

/**
 * Compares two sets of records: cells with the same configuration. Exact quantities (status, bytes, counters,
 * gradients, metrics) either agree or are listed. Times were taken in different runs, perhaps on a machine in
 * another mood: their ratio is shown without a verdict. For a verdict the arms must run in turns.
 */
export function compareRecords(a: readonly CellRecord[], b: readonly CellRecord[]): Comparison {
  const [before, after] = [a, b].map(
    (set) => new Map(currentRecords(set).map((record) => [record.identity.cellId, record])),
  );
  const cells: ComparedCell[] = [];
  for (const [cellId, old] of before ?? []) {
    const now = after?.get(cellId);
    if (now === undefined) continue;
    const time = compareTimes(old, now);
    cells.push({
      cell: describeCell(old.config),
      a: old,
      b: now,
      changes: exactChanges(old, now),
      ...(time === undefined ? {} : { time }),
    });
  }
  const missing = (from: typeof before, other: typeof before): readonly string[] =>
    [...(from ?? [])]
      .filter(([cellId]) => other?.has(cellId) !== true)
      .map(([, record]) => describeCell(record.config));
  return {
    cells: cells.sort((x, y) => (x.cell < y.cell ? -1 : 1)),
    onlyInA: missing(before, after),
    onlyInB: missing(after, before),
  };
}

function compareTimes(a: CellRecord, b: CellRecord): ComparedCell['time'] {
  const samplesOf = ({ time }: CellRecord): readonly number[] =>
    time?.phases[time.primaryPhase]?.samples ?? [];
  const [before, after] = [samplesOf(a), samplesOf(b)];
  if (before.length === 0 || after.length === 0) return undefined;
  return { change: median(after) / median(before) - 1 };
}

/** What must be equal when nothing was changed, listed where it is not. */
function exactChanges(a: CellRecord, b: CellRecord): readonly string[] {
  const changes: string[] = [];
  const add = (what: string, before: string, after: string): void => {
    if (before !== after) changes.push(`${what}: ${before} → ${after}`);
  };
  add('status', a.status, b.status);
  add('peak', bytesText(a.memory?.peakBytes), bytesText(b.memory?.peakBytes));
  const counters = new Set([...Object.keys(a.counters ?? {}), ...Object.keys(b.counters ?? {})]);
  for (const name of [...counters].sort())
    add(name, numberOf(a.counters?.[name]), numberOf(b.counters?.[name]));
  add('cosine', numberOf(a.gradient?.cosine), numberOf(b.gradient?.cosine));
  add('relative error', numberText(a.gradient?.relativeError), numberText(b.gradient?.relativeError));
  const metrics = new Set([...Object.keys(a.training?.final ?? {}), ...Object.keys(b.training?.final ?? {})]);
  for (const name of [...metrics].sort())
    add(name, numberOf(a.training?.final[name]), numberOf(b.training?.final[name]));
  if (changes.length === 0) {
    const places = placesThatDiffer(contentOf(a), contentOf(b));
    if (places.length > 0)
      changes.push(
        `other exact content: ${places.slice(0, mostPlaces).join(', ')}${places.length > mostPlaces ? ', …' : ''}`,
      );
  }
  return changes;
}

/** Stable content without what names code and machine: those may differ between the two sets. */
function contentOf(record: CellRecord): unknown {
  const {
    identity: _identity,
    environment: _environment,
    ...content
  } = stableContent(record) as Record<string, unknown>;
  return content;
}

const mostPlaces = 6;

/** Where two JSON values differ, as paths: `artifacts.weights`, `kernelVariants`. */
function placesThatDiffer(a: unknown, b: unknown, path = ''): readonly string[] {
  if (isObject(a) && isObject(b)) {
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
    return names.flatMap((name) =>
      placesThatDiffer(a[name], b[name], path === '' ? name : `${path}.${name}`),
    );
  }
  const text = (value: unknown): string => (value === undefined ? '' : canonicalJson(value));
  return text(a) === text(b) ? [] : [path];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numberOf(value: number | null | undefined): string {
  return value === undefined || value === null ? 'none' : String(value);
}

/** The comparison as text: exact changes first, then the largest changes in time. */
export function showComparison(comparison: Comparison, limit = 40): string {
  const { cells, onlyInA, onlyInB } = comparison;
  const changed = cells.filter((cell) => cell.changes.length > 0);
  const timed = cells.filter((cell) => cell.time !== undefined);
  const largest = [...timed].sort((x, y) => Math.abs(y.time?.change ?? 0) - Math.abs(x.time?.change ?? 0));
  const parts = [
    `${plural(cells.length, 'cell')} in both; ${onlyInA.length} only in A, ${onlyInB.length} only in B.`,
    changed.length === 0
      ? 'Exact results (status, bytes, counters, gradients, metrics) agree in every cell.'
      : `Exact results differ in ${plural(changed.length, 'cell')}:\n\n${changed
          .slice(0, limit)
          .map((cell) => `${cell.cell}\n${cell.changes.map((change) => `    ${change}`).join('\n')}`)
          .join('\n')}${more(changed.length, limit)}`,
  ];
  if (timed.length > 0) {
    const rows = largest
      .slice(0, limit)
      .map((cell) => [
        cell.cell,
        timeText(medianOf(cell.a)),
        timeText(medianOf(cell.b)),
        percentText(cell.time?.change),
      ]);
    const head = [
      { title: 'cell' },
      { title: 'A', align: 'right' as const },
      { title: 'B', align: 'right' as const },
      { title: 'change', align: 'right' as const },
    ];
    parts.push(
      'Times, largest change first. A and B were not interleaved, so these ratios are no verdict:\n\n' +
        `${textTable(head, rows)}${more(timed.length, limit)}`,
    );
  }
  return parts.join('\n\n');
}

function medianOf({ time }: CellRecord): number | null | undefined {
  return time?.phases[time.primaryPhase]?.summary.median;
}

function more(count: number, limit: number): string {
  return count > limit ? `\n… and ${count - limit} more` : '';
}
