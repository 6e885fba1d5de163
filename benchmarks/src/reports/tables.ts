/** @file What the reports of the suites `long-tailed` and `attack` show, as text: a line a method, and paired differences below. */
import type { CellRecord } from '@longhorizon/harness';
import { bySeed, type Mean, meanOf, pairedMean } from './over-seeds.ts';

export interface Column {
  readonly metric: string;
  readonly title: string;
  /** Shown in percent; differences in points. */
  readonly percent?: boolean;
}

export interface Report {
  readonly columns: readonly Column[];
  readonly methods: readonly string[];
  /** Differences of the columns, first minus second. */
  readonly pairs: readonly (readonly [string, string])[];
}

const reports: Readonly<Record<string, Report>> = {
  'long-tailed': {
    columns: [
      { metric: 'accuracy', title: 'balanced accuracy, %', percent: true },
      { metric: 'many', title: 'large classes, %', percent: true },
      { metric: 'medium', title: 'middle classes, %', percent: true },
      { metric: 'few', title: 'small classes, %', percent: true },
    ],
    methods: [
      'cross-entropy',
      'class-balanced',
      'class-balanced-deferred',
      'l2rw',
      'lazy-l2rw',
      'weight-net',
      'lazy-weight-net',
      'two-component',
      'lazy-two-component',
    ],
    pairs: [
      ['lazy-l2rw', 'l2rw'],
      ['lazy-weight-net', 'weight-net'],
      ['lazy-two-component', 'two-component'],
      ['two-component', 'class-balanced-deferred'],
      ['l2rw', 'class-balanced-deferred'],
      ['l2rw', 'cross-entropy'],
    ],
  },
  attack: {
    columns: [
      { metric: 'success', title: 'success, %', percent: true },
      { metric: 'distance', title: 'L2 of successes' },
      { metric: 'queries', title: 'queries' },
    ],
    methods: [
      'zeroth-order',
      'random-attacker',
      'reptile-attacker',
      'fomaml-attacker',
      'greedy-attacker',
      'maml-attacker',
      'lazy-attacker',
    ],
    pairs: [
      ['lazy-attacker', 'reptile-attacker'],
      ['lazy-attacker', 'fomaml-attacker'],
      ['lazy-attacker', 'greedy-attacker'],
      ['lazy-attacker', 'random-attacker'],
      ['reptile-attacker', 'random-attacker'],
    ],
  },
};

/** A Markdown table for each problem that has records of a suite. */
export function tablesOf(records: readonly CellRecord[], suite: string): string {
  const report = reports[suite];
  if (report === undefined)
    throw new RangeError(
      `There is no report for the suite ${suite}; there are ${Object.keys(reports).join(', ')}.`,
    );
  const own = records.filter(({ config }) => config.suite === suite);
  const problems = [...new Set(own.map(({ config }) => config.problem))].sort();
  return problems.map((problem) => tableOf(own, problem, report)).join('\n');
}

function tableOf(
  records: readonly CellRecord[],
  problem: string,
  { columns, methods, pairs }: Report,
): string {
  const of = (method: string, { metric }: Column) => bySeed(records, problem, method, metric);
  const lines = methods.flatMap((method) => {
    const found = columns.map((column) => of(method, column));
    const seeds = Math.max(...found.map((values) => values.size));
    if (seeds === 0) return [];
    const cells = found.map((values, k) =>
      textOf(values.size === 0 ? undefined : meanOf([...values.values()]), columns[k]!),
    );
    return [`| ${[method, ...cells, seeds].join(' | ')} |`];
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

function textOf(value: Mean | undefined, { percent = false }: Column, signed = false): string {
  if (value === undefined) return '';
  const scale = percent ? 100 : 1;
  const digits = Math.abs(scale * value.mean) >= 100 ? 0 : 2;
  const number = (scale * value.mean).toFixed(percent ? 1 : digits);
  const sign = signed && value.mean > 0 ? '+' : '';
  const spread =
    value.halfWidth === null ? '' : ` ± ${(scale * value.halfWidth).toFixed(percent ? 1 : digits)}`;
  return `${sign}${number}${spread}`;
}
