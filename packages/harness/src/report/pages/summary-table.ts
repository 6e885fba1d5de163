/** @file The table of a suite on the first page: a line a method. */

import type { Suite } from '../../cell/suite.ts';
import { axisName, problemTitle } from '../../cell/titles.ts';
import { worstCosines } from '../../leaderboard/answers/quality.ts';
import { axisText, bytesText, percentText } from '../../leaderboard/format.ts';
import { gainShare } from '../../leaderboard/gain.ts';
import { addedTime, addedTimeText, growthText } from '../../leaderboard/growth.ts';
import { unitValues } from '../../leaderboard/quantity.ts';
import type { LeaderboardRow, Metric } from '../../leaderboard/row.ts';
import { cosineText, metricSeedsText, metricText, metricValueText } from '../../leaderboard/row-text.ts';
import type { ScalingAxis } from '../../leaderboard/scaling.ts';
import {
  type LeaderboardSummary,
  type MethodSummary,
  type MetricPoint,
  summariseLeaderboard,
} from '../../leaderboard/summary.ts';
import type { Leaderboard, SiteContext } from '../context.ts';
import { dotStrip } from '../dot-strip.ts';
import { type Content, type Html, html } from '../html.ts';
import { placeOf, timeCell, timeValue } from '../row-cells.ts';
import { numbers, type SiteColumn, siteTable } from '../table.ts';
import { methodLink, problemPath } from './links.ts';

/** A suite's table with what it is about, and where its numbers stand. */
export function summarySection(context: SiteContext, leaderboard: Leaderboard): Html {
  const { suite, device, rows, id } = leaderboard;
  const methods = context.methods.filter((method) => rows.some((row) => row.method === method));
  const summary = summariseLeaderboard(suite, rows, methods);
  return html`<h2 id="${id}">${suite.title}<small>${device.label}</small></h2><p>${suite.description}</p>
<p class="faint small">${summaryNote(suite, summary)}</p>
${siteTable(summaryColumns(context, leaderboard, summary), summary.methods, { label: suite.title })}`;
}

/** Where the numbers of the table stand. */
function summaryNote(suite: Suite, { at, along }: LeaderboardSummary): Content {
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
  return html`Costs: <a href="${problemPath(suite.name, at.problem)}">${problemTitle(suite, at.problem)}</a> at ${T} = ${axisText(at.horizon)}, ${p} = ${axisText(at.dimension)}.${growth}`;
}

function summaryColumns(
  context: SiteContext,
  { suite, rows }: Leaderboard,
  { metrics, methods }: LeaderboardSummary,
): readonly SiteColumn<MethodSummary>[] {
  // A place among rows that are not shown here says little; the problem's page has it.
  const place = (row: LeaderboardRow, column: 'time' | 'memory' | 'metric'): Content =>
    suite.comparedAcrossHorizons === true ? '' : placeOf(context.boardsOf(row)[column], row.key);
  const growth = (axis: ScalingAxis): SiteColumn<MethodSummary> => ({
    title: `one more ${axisName(suite, axis)}`,
    note: 'bytes, exact, from the peaks at neighbouring points',
    head: 'Memory',
    kind: 'number',
    better: 'less',
    show: (row) => growthText(row.growth.memory[axis]),
    value: (row) => row.growth.memory[axis]?.bytes?.overall,
  });
  const cosines = worstCosines(rows);
  const cosineOf = (method: string): number | undefined => {
    const own = cosines.filter((one) => one.method === method).map(({ cosine }) => cosine);
    return own.length === 0 ? undefined : Math.min(...own);
  };
  const references = new Set(
    suite.methods.filter(({ role }) => role === 'reference').map(({ name }) => name),
  );
  return [
    {
      title: 'Method',
      kind: 'name',
      show: ({ method }) => methodLink(context, { suite: suite.name, method }),
      value: ({ method }) => method,
    },
    {
      title: 'peak',
      note: 'largest number of bytes alive at once in device buffers',
      head: 'Memory',
      kind: 'number',
      better: 'less',
      show: ({ row }) => row?.memory && html`${bytesText(row.memory.median)}${place(row, 'memory')}`,
      value: ({ row }) => row?.memory?.median,
    },
    growth('horizon'),
    growth('dimension'),
    {
      title: suite.timedBeside === undefined ? 'median' : `× ${suite.timedBeside.title}`,
      note: 'time relative to the same work without the method, in turns; small: milliseconds at the usual speed of the point; ○: the machine was too unsteady',
      head: 'Time',
      kind: 'number',
      better: 'less',
      show: ({ row }) => row?.time && html`${timeCell(row)}${place(row, 'time')}`,
      value: ({ row }) => row && timeValue(row),
    },
    {
      title: `one more ${axisName(suite, 'horizon')}`,
      note: 'time that one more takes, the slope of a line; its interval and the constant part stand on the page of the problem',
      head: 'Time',
      kind: 'number',
      better: 'less',
      show: (row) => addedTimeText(row.growth.time.horizon),
      value: (row) => addedTime(row.growth.time.horizon),
    },
    numbers('worst cosine', ({ method }) => cosineOf(method), cosineText, {
      note: 'to the exact hypergradient: the least over seeds, p above 1 and problems, each at its longest T',
      head: 'Gradient',
      better: 'more',
    }),
    ...metrics.flatMap((point, index) => {
      const reference = methods.find(({ method }) => references.has(method))?.metrics[index];
      return metricColumns(suite, { point, index, reference, place, isCrowded: crowded(suite, metrics) });
    }),
    {
      title: 'failed',
      note: 'points where a pass failed, of those that the method supports',
      head: 'Points',
      kind: 'number',
      better: 'less',
      screenOnly: true,
      show: (row) => `${row.failures} of ${row.points - row.notApplicable}`,
      value: (row) => row.failures,
    },
    {
      title: 'not applicable',
      note: 'points that the method does not support',
      head: 'Points',
      kind: 'number',
      screenOnly: true,
      show: (row) => (row.notApplicable === 0 ? '' : String(row.notApplicable)),
      value: (row) => row.notApplicable,
    },
  ];
}

