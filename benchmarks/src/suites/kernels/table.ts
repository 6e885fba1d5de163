/** @file The kernel benchmark as text: a line for each row as it comes, then what does not fit on a line. */
import { groupedBy } from '@longhorizon/harness';
import { bareTable } from '@longhorizon/harness/command-line';
import {
  armOf,
  bestPeer,
  fewestDispatches,
  operationsPerSecond,
  peerNames,
  pythonNames,
  shareOfCopy,
  type Target,
} from './compare.ts';
import type { RowResult } from './measure.ts';
import type { LibraryName } from './peers/library.ts';
import { bytesPerSecondOf } from './session.ts';

interface Column {
  readonly title: string;
  readonly width: number;
  readonly show: (result: RowResult) => string;
}

const columns: readonly Column[] = [
  { title: 'row', width: 60, show: ({ row }) => row.title },
  { title: 'longhorizon ms', width: 17, show: (result) => timeText(result, 'longhorizon') },
  ...peerNames.map((name) => ({
    title: `${name} ms`,
    width: 16,
    show: (result: RowResult) => timeText(result, name),
  })),
  { title: '× best peer', width: 14, show: (result) => bestPeer(result)?.ratio.toFixed(2) ?? '' },
  { title: 'PyTorch ms', width: 16, show: pythonText },
  {
    title: '× PyTorch',
    width: 12,
    show: (result) => bestPeer(result, pythonNames)?.ratio.toFixed(2) ?? '',
  },
  { title: 'rate', width: 16, show: rateText },
  { title: 'of copy', width: 10, show: (result) => percentText(shareOfCopy(result)) },
];

/** One line of the table with fixed widths, so that lines can be printed as rows come in. */
function line(cells: readonly string[]): string {
  const table = bareTable({
    colWidths: columns.map(({ width }) => width),
    colAligns: columns.map((_, k) => (k === 0 ? 'left' : 'right')),
  });
  table.push([...cells]);
  return table.toString().trimEnd();
}

export const headerLine = (): string => line(columns.map(({ title }) => title));
export const rowLine = (result: RowResult): string => line(columns.map(({ show }) => show(result)));

/** Median, and half the distance between the quartiles as a share of it. */
function timeText(result: RowResult, library: LibraryName): string {
  const arm = armOf(result, library);
  if (arm === undefined) return '';
  if (arm.phase === undefined)
    return { ok: '', unsupported: 'cannot', timeout: 'too slow', error: 'failed' }[arm.status];
  const { median, q1, q3 } = arm.phase.summary;
  if (median === null || q1 === null || q3 === null) return '';
  if (arm.phase.samples.length === 1) return significant(median);
  return `${significant(median)} ±${Math.round((50 * (q3 - q1)) / median)}%`;
}

/** PyTorch where it is fastest: on the processor, or on CUDA. */
function pythonText(result: RowResult): string {
  return timeText(result, bestPeer(result, pythonNames)?.library ?? 'pytorch');
}

function rateText(result: RowResult): string {
  const operations = operationsPerSecond(result);
  if (operations !== undefined) return `${(operations / 1e9).toFixed(1)} GFLOP/s`;
  const bytes = bytesPerSecondOf(result, 'longhorizon');
  return bytes === undefined ? '' : `${(bytes / 1e9).toFixed(1)} GB/s`;
}

const significant = (ms: number): string => (ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3));
const percentText = (share: number | undefined): string =>
  share === undefined ? '' : `${Math.round(100 * share)} %`;

function smallTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = bareTable({
    head: [...head],
    colAligns: head.map((_, k) => (k === 0 ? 'left' : 'right')),
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((text) => text.trimEnd())
    .join('\n');
}

/** Dispatches of a training step, beside what can be argued to be the fewest. */
export function dispatchTable(results: readonly RowResult[]): string {
  const libraries: readonly LibraryName[] = ['longhorizon', ...peerNames];
  const rows = results
    .filter(({ row }) => row.group === 'training')
    .map((result) => [
      result.row.title,
      ...libraries.map((name) => armOf(result, name)?.dispatches?.toFixed(0) ?? ''),
      String(fewestDispatches[result.row.name] ?? ''),
    ]);
  return smallTable(['dispatches', ...libraries, 'lower bound'], rows);
}

/** What each horizon costs a step. */
export function horizonTable(results: readonly RowResult[]): string {
  const rows = results.flatMap((result) => {
    const { work } = result.row;
    const arm = armOf(result, 'longhorizon');
    if (work.kind !== 'horizon' || arm?.phase === undefined) return [];
    const median = arm.phase.summary.median ?? Number.NaN;
    return [
      [
        result.row.title,
        ((1000 * median) / work.steps).toFixed(1),
        String(arm.facts?.peakBytes ?? ''),
        String(arm.facts?.predictedBytes ?? ''),
        arm.facts?.notes?.join('; ') ?? '',
      ],
    ];
  });
  return smallTable(['horizon', 'µs a step', 'peak bytes', 'predicted bytes', ''], rows);
}

/** Why libraries have no time in a row, each reason once. */
export function reasonLines(results: readonly RowResult[]): readonly string[] {
  const missing = results.flatMap(({ row: { name }, arms }) =>
    arms.filter(({ status }) => status !== 'ok').map((arm) => ({ name, ...arm })),
  );
  const byReason = groupedBy(
    missing,
    ({ library, status, reason }) => `${library} (${status}): ${reason ?? ''}`,
  );
  return [...byReason].map(([reason, rows]) => `${reason} [${rows.map(({ name }) => name).join(', ')}]`);
}

export function targetTable(targets: readonly Target[]): string {
  return smallTable(
    ['to be reached', 'wanted', 'found', ''],
    targets.map(({ text, wanted, found, reached }) => [text, wanted, found, reached ? 'reached' : 'MISSED']),
  );
}
