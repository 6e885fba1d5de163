import type { Suite } from '../cell/suite.ts';
import { plural } from '../errors.ts';
import { bytesText, numberText, percentText, timesText, timeText } from '../leaderboard/format.ts';
import type { CellRecord } from '../record/record.ts';
import { median, seedInterval } from '../statistics/describe.ts';
import { type Comparable, comparableSet } from './comparable.ts';
import { textTable } from './text-table.ts';

/** How one cell fared in two sets of records. */
export interface ComparedCell {
  readonly cell: string;
  readonly a: Comparable;
  readonly b: Comparable;
  /** Whether adapter and driver are the same, so that results must be equal to the bit. */
  readonly exact: boolean;
  /** B / A − 1; of ratios to what both were timed beside where there are some, else of milliseconds. Absent where a time is missing. */
  readonly time?: { readonly change: number; readonly of: 'ratio' | 'ms' };
  /** Quantities that differ: `what: before → after`. */
  readonly changes: readonly string[];
  /** Kernel families that chose another variant on another driver. */
  readonly variants: readonly string[];
}

/** Two sets of records, cell by cell. */
export interface Comparison {
  readonly cells: readonly ComparedCell[];
  readonly onlyInA: readonly string[];
  readonly onlyInB: readonly string[];
}

/**
 * Compares two sets of records: cells that measured the same (suite, problem, method, T, p, seed, pass, parameters, measure version), whatever
 * their profile. On one adapter and driver quantities (status, bytes, counters, gradients, metrics) agree to the bit or are listed; across drivers what
 * differs by more than {@link tolerances} is. What training came to is compared within one profile only: profiles train differently long.
 * Times under the same settings of the driver are compared by their ratio to what they were taken in turns with; those of different runs are no verdict all the same.
 *
 * @param a records, gone through once; of each little is kept
 */
export function compareRecords(
  a: Iterable<CellRecord>,
  b: Iterable<CellRecord>,
  suites: readonly Suite[] = [],
): Comparison {
  const [before, after] = [comparableSet(a, suites), comparableSet(b, suites)];
  const cells: ComparedCell[] = [];
  for (const [key, old] of before) {
    const pair = nearest(old, after.get(key) ?? []);
    if (pair !== undefined) cells.push(compared(...pair));
  }
  const missing = (from: typeof before, other: typeof before): readonly string[] =>
    [...from].filter(([key]) => !other.has(key)).map(([, [one]]) => one?.cell ?? '');
  return {
    cells: cells.sort((x, y) => (x.cell < y.cell ? -1 : 1)),
    onlyInA: missing(before, after),
    onlyInB: missing(after, before),
  };
}

/** Of several devices and profiles the pair that has most in common. */
function nearest(
  before: readonly Comparable[],
  after: readonly Comparable[],
): readonly [Comparable, Comparable] | undefined {
  const pairs = before.flatMap((a) => after.map((b) => [a, b] as const));
  const common = ([a, b]: readonly [Comparable, Comparable]): number =>
    8 * Number(a.device === b.device) +
    4 * Number(a.driver === b.driver) +
    2 * Number(a.variables === b.variables) +
    Number(a.profile === b.profile);
  return [...pairs].sort((x, y) => common(y) - common(x))[0];
}

function compared(a: Comparable, b: Comparable): ComparedCell {
  const exact = a.driver === b.driver;
  const variants = Object.keys({ ...a.variants, ...b.variants })
    .sort()
    .filter((family) => a.variants[family] !== b.variants[family]);
  const time = timeChange(a, b);
  return {
    cell: a.cell,
    a,
    b,
    exact,
    changes: changesOf(a, b, exact),
    variants: exact ? [] : variants,
    ...(time === undefined ? {} : { time }),
  };
}

function timeChange(a: Comparable, b: Comparable): ComparedCell['time'] {
  if (a.variables !== b.variables) return undefined;
  if (a.ratio !== undefined && b.ratio !== undefined) return { change: b.ratio / a.ratio - 1, of: 'ratio' };
  if (a.medianMs === undefined || b.medianMs === undefined) return undefined;
  return { change: b.medianMs / a.medianMs - 1, of: 'ms' };
}

/** What two drivers may differ by: shares, for cosines the distance itself. Rounding differs, and losses add it up over training. */
const tolerances = { bytes: 0.05, cosine: 1e-3, relativeError: 0.05, metric: 0.05 } as const;

function changesOf(a: Comparable, b: Comparable, exact: boolean): readonly string[] {
  const changes: string[] = [];
  const add = (
    what: string,
    [before, after]: readonly [number | null | undefined, number | null | undefined],
    text: (value: number | null | undefined) => string,
    within: (x: number, y: number) => boolean,
  ): void => {
    if (before === after) return;
    const close = typeof before === 'number' && typeof after === 'number' && within(before, after);
    if (exact || !close) changes.push(`${what}: ${text(before)} → ${text(after)}`);
  };
  const share = (tolerance: number) => (x: number, y: number) =>
    Math.abs(x - y) <= tolerance * Math.max(Math.abs(x), Math.abs(y)) + 1e-6;
  if (a.status !== b.status) changes.push(`status: ${a.status} → ${b.status}`);
  const bytes = (value: number | null | undefined): string => bytesText(value ?? undefined);
  add('peak', [a.peakBytes, b.peakBytes], bytes, share(tolerances.bytes));
  // Counters of dispatches go with the variants that a driver's kernels choose.
  if (exact)
    for (const name of names(a.counters, b.counters))
      add(name, [a.counters[name], b.counters[name]], numberOf, () => false);
  const near = (x: number, y: number): boolean => Math.abs(x - y) <= tolerances.cosine;
  add('cosine', [a.gradient.cosine, b.gradient.cosine], numberOf, near);
  const errors = [a.gradient.relativeError, b.gradient.relativeError] as const;
  add('relative error', errors, numberText, share(tolerances.relativeError));
  if (a.profile !== b.profile) return changes;
  for (const name of names(a.metrics, b.metrics))
    add(name, [a.metrics[name], b.metrics[name]], numberOf, share(tolerances.metric));
  if (exact && changes.length === 0) {
    const places = names(a.content, b.content).filter((place) => a.content[place] !== b.content[place]);
    const more = places.length > mostPlaces ? ', …' : '';
    if (places.length > 0)
      changes.push(`other exact content: ${places.slice(0, mostPlaces).join(', ')}${more}`);
  }
  return changes;
}

