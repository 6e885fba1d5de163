import type { MetricSpec } from '../../../cell/suite.ts';
import type { Entry } from '../../../leaderboard/entry.ts';
import { numberText, timeText } from '../../../leaderboard/format.ts';
import { distinct } from '../../../leaderboard/problems.ts';
import { metricValueText } from '../../../leaderboard/row-text.ts';
import { commonTarget } from '../../../leaderboard/target.ts';
import { median } from '../../../statistics/describe.ts';
import { timeToTarget } from '../../../statistics/target.ts';
import type { SiteContext } from '../../context.ts';
import { type Html, html } from '../../html.ts';
import { type SiteColumn, siteTable } from '../../table.ts';
import { companyText } from '../cell-links.ts';
import { methodLink } from '../links.ts';

interface TargetRow {
  readonly suite: string;
  readonly method: string;
  /** What the row's name says besides its method. */
  readonly more: string;
  readonly target: string;
  readonly steps: number;
  readonly ms: number;
  readonly reached: number;
  readonly seeds: number;
}

/**
 * Steps and seconds to a target: the one that the records name, else most of the way to the best that any method came to.
 *
 * @param named records of one point, each with the name of its row
 */
export function targetTable(
  context: SiteContext,
  named: readonly { readonly record: Entry; readonly name: string }[],
  spec: MetricSpec | undefined,
): Html | string {
  const common =
    spec === undefined
      ? undefined
      : commonTarget(
          named.map(({ record }) => record),
          spec,
        );
  const rows = distinct(named, ({ name }) => name).flatMap((name) => {
    const own = named.flatMap((entry) => (entry.name === name ? [entry.record] : []));
    const method = own[0]?.config.method ?? name;
    const target = own.find(({ training }) => training?.target !== undefined)?.training?.target ?? common;
    if (target === undefined) return [];
    const reach = (cost: 'step' | 'timeMs'): readonly number[] =>
      own.map((record) => {
        const curve = (record.training?.curve ?? []).map((point) => ({
          cost: point[cost] ?? Number.NaN,
          value: point.metrics[target.metric] ?? null,
        }));
        return timeToTarget(curve, target.value, target.direction);
      });
    const steps = reach('step');
    const value =
      spec?.name === target.metric ? metricValueText(spec, target.value) : numberText(target.value);
    const row: TargetRow = {
      suite: own[0]?.config.suite ?? '',
      method,
      more: name.slice(method.length),
      target: `${spec?.title ?? target.metric} ${target.direction === 'higher' ? '≥' : '≤'} ${value}`,
      steps: median(steps),
      ms: median(reach('timeMs')),
      reached: steps.filter(Number.isFinite).length,
      seeds: own.length,
    };
    return [row];
  });
  if (rows.length === 0) return '';
  const columns: readonly SiteColumn<TargetRow>[] = [
    {
      title: 'Method',
      kind: 'name',
      show: (row) => html`${methodLink(context, row, '../')}${row.more}`,
      value: (row) => row.method + row.more,
    },
    { title: 'Target', kind: 'text', show: (row) => row.target },
    {
      title: 'Steps',
      note: 'median over seeds',
      kind: 'number',
      show: (row) => numberText(row.steps),
      value: (row) => row.steps,
    },
    {
      title: 'Time',
      note: `median over seeds, evaluation excluded${companyText(named.map(({ record }) => record.run.cellsAtOnce))}`,
      kind: 'number',
      show: (row) => timeText(row.ms),
      value: (row) => row.ms,
    },
    { title: 'Reached', kind: 'text', show: (row) => `${row.reached} of ${row.seeds} seeds` },
  ];
  return siteTable(
    columns,
    [...rows].sort((a, b) => a.ms - b.ms || (a.method < b.method ? -1 : 1)),
    { label: 'Steps and time to the target' },
  );
}
