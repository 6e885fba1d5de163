import { statuses, statusWords } from '../../cell/config.ts';
import type { Suite } from '../../cell/suite.ts';
import { plural } from '../../errors.ts';
import { axisText, bytesText, countText, numberText } from '../../leaderboard/format.ts';
import { growthText } from '../../leaderboard/growth.ts';
import { distinct } from '../../leaderboard/problems.ts';
import type { LeaderboardRow } from '../../leaderboard/row.ts';
import { metricText } from '../../leaderboard/row-text.ts';
import type { ScalingAxis, ScalingQuantity } from '../../leaderboard/scaling.ts';
import {
  type LeaderboardSummary,
  type MethodSummary,
  summariseLeaderboard,
} from '../../leaderboard/summary.ts';
import {
  axisName,
  type Leaderboard,
  leaderboardsByKind,
  problemTitle,
  type SiteContext,
} from '../context.ts';
import { headlineChart, headlineOf, headlinePlace, headlineQuantities, headlineTitle } from '../headline.ts';
import { type Content, type Html, html } from '../html.ts';
import { chartKey, figure, type Page } from '../layout.ts';
import { placeOf, timeCell, timeValue } from '../row-cells.ts';
import { type SiteColumn, siteTable } from '../table.ts';
import { methodLink } from './leaderboard.ts';
import { reproductionBlock } from './reproduction.ts';

/** The first page: what was measured, who does well where, and the two pictures that say most. */
export async function overviewPage(context: SiteContext): Promise<Page> {
  const { description, current } = context;
  const leaderboards = leaderboardsByKind(context);
  const [first, ...others] = leaderboards.methods;
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
${first === undefined ? '' : leaderboardSection(context, first)}
${reproductionBlock(context)}
${await headlineSection(context)}
${others.map((leaderboard) => leaderboardSection(context, leaderboard))}
${leaderboards.kernels.length === 0 ? '' : html`<h2>Kernels</h2><p>Single kernels are compared with the measured peak and with other libraries on <a href="kernels.html">their own page</a>.</p>`}
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
  return html`<p class="notice">${which}${dirty ? 'Some were measured with uncommitted changes. ' : ''}<a href="machines.html">Machines</a> lists them.</p>`;
}

/** Memory, time and error against T for the first problem that has a scaling curve. */
async function headlineSection(context: SiteContext): Promise<Content> {
  const headline = headlineOf(context);
  if (headline === undefined) return '';
  const figures: Html[] = [];
  for (const quantity of headlineQuantities(headline)) {
    const draw = (): Promise<string> => headlineChart(context, headline, quantity);
    figures.push(await figure(headlineTitle(headline, quantity), draw));
  }
  const drawn = [...Object.values(headline.curves).flat(), ...headline.judged];
  const methods = context.methods.filter((method) => drawn.some((one) => one.method === method));
  return html`<h2>As the horizon grows</h2>
<p class="faint">${headlinePlace(headline)}. Dashed: the slope that theory gives. ×: out of memory or time.
<a href="scaling.html">All problems</a>.</p>
${chartKey(methods, context.looks, (method) => method)}<div class="charts">${figures}</div>`;
}

function leaderboardSection(context: SiteContext, { suite, device, rows, id }: Leaderboard): Html {
  const methods = context.methods.filter((method) => rows.some((row) => row.method === method));
  const summary = summariseLeaderboard(suite, rows, methods);
  return html`<h2 id="${id}">${suite.title}<small>${device.label}</small></h2><p>${suite.description}</p>
<p class="faint small">${summaryNote(suite, summary)}</p>
${siteTable(summaryColumns(context, suite, summary), summary.methods)}`;
}

/** Where the numbers of the table stand. */
function summaryNote(suite: Suite, { at, along, metrics }: LeaderboardSummary): Content {
  const [T, p] = [axisName(suite, 'horizon'), axisName(suite, 'dimension')];
  const fits = (['horizon', 'dimension'] as const).flatMap((axis) => {
    const line = along[axis];
    if (line === undefined) return [];
    const other = axis === 'horizon' ? p : T;
    return [
      `with ${axisName(suite, axis)} on ${problemTitle(suite, line.problem)}, ${other} = ${axisText(line.fixed)}`,
    ];
  });
  const growth = fits.length === 0 ? '' : ` Growth: ${fits.join('; ')}.`;
  const judged = metrics.map(
    ({ problem, horizon, dimension }) =>
      `${problemTitle(suite, problem)} at ${T} = ${axisText(horizon)}, ${p} = ${axisText(dimension)}`,
  );
  const metric = judged.length === 0 ? '' : ` Quality: ${judged.join('; ')}.`;
  return `Costs: ${problemTitle(suite, at.problem)} at ${T} = ${axisText(at.horizon)}, ${p} = ${axisText(at.dimension)}.${growth}${metric}`;
}

