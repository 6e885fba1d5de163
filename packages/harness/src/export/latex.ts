/** @file Boards as LaTeX tables (booktabs), for papers. */
import { metricOfProblem, type Suite } from '../cell/suite.ts';
import { type Boards, boardsOf, byPoint, type RankedColumn } from '../leaderboard/board.ts';
import { axisText, bytesText, numberText } from '../leaderboard/format.ts';
import { unitValues } from '../leaderboard/quantity.ts';
import type { LeaderboardRow, Quantity } from '../leaderboard/row.ts';
import { cosineText, metricNumber, metricSeedsText } from '../leaderboard/row-text.ts';

interface LatexColumn {
  readonly title: string;
  readonly show: (row: LeaderboardRow) => string;
  /** The board whose best set is bold. */
  readonly board?: RankedColumn;
}

/**
 * One table a point, in the order of the rows: every method with its seeds or intervals, the best set bold where a board told methods apart.
 * Failures are counted. Needs `\usepackage{booktabs}` alone.
 */
export function latexText(rows: readonly LeaderboardRow[], suites: readonly Suite[]): string {
  const tables = [...byPoint(rows).values()].map((group) => pointTable(group, boardsOf(group), suites));
  return `% Boards as booktabs tables; needs \\usepackage{booktabs}. Bold: the best set at 95 %, where methods were told apart.\n\n${tables.join('\n\n')}\n`;
}

function pointTable(rows: readonly LeaderboardRow[], boards: Boards, suites: readonly Suite[]): string {
  const first = rows[0] as LeaderboardRow;
  const suite = suites.find(({ name }) => name === first.suite);
  const beside = suite?.timedBeside?.title;
  const columns: readonly LatexColumn[] = [
    {
      title: beside === undefined ? 'Time (ms)' : `Time ($\\times$ ${escaped(beside)})`,
      show: ({ time }) =>
        time === undefined ? '' : unitsText(time.ratio ?? time, (value) => value.toPrecision(3)),
      board: 'time',
    },
    { title: 'Peak', show: ({ memory }) => escaped(bytesText(memory?.median)), board: 'memory' },
    { title: 'Cosine', show: ({ gradient }) => escaped(cosineText(gradient?.cosine?.median)) },
    { title: 'Rel.\\ error', show: ({ gradient }) => escaped(numberText(gradient?.relativeError?.median)) },
    {
      title: escaped(metricOfProblem(suite, first.problem)?.title ?? 'Metric'),
      show: (row) => metricCell(row),
      board: 'metric',
    },
  ];
  const filled = columns.filter(({ show }) => rows.some((row) => show(row) !== ''));
  const cell = (row: LeaderboardRow, { show, board }: LatexColumn): string => {
    const text = show(row);
    const best = board !== undefined && boards[board].places.get(row.key)?.standing === 'best';
    return best && text !== '' ? `\\textbf{${text}}` : text;
  };
  const lines = rows.map(
    (row) => `    ${[escaped(row.method), ...filled.map((column) => cell(row, column))].join(' & ')} \\\\`,
  );
  const where = `${suite?.title ?? first.suite}, ${first.problem}, $T = ${axisText(first.horizon)}$, $p = ${axisText(first.dimension)}$, profile ${first.profile}, ${first.device.label}`;
  return [
    '\\begin{table}',
    `  \\caption{${where.replace(/[&%#_]/g, '\\$&')}. Medians over seeds (times: over cells) with the seeds, or from six on the interval of the median and its level.}`,
    `  \\begin{tabular}{l${'r'.repeat(filled.length)}}`,
    '    \\toprule',
    `    ${['Method', ...filled.map(({ title }) => title)].join(' & ')} \\\\`,
    '    \\midrule',
    ...lines,
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
  ].join('\n');
}

/** `1.84 (1.80, 1.84, 1.91)`. */
function unitsText(quantity: Quantity, text: (value: number) => string): string {
  if (!Number.isFinite(quantity.median)) return 'failed';
  const values = unitValues(quantity).filter(Number.isFinite);
  const each =
    values.length < 2 || values.length > 5
      ? ''
      : ` (${[...values]
          .sort((a, b) => a - b)
          .map(text)
          .join(', ')})`;
  return `${text(quantity.median)}${each}`;
}

function metricCell(row: LeaderboardRow): string {
  const { metric } = row;
  if (metric === undefined) return '';
  const failed = unitValues(metric).filter((value) => !Number.isFinite(value)).length;
  const count = failed === 0 ? '' : ` [${failed} of ${unitValues(metric).length} failed]`;
  if (!Number.isFinite(metric.median)) return `failed${count}`;
  const seeds = metricSeedsText(row);
  return escaped(`${metricNumber(metric.spec, metric.median)}${seeds === '' ? '' : ` (${seeds})`}${count}`);
}

/** Text as LaTeX takes it: its special characters, and the signs of our numbers. */
function escaped(text: string): string {
  const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';
  return text
    .replace(/[&%#_$]/g, '\\$&')
    .replace(/·?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (whole, exponent: string) => {
      const plain = [...exponent]
        .map((sign) => (sign === '⁻' ? '-' : String(superscripts.indexOf(sign))))
        .join('');
      return `$${whole.startsWith('·') ? '{\\cdot}' : ''}10^{${plain}}$`;
    })
    .replaceAll('−', '$-$')
    .replaceAll('∞', '$\\infty$')
    .replaceAll('\u202f', '\\,')
    .replaceAll('–', '--');
}