const mostPlaces = 6;

function names(a: object, b: object): readonly string[] {
  return Object.keys({ ...a, ...b }).sort();
}

function numberOf(value: number | null | undefined): string {
  return value === undefined || value === null ? 'none' : String(value);
}

/** The comparison as text: what differs first, then the largest changes in time. */
export function showComparison(comparison: Comparison, limit = 40): string {
  const { cells, onlyInA, onlyInB } = comparison;
  const parts = [
    `${plural(cells.length, 'cell')} in both; ${onlyInA.length} only in A, ${onlyInB.length} only in B.`,
  ];
  const profiles = cells.filter(({ a, b }) => a.profile !== b.profile).length;
  if (profiles > 0)
    parts.push(
      `${plural(profiles, 'cell')} of different profiles: what training came to is not compared there.`,
    );
  const settings = cells.filter(({ a, b }) => a.variables !== b.variables);
  if (settings.length > 0) parts.push(settingsText(settings));
  if (cells.length === 0) return parts.join('\n\n');
  for (const exact of [true, false]) {
    const own = cells.filter((cell) => cell.exact === exact);
    if (own.length > 0) parts.push(changesText(own, exact, limit));
  }
  const variants = cells.filter((cell) => cell.variants.length > 0);
  if (variants.length > 0)
    parts.push(
      `In ${plural(variants.length, 'cell')} the drivers chose other kernel variants: ${[...new Set(variants.flatMap((cell) => cell.variants))].sort().join(', ')}.`,
    );
  for (const of of ['ratio', 'ms'] as const) {
    const timed = cells.filter((cell) => cell.time?.of === of);
    if (timed.length > 0) parts.push(timesTextOf(timed, of, limit));
  }
  return parts.join('\n\n');
}

function settingsText(cells: readonly ComparedCell[]): string {
  const named = (text: string): string => (text === '' ? "the driver's own" : text);
  const pairs = new Set(cells.map(({ a, b }) => `${named(a.variables)} in A, ${named(b.variables)} in B`));
  return `${plural(cells.length, 'cell')} ran under other settings of the driver (${[...pairs].join('; ')}): their times are not compared.`;
}

function changesText(cells: readonly ComparedCell[], exact: boolean, limit: number): string {
  const changed = cells.filter((cell) => cell.changes.length > 0);
  const what = exact
    ? 'Exact results (status, bytes, counters, gradients, metrics)'
    : 'Results on different drivers (status; bytes and relative errors within 5 %, cosines within 0.001, metrics within 5 %)';
  if (changed.length === 0) return `${what} agree in ${exact ? 'every cell' : plural(cells.length, 'cell')}.`;
  const list = changed
    .slice(0, limit)
    .map((cell) => `${cell.cell}\n${cell.changes.map((change) => `    ${change}`).join('\n')}`);
  return `${what} differ in ${changed.length} of ${plural(cells.length, 'cell')}:\n\n${list.join('\n')}${more(changed.length, limit)}`;
}

function timesTextOf(cells: readonly ComparedCell[], of: 'ratio' | 'ms', limit: number): string {
  const changes = cells.map((cell) => cell.time?.change ?? 0);
  const interval = seedInterval(changes);
  const sure =
    interval === undefined
      ? ''
      : ` (${percentText(interval.low)} to ${percentText(interval.high)}, ${Math.floor(100 * interval.level)} %)`;
  const largest = [...cells].sort((x, y) => Math.abs(y.time?.change ?? 0) - Math.abs(x.time?.change ?? 0));
  const value = (one: Comparable): string => (of === 'ratio' ? timesText(one.ratio) : timeText(one.medianMs));
  const rows = largest
    .slice(0, limit)
    .map((cell) => [cell.cell, value(cell.a), value(cell.b), percentText(cell.time?.change)]);
  const head = [
    { title: 'cell' },
    { title: 'A', align: 'right' as const },
    { title: 'B', align: 'right' as const },
    { title: 'change', align: 'right' as const },
  ];
  const what =
    of === 'ratio'
      ? 'Times as multiples of what they were taken in turns with'
      : 'Milliseconds of different runs, which compare badly, as the machine may have been in another mood';
  return (
    `${what}; median change over ${plural(cells.length, 'cell')}: ${percentText(median(changes))}${sure}. ` +
    `Largest change first; A and B were not interleaved, so that of a single cell is no verdict:\n\n${textTable(head, rows)}${more(cells.length, limit)}`
  );
}

function more(count: number, limit: number): string {
  return count > limit ? `\n… and ${count - limit} more` : '';
}