function summaryColumns(
  context: SiteContext,
  suite: Suite,
  { metrics }: LeaderboardSummary,
): readonly SiteColumn<MethodSummary>[] {
  // A place among rows that are not shown here says little; the leaderboard has it.
  const place = (row: LeaderboardRow, column: 'time' | 'memory' | 'metric'): Content =>
    suite.comparedAcrossHorizons === true ? '' : placeOf(context.boardsOf(row)[column], row.key);
  const growth = (quantity: ScalingQuantity, axis: ScalingAxis): SiteColumn<MethodSummary> => ({
    title: `${quantity === 'memory' ? 'Bytes' : 'Time'} for one more ${axisName(suite, axis)}`,
    note:
      quantity === 'memory'
        ? 'exact, from the peaks at neighbouring points'
        : 'constant part + what one more adds, with its 95 % interval; from two points only their ratio',
    kind: 'text',
    show: (row) => growthText(row.growth[quantity][axis]),
    value: (row) => {
      const { bytes, line } = row.growth[quantity][axis] ?? {};
      return bytes?.overall ?? line?.slope.estimate;
    },
  });
  return [
    {
      title: 'Method',
      kind: 'text',
      show: ({ method }) => methodLink(context, { suite: suite.name, method }),
      value: ({ method }) => method,
    },
    {
      title: 'Peak memory',
      note: 'largest number of bytes alive at once in device buffers',
      kind: 'number',
      show: ({ row }) => row?.memory && html`${bytesText(row.memory.median)}${place(row, 'memory')}`,
      value: ({ row }) => row?.memory?.median,
    },
    growth('memory', 'horizon'),
    growth('memory', 'dimension'),
    {
      title: suite.timedBeside === undefined ? 'Time' : `× ${suite.timedBeside.title}`,
      note: 'time relative to the same work without the method, measured in alternation; small: milliseconds at the usual speed of the point',
      kind: 'number',
      show: ({ row }) => row?.time && html`${timeCell(row)}${place(row, 'time')}`,
      value: ({ row }) => row && timeValue(row),
    },
    growth('time', 'horizon'),
    growth('time', 'dimension'),
    {
      title: 'Relative error',
      note: 'norm of the difference from the exact hypergradient, divided by the norm of the exact one',
      kind: 'number',
      show: ({ row }) => numberText(row?.gradient?.relativeError?.median),
      value: ({ row }) => row?.gradient?.relativeError?.median,
    },
    ...metrics.map((point, index): SiteColumn<MethodSummary> => {
      const title = problemTitle(suite, point.problem);
      return {
        title: `${point.spec.title}: ${title}`,
        note: `${point.spec.direction === 'higher' ? 'more' : 'less'} is better`,
        kind: 'number',
        show: (row) => {
          const at = row.metrics[index];
          return at?.metric && html`${metricText(at)}${place(at, 'metric')}`;
        },
        value: (row) => row.metrics[index]?.metric?.median,
      };
    }),
    {
      title: 'Failures',
      note: 'points where a pass failed, of those that the method supports',
      kind: 'number',
      show: (row) => `${row.failures} of ${row.points - row.notApplicable}`,
      value: (row) => row.failures,
    },
    {
      title: 'Not applicable',
      note: 'points that the method does not support',
      kind: 'number',
      show: (row) => (row.notApplicable === 0 ? '' : String(row.notApplicable)),
      value: (row) => row.notApplicable,
    },
  ];
}

function aboutSection(): Html {
  return html`<h2>How to read this</h2>
<p>A <a href="cells.html">cell</a> is one method at one problem, horizon T, number of hyperparameters p, seed and pass. Memory, time and
training are measured in separate passes. <b>Peak memory</b> is the largest number of bytes alive at once in device buffers, counted
exactly. <b>Time</b> excludes compilation; it is a multiple of the same inner steps, taken in turns, and the milliseconds behind it are that
multiple of what those steps usually take at the point. <b>best</b>: at 95 % nothing was shown to be better, and something was shown to be worse
(paired by seed, over all methods of the point). Fewer than five seeds, or three cells for times, rank nothing. Failures are counted; what a method
does not support is none, and neither are device losses and errors of ours.</p>`;
}
