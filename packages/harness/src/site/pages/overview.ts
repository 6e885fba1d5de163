import { axisText, countText, numberText } from '../../board/format.ts';
import { longestHorizon, type MethodSummary, summariseMethods } from '../../board/summary.ts';
import { statuses, statusWords } from '../../cell/config.ts';
import { plural } from '../../errors.ts';
import { axisName, type Board, boardsByKind, distinct, type SiteContext } from '../context.ts';
import { headlineChart, headlineOf, headlinePlace, headlineTitle } from '../headline.ts';
import { type Content, type Html, html } from '../html.ts';
import { chartKey, figure, type Page } from '../layout.ts';
import { type SiteColumn, siteTable } from '../table.ts';
import { methodLink } from './leaderboard.ts';

/** The first page: what was measured, who does well where, and the two pictures that say most. */
export async function overviewPage(context: SiteContext): Promise<Page> {
  const { description, current } = context;
  const boards = boardsByKind(context);
  const troubles = statuses
    .filter((status) => status !== 'ok')
    .map((status) => ({ status, count: current.filter((record) => record.status === status).length }));
  const body = html`<h1>${description.title}</h1>
<p class="lead">${description.lead}</p>
<ul class="facts">
${fact(current.length, 'cell')}${fact(distinct(context.rows, (row) => row.method).length, 'method')}${fact(distinct(context.rows, (row) => `${row.suite} ${row.problem}`).length, 'problem')}${fact(context.devices.length, 'device')}
${troubles.filter(({ count }) => count > 0).map(({ status, count }) => html`<li><b>${countText(count)}</b>${statusWords[status]}</li>`)}
</ul>
${versionsNote(context)}
${await headlineSection(context)}
${boards.methods.map((board) => boardSummary(context, board))}
${boards.kernels.length === 0 ? '' : html`<h2>Kernels</h2><p>Single kernels stand beside the measured peak and other libraries on <a href="kernels.html">a page of their own</a>.</p>`}
${aboutSection()}`;
  return { path: 'index.html', title: description.title, body };
}

function fact(count: number, noun: string): Html {
  return html`<li><b>${countText(count)}</b>${plural(count, noun).replace(/^\S+ /, '')}</li>`;
}

/** Numbers of several versions of the code side by side must say so. */
function versionsNote(context: SiteContext): Content {
  const commits = distinct(
    context.current.filter((record) => record.code.commit !== null),
    (record) => record.code.commit ?? '',
  );
  const dirty = context.current.some((record) => record.code.dirty === true);
  if (commits.length <= 1 && !dirty) return '';
  const which = commits.length > 1 ? `The records come from ${commits.length} commits. ` : '';
  return html`<p class="notice">${which}${dirty ? 'Some were measured with local changes that no commit holds. ' : ''}<a href="machines.html">Machines</a> lists them.</p>`;
}

/** Memory and time against T for the first problem that has a scaling curve. */
async function headlineSection(context: SiteContext): Promise<Content> {
  const headline = headlineOf(context);
  if (headline === undefined) return '';
  const figures: Html[] = [];
  for (const quantity of ['memory', 'time'] as const) {
    if (headline.curves[quantity] === undefined) continue;
    figures.push(figure(headlineTitle(headline, quantity), await headlineChart(context, headline, quantity)));
  }
  const drawn = Object.values(headline.curves).flat();
  const methods = context.methods.filter((method) => drawn.some((curve) => curve.method === method));
  return html`<h2>As the horizon grows</h2>
<p class="faint">${headlinePlace(headline)}. Dashed: the slope that theory gives. ×: out of memory or time.
<a href="scaling.html">All problems</a>.</p>
${chartKey(methods, context.looks, (method) => method)}<div class="charts">${figures}</div>`;
}

function boardSummary(context: SiteContext, board: Board): Html {
  const { suite, device, rows, id } = board;
  const methods = context.methods.filter((method) => rows.some((row) => row.method === method));
  const summaries = summariseMethods(rows, methods);
  const longest = longestHorizon(rows);
  const T = axisName(suite, 'horizon');
  const columns: readonly SiteColumn<MethodSummary>[] = [
    {
      title: 'Method',
      kind: 'text',
      show: (row) => methodLink(context, row.method),
      value: (row) => row.method,
    },
    {
      title: 'Time score',
      note: 'mean share of points within a factor of the fastest, over factors from 1 to 4',
      kind: 'number',
      show: (row) => scoreText(row.timeScore),
      value: (row) => row.timeScore,
    },
    {
      title: 'Memory score',
      note: 'the same for peak memory',
      kind: 'number',
      show: (row) => scoreText(row.memoryScore),
      value: (row) => row.memoryScore,
    },
    {
      title: `Error at ${T} = ${axisText(longest)}`,
      note: 'median relative error of the hypergradient at the longest horizon',
      kind: 'number',
      show: (row) => numberText(row.error),
      value: (row) => row.error,
    },
    {
      title: suite.metric?.title ?? 'Metric',
      kind: 'number',
      show: (row) => row.metric,
      value: (row) => row.metricValue,
    },
    { title: 'Points', kind: 'number', show: (row) => row.points },
    {
      title: 'With gaps',
      note: 'points at which some pass did not end well or is not supported',
      kind: 'number',
      show: (row) => row.troubles,
    },
  ];
  return html`<h2 id="${id}">${suite.title}<small>${device.label}</small></h2><p>${suite.description}</p>
${siteTable(columns, summaries)}`;
}

function scoreText(score: number | undefined): Content {
  if (score === undefined) return '';
  return html`<span class="bar" style="width:${(48 * score).toFixed(0)}px"></span>${score.toFixed(2)}`;
}

function aboutSection(): Html {
  return html`<h2>How to read this</h2>
<p>A <a href="cells.html">cell</a> is one method at one problem, horizon T, number of hyperparameters p, seed and pass. Memory, time and
training are measured in separate passes. <b>Peak memory</b> is the largest number of bytes alive at once in real device buffers, counted,
not sampled. <b>Time</b> never includes compiling. A <b>score</b> looks at every point: how large a share of them does the method solve
within a factor τ of the best, averaged over τ from 1 to 4; what runs out of memory or time there solves nothing. <b>Ties</b> are shown as
ties: 2–4 means that the data cannot tell three methods apart.</p>`;
}
