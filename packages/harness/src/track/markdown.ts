/** @file A comparison as Markdown: for a comment that is updated in place, and for the terminal. */
import type { CellDifference } from './difference.ts';
import { explain, type Growth, percent } from './explain.ts';
import type { Finding } from './findings.ts';
import type { TimedCell } from './timing.ts';
import { openFindings, type TrackReport, verdictLine } from './verdict.ts';

/** The line by which a comment is found again. */
export const marker = '<!-- longhorizon-track -->';
/** GitHub refuses comments of more than 65,536 characters. */
const mostBytes = 60_000;
const shownCells = 8;
const shownNames = 4;

/** The report; no longer than {@link mostBytes} bytes. */
export function reportMarkdown(report: TrackReport): string {
  const head = [
    marker,
    `**Longhorizon: ${verdictLine(report)}**`,
    '',
    `\`${report.base.commit.slice(0, 10)}\` ${escaped(report.base.subject)} → \`${report.head.commit.slice(0, 10)}\`${report.head.dirty === true ? ' with changes that are not committed' : ''} ${escaped(report.head.subject)}`,
    ...findingSection(report),
    ...explainedSection(report),
    ...timingSection(report),
    ...leftOutSection(report),
    '',
    machineText(report),
    '',
    `Again: \`${report.command}\``,
  ].join('\n');
  return shortened(`${head}\n`, detailLines(report));
}

const escaped = (text: string): string => text.replaceAll(/[\\`*_<>|[\]]/g, '\\$&');
const bytesIn = (text: string): number => Buffer.byteLength(text);

/** Details as far as there is room. */
function shortened(head: string, details: readonly string[]): string {
  const open = '\n<details><summary>All cells that differ</summary>\n\n';
  const close = '\n</details>\n';
  const more = (count: number): string => `\n… and ${count} lines more; the JSON has them all.\n`;
  if (bytesIn(head) > mostBytes) return `${head.slice(0, mostBytes / 4)}${more(1)}`;
  if (details.length === 0) return head;
  let text = head + open;
  const room = mostBytes - bytesIn(close) - bytesIn(more(details.length));
  for (const [index, line] of details.entries()) {
    if (bytesIn(text) + bytesIn(line) + 1 > room) return text + more(details.length - index) + close;
    text += `${line}\n`;
  }
  return text + close;
}

const marks: Readonly<Record<Finding['kind'], string>> = {
  answers: '✗ other results',
  budget: '✗ over budget',
  worse: '✗ worse',
  better: '✓ better',
  changed: 'changed',
};

function findingSection({ findings, accepted }: TrackReport): readonly string[] {
  if (findings.length === 0) return [];
  const known = new Map(accepted.map(({ id, because }) => [id, because]));
  const rows = findings.map((finding) => {
    const because = known.get(finding.id);
    const verdict = because === undefined ? marks[finding.kind] : `accepted: ${escaped(because)}`;
    return `| \`${finding.id}\` | ${finding.what} | ${rangeText(finding)} | ${cellsText(finding.cells.map(({ cell }) => cell))} | ${verdict} |`;
  });
  return ['', '| id | what | base → head | cells | verdict |', '| --- | --- | --- | --- | --- |', ...rows];
}

/** The largest change of a finding, in its own numbers. */
function rangeText({ cells, budget }: Finding): string {
  const share = ({ base = 0, head = 0 }: Finding['cells'][number]): number =>
    base === 0 ? Number.POSITIVE_INFINITY : Math.abs(head / base - 1);
  const [largest] = [...cells].sort((a, b) => share(b) - share(a));
  if (largest?.head === undefined && largest?.base === undefined) return '';
  const { base, head } = largest;
  const relative =
    base !== undefined && head !== undefined && base > 0 ? ` (${percent(head / base - 1)})` : '';
  const text = `${base ?? 'none'} → ${head ?? 'none'}${relative}`;
  return budget === undefined ? text : `${text}; ${escaped(budget)}`;
}

function cellsText(cells: readonly string[]): string {
  const shown = cells.slice(0, shownNames).map((cell) => escaped(cell));
  return cells.length > shown.length
    ? `${shown.join(', ')} and ${cells.length - shown.length} more`
    : shown.join(', ');
}

/** Cells by what stands behind their difference. */
function explainedSection({ cells, growth }: TrackReport): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const one of cells) {
    if (one.kind !== 'differs') continue;
    const reason = explain(one.difference).slice(0, 6).join('; ');
    groups.set(reason, [...(groups.get(reason) ?? []), one.cell]);
  }
  const lines = [...groups].sort(([, a], [, b]) => b.length - a.length);
  const shown = lines
    .slice(0, shownCells)
    .map(([reason, names]) => `- ${escaped(reason)} (${cellsText(names)})`);
  const rest =
    lines.length > shownCells ? [`- … and ${lines.length - shownCells} other explanations below`] : [];
  const grown = growth.map((one) => `- ${escaped(growthText(one))}`);
  return shown.length + grown.length === 0 ? [] : ['', 'Explained by:', '', ...grown, ...shown, ...rest];
}

const growthText = ({ family, counter, base, head }: Growth): string =>
  `the exponent in T of ${counter} left its interval: T^${base.toFixed(2)} → T^${head.toFixed(2)} (${family})`;

