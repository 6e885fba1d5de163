/** @file The records of a suite as Markdown: a line a method, and paired differences below. */
import type { CellRecord, MetricSpec, Suite } from '@longhorizon/harness';
import { bySeed, type Mean, meanOf, pairedMean } from './over-seeds.ts';

/** What is printed of a suite: its metrics and its methods, in their order, and differences between some of them. */
export interface Report {
  readonly suite: Pick<Suite, 'name' | 'methods' | 'metric' | 'moreMetrics'>;
  /** Differences of the metrics, first minus second. */
  readonly pairs: readonly (readonly [string, string])[];
}

/** A Markdown table for each problem that has records of the suite. */
export function tablesOf(records: readonly CellRecord[], report: Report): string {
  const own = records.filter(({ config }) => config.suite === report.suite.name);
  const problems = [...new Set(own.map(({ config }) => config.problem))].sort();
  return problems.map((problem) => tableOf(own, problem, report)).join('\n');
}

/** A metric as a column; shares are shown in percent, their differences in points. */
interface Column {
  readonly metric: string;
  readonly title: string;
  readonly percent: boolean;
}

function columnOf({
  name,
  title,
  unit,
  share = name === 'accuracy' && unit === undefined,
}: MetricSpec): Column {
  return { metric: name, title: share ? `${title}, %` : title, percent: share };
}

function tableOf(records: readonly CellRecord[], problem: string, { suite, pairs }: Report): string {
  const { metric, moreMetrics = [] } = suite;
  const columns = [...(metric === undefined ? [] : [metric]), ...moreMetrics].map(columnOf);
  const of = (method: string, { metric }: Column) => bySeed(records, problem, method, metric);
  const lines = suite.methods.flatMap(({ name }) => {
    const found = columns.map((column) => of(name, column));
    const seeds = Math.max(...found.map((values) => values.size));
    if (seeds === 0) return [];
    const cells = found.map((values, k) =>
      textOf(values.size === 0 ? undefined : meanOf([...values.values()]), columns[k]!),
    );
    return [`| ${[name, ...cells, seeds].join(' | ')} |`];
  });
  const differences = pairs.flatMap(([a, b]) => {
    const found = columns.map((column) => pairedMean(of(a, column), of(b, column)));
    const seeds = Math.max(...found.map((one) => one?.count ?? 0));
    if (seeds === 0) return [];
    return [
      `| ${[`${a} − ${b}`, ...found.map((one, k) => textOf(one, columns[k]!, true)), seeds].join(' | ')} |`,
    ];
  });
  const head = ['', ...columns.map(({ title }) => title), 'seeds'];
  return [
    `### ${problem}`,
    '',
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => '---').join(' | ')} |`,
    ...lines,
    ...differences,
    '',
  ].join('\n');
}

function textOf(value: Mean | undefined, { percent }: Column, signed = false): string {
  if (value === undefined) return '';
  const scale = percent ? 100 : 1;
  const digits = Math.abs(scale * value.mean) >= 100 ? 0 : 2;
  const number = (scale * value.mean).toFixed(percent ? 1 : digits);
  const sign = signed && value.mean > 0 ? '+' : '';
  const spread =
    value.halfWidth === null ? '' : ` ± ${(scale * value.halfWidth).toFixed(percent ? 1 : digits)}`;
  return `${sign}${number}${spread}`;
}
