/** @file The history as text: what there is, a series, what changed. */
import { textTable } from '../export/text-table.ts';
import { percent } from './explain.ts';
import { exactChanges, type HistoryChange, type RecordedCommit } from './history.ts';
import { type Series, timeChanges, timeMetric } from './series.ts';

const short = (commit: string): string => commit.slice(0, 10);

/** Cells and their counters at the last commit. */
export function latestText(commits: readonly RecordedCommit[]): string {
  const last = commits.at(-1);
  if (last === undefined) return 'The history is empty.';
  const rows = [...last.cells].map(([cell, { counters }]) => [
    cell,
    String(counters.dispatches ?? ''),
    String(counters.measuredBytes ?? ''),
    String(counters.predictedBytes ?? ''),
    String(counters.maps ?? ''),
  ]);
  const head = `${commits.length} commits, the last ${short(last.line.commit)} ${last.line.subject}`;
  const number = (title: string) => ({ title, align: 'right' as const });
  return `${head}\n${textTable([{ title: 'cell' }, number('dispatches'), number('measuredBytes'), number('predictedBytes'), number('maps')], rows)}`;
}

/** A series, a line a commit at which it is another. */
export function seriesText({ cell, metric, points }: Series): string {
  const changed = points.filter(({ value }, k) => k === 0 || value !== points[k - 1]!.value);
  const rows = changed.map(({ line, value }) => [
    short(line.commit),
    line.committed.slice(0, 10),
    metric === timeMetric ? value.toFixed(4) : String(value),
    line.subject,
  ]);
  const columns = [
    { title: 'commit' },
    { title: 'date' },
    { title: metric, align: 'right' as const },
    { title: 'subject' },
  ];
  return points.length === 0
    ? `${cell}: no ${metric}`
    : `${cell}, ${points.length} commits\n${textTable(columns, rows)}`;
}

/** A change, with its largest numbers. */
export function changeText({ what, cells }: HistoryChange): string {
  const values = cells.flatMap(({ before, after }) =>
    before === undefined || after === undefined || before === 0 ? [] : [after / before - 1],
  );
  const range =
    values.length === 0
      ? ''
      : values.every((value) => value === values[0])
        ? ` ${percent(values[0]!)}`
        : ` ${percent(Math.min(...values))} to ${percent(Math.max(...values))}`;
  return `${what}${range} in ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'} (${cells
    .slice(0, 2)
    .map(({ cell }) => cell)
    .join(', ')}${cells.length > 2 ? ', …' : ''})`;
}

/** Everything that changed: exact changes as they are, times where two detectors agree. */
export function changesText(commits: readonly RecordedCommit[], times: readonly Series[]): string {
  const byCommit = new Map<string, string[]>();
  const note = (commit: string, text: string): void => {
    byCommit.set(commit, [...(byCommit.get(commit) ?? []), text]);
  };
  for (const change of exactChanges(commits)) note(change.commit.commit, changeText(change));
  for (const series of times)
    for (const { line, change, agreed } of timeChanges(series))
      note(line.commit, `${agreed ? '' : 'suspected: '}time ${percent(change)} of ${series.cell}`);
  const lines = commits.flatMap(({ line }) => {
    const own = byCommit.get(line.commit);
    return own === undefined
      ? []
      : [`${short(line.commit)} ${line.subject}`, ...own.map((text) => `    ${text}`)];
  });
  const without = commits.length - byCommit.size;
  return [...lines, `${without} of ${commits.length} commits changed nothing.`].join('\n');
}
