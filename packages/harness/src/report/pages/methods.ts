import { axisName, problemTitle } from '../../cell/titles.ts';
import { axisText, bytesText, numberText } from '../../leaderboard/format.ts';
import type { LeaderboardRow } from '../../leaderboard/row.ts';
import { cosineText, metricText } from '../../leaderboard/row-text.ts';
import { type ScalingCurve, scalingCurves } from '../../leaderboard/scaling.ts';
import { leaderboardsOf, type MethodCard, type SiteContext } from '../context.ts';
import type { Growth, PublishedNumber } from '../descriptions.ts';
import { type Content, type Html, html } from '../html.ts';
import { type Page, pairs } from '../layout.ts';
import { ownNumberText } from '../own-number.ts';
import { axisColumns, cosineOf, errorOf, placeOf, timeCell, timeValue } from '../row-cells.ts';
import { sourceText } from '../source.ts';
import { numbers, type SiteColumn, siteTable } from '../table.ts';
import { hasBadges, troubleBadges } from './cell-links.ts';
import { methodPath } from './links.ts';
import { exponentTable } from './problem/scaling-section.ts';
import { tuningSection } from './tuning-section.ts';

/** The list of methods. */
export function methodListPage(context: SiteContext): Page {
  const cards = context.cards.map(({ id, name, described }) => {
    return html`<li><h3><a href="${methodPath(id)}">${described?.title ?? name}</a></h3><p class="small">${described?.idea ?? 'No description.'}</p></li>`;
  });
  const body = html`<h1>Methods</h1><p>The methods compared. Each card states the idea, the source of its equations, how this implementation differs, and published numbers
next to ours.</p><ul class="cards">${cards}</ul>`;
  return { path: 'methods.html', title: 'Methods', body };
}

/** A card for each method. */
export function* methodPages(context: SiteContext): Iterable<Page> {
  for (const card of context.cards) yield methodPage(context, card);
}

function methodPage(context: SiteContext, card: MethodCard): Page {
  const { id, name, described } = card;
  const title = described?.title ?? name;
  const deviations = described?.deviations ?? [];
  const body = html`<h1>${title}</h1>
<p class="lead">${described?.idea ?? 'No description.'}</p>
${pairs([
  ['Name', html`<code>${name}</code>`],
  ['Id', id === name ? '' : html`<code>${id}</code>`],
  ['Source', sourceText(described?.source)],
  ['Code', described?.code === undefined ? '' : html`<code>${described.code}</code>`],
  ['Memory in theory', growthText(described?.theory?.memory)],
  ['Time in theory', growthText(described?.theory?.time)],
  ['', described?.theory?.note ?? ''],
])}
${described?.equation === undefined ? '' : html`<h2>Equation</h2><pre class="wrap">${described.equation.text}</pre><p class="faint small">${described.equation.place}</p>`}
${deviations.length === 0 ? '' : html`<h2>Where we differ</h2><ul>${deviations.map((text) => html`<li>${text}</li>`)}</ul>`}
${publishedSection(context, card, described?.published ?? [])}
${tuningSection(context, card)}
${resultsSection(context, card)}
${scalingSection(context, card)}`;
  return { path: methodPath(id), title, body, under: 'methods.html' };
}

/** `T · p⁰·⁵`, `constant`. */
function growthText(growth: Growth | undefined): Content {
  if (growth === undefined) return '';
  const factor = (name: string, exponent: number): readonly Html[] =>
    exponent === 0 ? [] : [exponent === 1 ? html`${name}` : html`${name}<sup>${exponent}</sup>`];
  const factors = [...factor('T', growth.horizon), ...factor('p', growth.dimension)];
  if (factors.length === 0) return 'constant in T and p';
  return html`grows like ${factors.map((part, index) => html`${index === 0 ? '' : ' · '}${part}`)}`;
}

