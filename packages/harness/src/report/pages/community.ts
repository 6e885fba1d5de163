/** @file Records of other people, apart from those that the other pages are made of: they are checked, and not measured by us. */
import { devicesOf } from '../../leaderboard/device.ts';
import type { Entry } from '../../leaderboard/entry.ts';
import { bytesText, numberText, percentText } from '../../leaderboard/format.ts';
import { distinct } from '../../leaderboard/problems.ts';
import type { LeaderboardRow } from '../../leaderboard/row.ts';
import { cosineText, failuresText, metricText } from '../../leaderboard/row-text.ts';
import { leaderboardRows } from '../../leaderboard/rows.ts';
import type { SiteDescription } from '../descriptions.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { axisColumns, cosineOf, errorOf, signsOf, timeCell, timeValue } from '../row-cells.ts';
import { numbers, type SiteColumn, siteTable } from '../table.ts';

const communityPath = 'community.html';

/** One table per device; undefined without submitted records. Nothing here is ranked. */
export function communityPage(
  entries: readonly Entry[],
  { suites }: Pick<SiteDescription, 'suites'>,
): Page | undefined {
  if (entries.length === 0) return undefined;
  const rows = leaderboardRows(entries, suites);
  const sections = devicesOf(entries).map((device): Html => {
    const own = rows.filter((row) => row.device.id === device.id);
    const records = own.flatMap((row) => row.records);
    const days = distinct(records, ({ run }) => run.startedAt.slice(0, 10));
    const where = distinct(records, ({ environment }) => whereText(environment.stable));
    const commits = distinct(records, ({ code }) => code.commit?.slice(0, 12) ?? 'unknown');
    return html`<h2>${device.label}</h2>
<p>${device.software ? html`<span class="badge calm">software adapter</span> ` : ''}${records.length} records, ${days.join(', ')}; ${where.join('; ')}; commit ${commits.join(', ')}.</p>
${siteTable(columns, own, { label: `Records on ${device.label}` })}`;
  });
  const body = html`<h1>From the community</h1>
<p>Records measured and submitted by others. Each was checked against the schema, the code checksums, hardware limits and reference values before it was
accepted; the machine itself could not be checked. These records appear on no other page and in no ranking.</p>
${sections}`;
  return { path: communityPath, title: 'Community', body };
}

function whereText({ os, node, browser, adapter }: Entry['environment']['stable']): string {
  const parts = [
    os.platform,
    os.architecture,
    browser ?? node ?? '',
    browser === undefined ? (adapter?.backend ?? '') : '',
  ];
  return parts.filter((text) => text !== '' && text !== 'unknown').join(', ');
}

const columns: readonly SiteColumn<LeaderboardRow>[] = [
  { title: 'Method', kind: 'name', filter: true, show: ({ method }) => method },
  { title: 'Suite', kind: 'text', filter: true, show: ({ suite }) => suite },
  { title: 'Problem', kind: 'text', filter: true, show: ({ problem }) => problem },
  ...axisColumns((row: LeaderboardRow) => row),
  { title: 'Seeds', kind: 'number', show: ({ seeds }) => seeds.length },
  { title: 'Profile', kind: 'text', filter: true, show: ({ profile }) => profile },
  {
    title: 'Time',
    note: 'multiples of the inner steps that it was timed beside, milliseconds behind it',
    kind: 'number',
    better: 'less',
    show: timeCell,
    value: timeValue,
  },
  numbers('Peak memory', ({ memory }) => memory?.median, bytesText, {
    note: 'largest number of bytes alive at once in device buffers',
    better: 'less',
  }),
  numbers('Cosine', cosineOf, cosineText, { note: 'to the exact hypergradient' }),
  numbers('Relative error', errorOf, numberText, { better: 'less' }),
  numbers('Signs', signsOf, percentText, { note: 'share of entries whose sign is right' }),
  { title: 'Metric', kind: 'number', show: metricText, value: ({ metric }) => metric?.median },
  { title: 'Not ok', kind: 'prose', show: failuresText },
];