function timingSection({ timing }: TrackReport): readonly string[] {
  if (timing === null) return [];
  const { cells, controls, nullHalfWidth, unproven, metric } = timing;
  const head = '| cell | time, head / base | floor | blocks | p | predicted | unexplained | verdict |';
  const row = (one: TimedCell, name = escaped(one.cell)): string => {
    const rest = one.predicted === undefined ? '' : percent(one.change - one.predicted);
    const predicted = one.predicted === undefined ? '' : percent(one.predicted);
    const reason = one.reason === undefined ? '' : ` (${escaped(one.reason)})`;
    return `| ${name} | ${percent(one.change)} [${percent(one.low)}, ${percent(one.high)}] | ${percent(one.floor).slice(1)} | ${one.blocks} | ${one.adjustedP.toPrecision(2)} | ${predicted} | ${rest} | ${one.verdict}${reason} |`;
  };
  return [
    '',
    `Time (${{ cpuMs: 'processor time', deviceMs: 'device time', wallMs: 'until the queue was done' }[metric]}); head against head gave ±${(100 * nullHalfWidth).toFixed(1)} %:`,
    ...(unproven === undefined ? [] : ['', `Nothing is proven: ${escaped(unproven)}.`]),
    '',
    head,
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...cells.map((one) => row(one)),
    ...controls.map((one) => row(one, `control: ${escaped(one.cell)}`)),
  ];
}

function leftOutSection({ cells, timing, unstable }: TrackReport): readonly string[] {
  const without = cells.flatMap((one) => (one.kind === 'not compared' ? [`${one.cell}: ${one.reason}`] : []));
  const changing = Object.entries(unstable).map(
    ([cell, names]) => `${cell}: ${names.join(', ')} changed between two runs of one side`,
  );
  const late = (timing?.leftOut ?? []).map((cell) => `${cell}: not timed`);
  const lines = [...without, ...changing, ...late];
  if (lines.length === 0) return [];
  const shown = lines.slice(0, shownCells).map((line) => `- ${escaped(line)}`);
  const rest = lines.length > shownCells ? [`- … and ${lines.length - shownCells} more`] : [];
  return ['', 'Not compared:', '', ...shown, ...rest];
}

function machineText({ machine, seconds }: TrackReport): string {
  if (machine === null) return `${seconds.toFixed(0)} s.`;
  const { adapter, processor, cores } = machine;
  return `${escaped(adapter)}; ${escaped(processor)}, ${cores} cores; ${seconds.toFixed(0)} s.`;
}

function detailLines({ cells }: TrackReport): readonly string[] {
  return cells.flatMap((one) => (one.kind === 'differs' ? [detailLine(one.difference)] : []));
}

function detailLine(difference: CellDifference): string {
  const { cell, counters } = difference;
  const values = counters.map(
    ({ counter, base, head }) => `${counter} ${base ?? 'none'} → ${head ?? 'none'}`,
  );
  return `- **${escaped(cell)}**: ${escaped([...explain(difference), ...values].join('; '))}`;
}

/** The report as a terminal shows it: the verdict, what it rests on, and what is to be done. */
export function reportText(report: TrackReport): string {
  const { findings, cells, accepted } = report;
  const known = new Set(accepted.map(({ id }) => id));
  const groups = new Map<string, string[]>();
  for (const one of cells)
    if (one.kind === 'differs') {
      const reason = explain(one.difference).slice(0, 6).join('; ');
      groups.set(reason, [...(groups.get(reason) ?? []), one.cell]);
    }
  const plain = (names: readonly string[]): string =>
    names.length > 2 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more` : names.join(', ');
  const lines = [
    ...findings.map((one) => {
      const verdict = known.has(one.id) ? 'accepted' : marks[one.kind];
      return `  ${one.id}  ${verdict}: ${one.what} ${rangeText(one)} in ${plain(one.cells.map(({ cell }) => cell))}`;
    }),
    ...report.growth.slice(0, shownCells).map((one) => `  because ${growthText(one)}`),
    ...[...groups].slice(0, shownCells).map(([reason, names]) => `  because ${reason} (${plain(names)})`),
    ...(report.timing?.cells ?? []).map(
      (one) =>
        `  ${one.verdict}: ${one.cell} ${percent(one.change)} [${percent(one.low)}, ${percent(one.high)}]${one.predicted === undefined ? '' : `, predicted ${percent(one.predicted)}, unexplained ${percent(one.change - one.predicted)}`}`,
    ),
    ...(report.timing?.unproven === undefined
      ? []
      : [`  nothing is proven of times: ${report.timing.unproven}`]),
    ...cells
      .flatMap((one) => (one.kind === 'not compared' ? [`  not compared: ${one.cell}: ${one.reason}`] : []))
      .slice(0, shownCells),
  ];
  const advice = openFindings(report).some(({ kind }) => kind === 'answers' || kind === 'worse')
    ? [
        '  To accept: bench track accept ID --because "…", or "Perf-accepted: ID because …" in the commit message.',
      ]
    : [];
  return [`track: ${verdictLine(report)}`, ...lines, ...advice].join('\n');
}