interface MetricColumnParts {
  readonly point: MetricPoint;
  readonly index: number;
  readonly reference: LeaderboardRow | undefined;
  readonly place: (row: LeaderboardRow, column: 'metric') => Content;
  /** Paper has room for one number a problem. */
  readonly isCrowded: boolean;
}

/** Metrics of all problems that stand beside each other on paper; of more each problem shows the first there, and its page all. */
const mostOnPaper = 8;

const crowded = ({ moreMetrics = [] }: Suite, points: readonly MetricPoint[]): boolean =>
  points.length * (1 + moreMetrics.length) > mostOnPaper;

/** What training came to on one problem: the share of the exact method's gain where there is one, else the metric; and further metrics. */
function metricColumns(
  suite: Suite,
  { point, index, reference, place, isCrowded }: MetricColumnParts,
): readonly SiteColumn<MethodSummary>[] {
  const [T, p] = [axisName(suite, 'horizon'), axisName(suite, 'dimension')];
  const title = problemTitle(suite, point.problem);
  const where = `${T} = ${axisText(point.horizon)}, ${p} = ${axisText(point.dimension)}`;
  if (reference?.metric !== undefined) {
    const share = ({ metrics }: MethodSummary) => metrics[index] && gainShare(metrics[index], reference);
    return [
      {
        title,
        note: `${where}: what training gained in ${point.spec.title.toLowerCase()} over what ${reference.method} gained, seed by seed: the median, and a dot a seed between nothing and all, or the largest`,
        head: `Gain, share of ${reference.method}`,
        kind: 'number',
        better: 'more',
        show: (row) => {
          const [gain, at] = [share(row), row.metrics[index]];
          if (gain === undefined || at === undefined) return '';
          return html`${percentText(gain.median)}${place(at, 'metric')}${dotStrip(unitValues(gain))}`;
        },
        value: (row) => share(row)?.median,
      },
    ];
  }
  const shown = (
    pick: (row: LeaderboardRow) => Metric | undefined,
    spec: MetricPoint['spec'],
    isFirst: boolean,
  ): SiteColumn<MethodSummary> => ({
    title: spec.title,
    note: `${title}, ${where}: the median; seeds in small figures, or from six on the interval of their median with its level${spec.chance === undefined ? '' : `; guessing gives ${metricValueText(spec, spec.chance)}`}`,
    head: title,
    kind: 'number',
    screenOnly: isCrowded && !isFirst,
    better: spec.direction === 'higher' ? 'more' : 'less',
    show: ({ metrics }) => {
      const at = metrics[index];
      const metric = at && pick(at);
      return (
        metric &&
        html`${metricText({ metric })}${isFirst && at !== undefined ? place(at, 'metric') : ''} <span class="faint small">${metricSeedsText({ metric })}</span>`
      );
    },
    value: ({ metrics }) => metrics[index] && pick(metrics[index])?.median,
  });
  return [
    shown(({ metric }) => metric, point.spec, true),
    ...(suite.moreMetrics ?? []).map((spec) =>
      shown(({ moreMetrics }) => moreMetrics.find((metric) => metric.spec.name === spec.name), spec, false),
    ),
  ];
}
