/** @file The page of measurements that are no records of cells. */
import { numberText } from '../../leaderboard/format.ts';
import { lineChart } from '../charts/line-chart.ts';
import type { SiteContext } from '../context.ts';
import { type Html, html } from '../html.ts';
import { figure, type Page } from '../layout.ts';
import type { Study, StudyAxis, StudyChart, StudyTable } from '../study.ts';
import { siteTable } from '../table.ts';
import { studiesPath } from './links.ts';

/** All studies on one page; undefined where there are none. */
export async function studiesPage(context: SiteContext): Promise<Page | undefined> {
  const studies = context.description.studies ?? [];
  if (studies.length === 0) return undefined;
  const sections: Html[] = [];
  for (const study of studies) sections.push(await section(context, study));
  const body = html`<h1>Further measurements</h1>
<ul>${studies.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul>
${sections}`;
  return { path: studiesPath, title: 'Further measurements', body };
}

async function section(context: SiteContext, study: Study): Promise<Html> {
  const { id, title, says, setting, file, charts = [], tables = [] } = study;
  const figures: Html[] = [];
  for (const chart of charts)
    figures.push(await figure(chart.title, () => drawn(context, chart), context.takeFigure));
  return html`<h2 id="${id}">${title}</h2>
${says.map((sentence) => html`<p>${sentence}</p>`)}
${figures.length === 0 ? '' : html`<div class="charts">${figures}</div>`}
${tables.map(tableOf)}
<p class="small">${setting} Numbers: <code>${file}</code>.</p>`;
}

function drawn({ looks }: SiteContext, { x, y, lines }: StudyChart) {
  const shown = ([at, value]: readonly [number, number]) =>
    (x.scale === 'linear' || at > 0) && (y.scale === 'linear' || value > 0);
  const references = new Set(lines.flatMap(({ method, isReference }) => (isReference ? [method] : [])));
  const withReferences: typeof looks = (method) =>
    references.has(method) ? { ...looks(method), colour: 'var(--ink, #1b1b1b)' } : looks(method);
  return lineChart(
    lines.map(({ method, name = method, points }) => ({
      method,
      name,
      points: points.filter(shown).map(([at, value]) => ({
        x: at,
        y: value,
        label: `${name} · ${numberText(at)}: ${numberText(value)}`,
      })),
    })),
    // Dots of long lines hide the lines.
    {
      looks: withReferences,
      x: axisOf(x),
      y: axisOf(y),
      points: lines.every((line) => line.points.length <= mostDots),
    },
  );
}

const mostDots = 30;

const axisOf = (axis: StudyAxis) => ({ ...axis, text: numberText });

function tableOf({ title, columns, rows }: StudyTable): Html {
  const numberOf = (text = '') => Number(text.replaceAll('−', '-').replace('∞', 'Infinity'));
  const isProse = (k: number) => rows.some((row) => Number.isNaN(numberOf(row[k])));
  return siteTable(
    columns.map((column, k) => ({
      title: column,
      kind: k === 0 ? ('name' as const) : isProse(k) ? ('prose' as const) : ('number' as const),
      show: (row: readonly string[]) => row[k] ?? '',
      ...(k === 0 || isProse(k) ? {} : { value: (row: readonly string[]) => numberOf(row[k]) }),
    })),
    rows,
    { label: title, caption: title },
  );
}
