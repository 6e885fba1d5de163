import { axisName } from '../../cell/titles.ts';
import { axisText, countText } from '../../leaderboard/format.ts';
import { distinct } from '../../leaderboard/problems.ts';
import { caveatsBox } from '../caveats.ts';
import type { Drawing } from '../chart.ts';
import { leaderboardsByKind, type SiteContext } from '../context.ts';
import { headlineChart, headlineOf, headlinePlace, headlineQuantities, headlineTitle } from '../headline.ts';
import { type Content, type Html, html } from '../html.ts';
import { figure, type Page } from '../layout.ts';
import { choosePath } from './choose.ts';
import { questionsSection } from './questions.ts';
import { reproductionBlock } from './reproduction.ts';
import { summarySection } from './summary-table.ts';

/** The first page: four questions, published numbers beside ours, a table a suite, the pictures that say most, and what all this does not show. */
export async function overviewPage(context: SiteContext): Promise<Page> {
  const { description } = context;
  const leaderboards = leaderboardsByKind(context);
  const [first, ...others] = leaderboards.methods;
  const body = html`<h1>${description.title}</h1>
<p class="lead">${description.lead}</p>
${measuredLine(context)}
${questionsSection(context)}
${chooseLinks(context)}
${reproductionBlock(context)}
${first === undefined ? '' : summarySection(context, first)}
${await headlineSection(context)}
${caveatsBox(context)}
${others.map((leaderboard) => summarySection(context, leaderboard))}
${leaderboards.kernels.length === 0 ? '' : html`<h2>Kernels</h2><p>Single kernels are compared with the measured peak and with other libraries on <a href="kernels.html">their own page</a>.</p>`}
${aboutSection(context)}`;
  return { path: 'index.html', title: description.title, body };
}

/** What was measured, on what: one line. */
function measuredLine({ current, rows, devices, description, hasCellPages }: SiteContext): Html {
  const methods = distinct(rows, (row) => row.method).length;
  const problems = distinct(
    rows.filter((row) => row.records.every((record) => record.kernel === undefined)),
    (row) => `${row.suite} ${row.problem}`,
  ).length;
  // Machines whose adapters differ in toggles alone have one name.
  const machines = distinct(devices, ({ label }) => label).join('; ');
  return html`<p class="small faint">${countText(current.length)} cells of ${methods} methods on ${problems} problems, measured on ${machines}. Every number: ${hasCellPages ? html`<a href="data/README.md">tables</a>` : html`<code>bench gather</code>`}${description.repositoryUrl === undefined ? '' : html`, <a href="${description.repositoryUrl}">source</a>`}.</p>`;
}

/** Ways into the chooser, for the longest horizon at which several methods were timed. */
function chooseLinks(context: SiteContext): Content {
  const [first] = leaderboardsByKind(context).methods;
  if (first === undefined || !first.rows.some(({ memory }) => memory !== undefined)) return '';
  const T = axisName(first.suite, 'horizon');
  const horizons = distinct(
    first.rows.filter(({ time, horizon }) => time !== undefined && horizon >= 100),
    (row) => row.horizon,
  );
  const link = (horizon: number): Html =>
    html`<a href="${choosePath}#${encodeURIComponent(T)}=${horizon}&amp;Peak%20memory=64%20MiB">${T} = ${axisText(horizon)} under 64 MiB</a>`;
  return html`<p><b><a href="${choosePath}">Choose a method</a></b> by ${T}, ${axisName(first.suite, 'dimension')}, bytes${first.suite.kindTitle === undefined ? '' : html` and <i>${first.suite.kindTitle}</i>`}${horizons.map((horizon) => html`; ${link(horizon)}`)}.</p>`;
}

/** Memory, time and error against T for the first problem that has a scaling curve. */
async function headlineSection(context: SiteContext): Promise<Content> {
  const headline = headlineOf(context);
  if (headline === undefined) return '';
  const figures: Html[] = [];
  for (const quantity of headlineQuantities(headline)) {
    const draw = (): Promise<Drawing> => headlineChart(context, headline, quantity);
    figures.push(await figure(headlineTitle(headline, quantity), draw, context.takeFigure));
  }
  return html`<h2>As the horizon grows</h2>
<p class="faint">${headlinePlace(headline)}. Grey and dashed: the slope that theory gives. ×: out of memory or time.
<a href="problems.html">All problems</a>.</p>
<div class="charts">${figures}</div>`;
}

function aboutSection({ hasCellPages }: SiteContext): Html {
  const cell = hasCellPages ? html`<a href="cells.html">cell</a>` : 'cell';
  return html`<h2>How to read this</h2>
<p>A ${cell} is one method at one problem, horizon T, number of hyperparameters p, seed and pass. Memory, time and
training are measured in separate passes. <b>Peak memory</b> is the largest number of bytes alive at once in device buffers, counted
exactly. <b>Time</b> excludes compilation; it is a multiple of the same inner steps, taken in turns, and the milliseconds behind it are that
multiple of what those steps usually take at the point. <b>best</b>: at 95 % nothing was shown to be better, and something was shown to be worse
(paired by seed, over all methods of the point). With fewer than five seeds, or three cells for times, nothing is ranked. Failures are counted; unsupported
points, lost devices and our own errors do not count as failures of a method.</p>`;
}
