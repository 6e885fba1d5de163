import type { Suite } from '../cell/suite.ts';
import { axisName, problemTitle } from '../cell/titles.ts';
import { type TextColumn, textTable } from '../export/text-table.ts';
import { axisText, bytesText, numberText, timesText, timeText } from '../leaderboard/format.ts';
import { growthText } from '../leaderboard/growth.ts';
import { metricText } from '../leaderboard/row-text.ts';
import type { ScalingQuantity } from '../leaderboard/scaling.ts';
import { type LeaderboardSummary, type MethodSummary, summariseLeaderboard } from '../leaderboard/summary.ts';
import { leaderboardsOf, type SiteContext } from '../report/context.ts';

/** The summary of every leaderboard as text: what a run leaves on the terminal. */
export function leaderboardsText(context: SiteContext): string {
  return leaderboardsOf(context)
    .map(({ suite, device, rows }) => {
      const methods = context.methods.filter((method) => rows.some((row) => row.method === method));
      const summary = summariseLeaderboard(suite, rows, methods);
      const { problem, horizon, dimension } = summary.at;
      const [T, p] = [axisName(suite, 'horizon'), axisName(suite, 'dimension')];
      const at = `${problemTitle(suite, problem)}, ${T} = ${axisText(horizon)}, ${p} = ${axisText(dimension)}`;
      const columns = columnsOf(suite, summary);
      const filled = columns.filter((column) => summary.methods.some((row) => column.show(row) !== ''));
      const lines = summary.methods.map((row) => filled.map((column) => column.show(row)));
      const metric = suite.metric !== undefined && summary.metrics.length > 0;
      const where = `${at}${metric ? `; ${suite.metric?.title.toLowerCase()} problem by problem` : ''}`;
      return `${suite.title} on ${device.label}\n${where}\n\n${textTable(filled, lines)}`;
    })
    .join('\n\n');
}

type SummaryColumn = TextColumn & { readonly show: (row: MethodSummary) => string };

function columnsOf(suite: Suite, { metrics }: LeaderboardSummary): readonly SummaryColumn[] {
  return [
    { title: 'method', show: ({ method }) => method },
    { title: 'peak', align: 'right', show: ({ row }) => bytesText(row?.memory?.median) },
    ...growthColumns(suite, 'memory'),
    {
      title: `× ${suite.timedBeside?.title ?? ''}`,
      align: 'right',
      show: ({ row }) => timesText(row?.time?.ratio?.median),
    },
    { title: 'time', align: 'right', show: ({ row }) => timeText(row?.time?.median) },
    ...growthColumns(suite, 'time'),
    {
      title: 'rel. error',
      align: 'right',
      show: ({ row }) => numberText(row?.gradient?.relativeError?.median),
    },
    ...metrics.map(
      ({ problem, spec }, index): SummaryColumn => ({
        title: spec === suite.metric ? problem : `${spec.title.toLowerCase()}: ${problem}`,
        align: 'right',
        show: (row) => metricText(row.metrics[index] ?? {}),
      }),
    ),
    {
      title: 'failures',
      align: 'right',
      show: ({ failures, points, notApplicable }) => `${failures} of ${points - notApplicable}`,
    },
    {
      title: 'not applicable',
      align: 'right',
      show: ({ notApplicable }) => (notApplicable === 0 ? '' : String(notApplicable)),
    },
  ];
}

/** What one more step, and one more hyperparameter, adds: each axis in a column of its own, as each is of a problem of its own. */
function growthColumns(suite: Suite, quantity: ScalingQuantity): readonly SummaryColumn[] {
  return (['horizon', 'dimension'] as const).map((axis) => ({
    title: `a ${axisName(suite, axis)}`,
    align: 'right',
    show: ({ growth }) => growthText(growth[quantity][axis]),
  }));
}
