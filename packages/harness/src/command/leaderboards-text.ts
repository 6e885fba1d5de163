import type { Suite } from '../cell/suite.ts';
import { type TextColumn, textTable } from '../export/text-table.ts';
import { axisText, bytesText, numberText, timesText, timeText } from '../leaderboard/format.ts';
import { metricText } from '../leaderboard/row-text.ts';
import {
  type LeaderboardSummary,
  type MeasuredGrowth,
  type MethodSummary,
  summariseLeaderboard,
} from '../leaderboard/summary.ts';
import { axisName, leaderboardsOf, problemTitle, type SiteContext } from '../report/context.ts';

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
    { title: 'grows', show: ({ growth }) => growthText(suite, growth.memory) },
    { title: 'time', align: 'right', show: ({ row }) => timeText(row?.time?.median) },
    {
      title: `× ${suite.timedBeside?.title ?? ''}`,
      align: 'right',
      show: ({ row }) => timesText(row?.time?.beside?.median),
    },
    { title: 'grows', show: ({ growth }) => growthText(suite, growth.time) },
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
    { title: 'gaps', align: 'right', show: ({ troubles, points }) => `${troubles} of ${points}` },
  ];
}

/** `T^0.98 p^1.01`, or `constant`. */
function growthText(suite: Suite, growth: MeasuredGrowth): string {
  const axes = (['horizon', 'dimension'] as const).filter((axis) => growth[axis] !== undefined);
  const factors = axes
    .filter((axis) => Math.abs(growth[axis] ?? 0) >= 0.05)
    .map((axis) => `${axisName(suite, axis)}^${(growth[axis] ?? 0).toFixed(2)}`);
  return axes.length === 0 ? '' : factors.length === 0 ? 'constant' : factors.join(' ');
}
