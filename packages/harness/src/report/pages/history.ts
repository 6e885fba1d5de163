/** @file What changed at which commit, and how far the judge of such changes may be trusted. */
import { plural } from '../../errors.ts';
import { percent } from '../../track/explain.ts';
import { exactChanges, type HistoryChange, type HistoryLine } from '../../track/history.ts';
import { changeText } from '../../track/history-text.ts';
import type { SelftestReport } from '../../track/selftest.ts';
import { selftestFailures } from '../../track/selftest-text.ts';
import type { SiteContext } from '../context.ts';
import type { MachineHistory } from '../descriptions.ts';
import { type Html, html } from '../html.ts';
import { type Page, pairs } from '../layout.ts';
import { siteTable } from '../table.ts';

interface CommitRow {
  readonly line: HistoryLine;
  readonly changes: readonly HistoryChange[];
}

/** The history of every machine kind; undefined where there is none. */
export function historyPage({ description }: SiteContext): Page | undefined {
  const histories = description.history ?? [];
  if (histories.length === 0) return undefined;
  const body = html`<h1>History</h1>
<p>What every commit changed in the cells of the track profile: dispatches, bytes, shaders and results are exact, so any difference is a
real change. Times of two commits are compared only within one run.</p>
${histories.map(machineSection)}`;
  return { path: 'history.html', title: 'History', body };
}

function machineSection({ name, machine, commits, selftest }: MachineHistory): Html {
  const byCommit = new Map<string, HistoryChange[]>();
  for (const change of exactChanges(commits))
    byCommit.set(change.commit.commit, [...(byCommit.get(change.commit.commit) ?? []), change]);
  const rows = [...commits]
    .reverse()
    .map(({ line }): CommitRow => ({ line, changes: byCommit.get(line.commit) ?? [] }));
  const changed = rows.filter(({ changes }) => changes.length > 0);
  return html`<h2 id="${name}">${machine.adapter}; ${machine.processor}, ${machine.cores} cores</h2>
${selftest === undefined ? '' : selftestSection(selftest)}
${rows.length === 0 ? '' : commitsSection(name, machine, rows, commits.at(-1)!.cells.size)}
${changed.map(({ line, changes }) => commitSection(name, line, changes))}`;
}

function commitsSection(
  name: string,
  machine: MachineHistory['machine'],
  rows: readonly CommitRow[],
  cells: number,
): Html {
  const changed = rows.filter(({ changes }) => changes.length > 0);
  return html`<p>${changed.length} of ${plural(rows.length, 'commit')} changed something; ${plural(cells, 'cell')} at the last.</p>
${siteTable<CommitRow>(
  [
    {
      title: 'Commit',
      kind: 'name',
      show: ({ line, changes }) =>
        changes.length === 0
          ? html`<code>${line.commit.slice(0, 10)}</code>`
          : html`<a href="#${name}-${line.commit.slice(0, 10)}"><code>${line.commit.slice(0, 10)}</code></a>`,
    },
    {
      title: 'Committed',
      kind: 'text',
      show: ({ line }) => line.committed.slice(0, 10),
      value: ({ line }) => line.committed,
    },
    { title: 'Subject', kind: 'prose', show: ({ line }) => line.subject },
    {
      title: 'Changes',
      kind: 'number',
      show: ({ line, changes }) =>
        line.from === undefined ? 'begins here' : changes.length === 0 ? 'none' : changes.length,
      value: ({ changes }) => changes.length,
    },
  ],
  rows,
  { label: `Commits measured on ${machine.adapter}` },
)}`;
}

function commitSection(
  name: string,
  { commit, subject }: HistoryLine,
  changes: readonly HistoryChange[],
): Html {
  return html`<h3 id="${name}-${commit.slice(0, 10)}"><code>${commit.slice(0, 10)}</code> ${subject}</h3>
${changes.map(
  (change) => html`<details><summary>${changeText(change)}</summary>
<ul>${change.cells.map(({ cell, before, after }) => html`<li><code>${cell}</code>${before === undefined && after === undefined ? '' : `: ${before ?? 'none'} → ${after ?? 'none'}`}</li>`)}</ul></details>`,
)}`;
}

function selftestSection(report: SelftestReport): Html {
  const { nulls, injected, load, commit } = report;
  const failures = selftestFailures(report);
  return html`<h3>The judge, judged</h3>
<p>${failures.length === 0 ? 'Nothing was wrong.' : `What was wrong: ${failures.join('; ')}.`} At <code>${commit.slice(0, 10)}</code>.</p>
${pairs([
  ['Resolution of this machine', percent(nulls.resolution).slice(1)],
  [
    'Head against head',
    `flagged in ${nulls.flagged} of ${plural(nulls.runs, 'run')}; p-values uniform with p = ${nulls.uniformityP.toPrecision(2)}`,
  ],
  ...injected.map(
    ({ injection, caught, named }) =>
      [`Injected: ${injection}`, `${caught ? 'caught' : 'missed'}: ${named}`] as const,
  ),
  ['Load on one core during one side', `flagged in ${load.flagged} of ${plural(load.runs, 'run')}`],
])}`;
}