function publishedSection(
  context: SiteContext,
  card: MethodCard,
  published: readonly PublishedNumber[],
): Content {
  if (published.length === 0) return '';
  const columns: readonly SiteColumn<PublishedNumber>[] = [
    { title: 'What', kind: 'prose', show: (number) => number.what },
    { title: 'Published', kind: 'number', show: (number) => number.value },
    {
      title: 'Ours',
      kind: 'number',
      show: (number) => {
        const own = ownNumberText(context, card, number.ours, '../');
        return own === '' ? 'not measured' : own;
      },
    },
    { title: 'What differs', kind: 'prose', show: (number) => number.note ?? '' },
    { title: 'Source', kind: 'prose', show: (number) => sourceText(number.source) },
  ];
  return html`<h2>Published numbers and ours</h2>${siteTable(columns, published, { label: 'Published numbers and ours', sortable: false })}`;
}

function resultsSection(context: SiteContext, card: MethodCard): Content {
  return leaderboardsOf(context).flatMap(({ suite, device, rows }) => {
    const own = rows.filter(card.has);
    if (own.length === 0) return [];
    const columns: readonly SiteColumn<LeaderboardRow>[] = [
      { title: 'Problem', kind: 'text', filter: true, show: (row) => problemTitle(suite, row.problem) },
      ...axisColumns((row: LeaderboardRow) => row, suite),
      {
        title: suite.timedBeside === undefined ? 'Time' : `× ${suite.timedBeside.title}`,
        kind: 'number',
        show: (row) => row.time && html`${timeCell(row)}${placeOf(context.boardsOf(row).time, row.key)}`,
        value: timeValue,
      },
      {
        title: 'Peak memory',
        kind: 'number',
        show: (row) =>
          row.memory &&
          html`${bytesText(row.memory.median)}${placeOf(context.boardsOf(row).memory, row.key)}`,
        value: (row) => row.memory?.median,
      },
      numbers('Cosine', cosineOf, cosineText),
      numbers('Relative error', errorOf, numberText),
      {
        title: suite.metric?.title ?? 'Metric',
        kind: 'number',
        show: (row) =>
          row.metric && html`${metricText(row)}${placeOf(context.boardsOf(row).metric, row.key)}`,
        value: (row) => row.metric?.median,
      },
      { title: 'Remarks', kind: 'text', show: (row) => (hasBadges(row) ? troubleBadges(row) : '') },
    ];
    return [
      html`<h2>${suite.title}<small>${device.label}</small></h2>${siteTable(columns, own, { label: suite.title, group: (row) => `${row.problem} ${row.dimension}` })}`,
    ];
  });
}

function scalingSection(context: SiteContext, card: MethodCard): Content {
  const rows = context.rows.filter(card.has);
  const axes = (['horizon', 'dimension'] as const).flatMap((axis) => {
    const curves = (['memory', 'time'] as const).flatMap((quantity) => scalingCurves(rows, axis, quantity));
    if (curves.length === 0) return [];
    const name = axis === 'horizon' ? 'T' : 'p';
    const placeOf = (curve: ScalingCurve): string => fittedPlace(context, curve);
    return [html`<h3>Against ${name}</h3>${exponentTable(context, curves, name, { root: '../', placeOf })}`];
  });
  return axes.length === 0 ? '' : html`<h2>Growth</h2>${axes}`;
}

/** `Tracking quadratic, p = 100`, with the device where there are several. */
function fittedPlace(context: SiteContext, curve: ScalingCurve): string {
  const suite = context.suites.find(({ name }) => name === curve.suite);
  const device = context.devices.find(({ id }) => id === curve.device);
  const other = curve.axis === 'horizon' ? 'dimension' : 'horizon';
  const where =
    suite === undefined
      ? curve.problem
      : `${problemTitle(suite, curve.problem)}, ${axisName(suite, other)} = ${axisText(curve.fixed)}`;
  return context.devices.length > 1 ? `${where}, ${device?.label ?? ''}` : where;
}
