import { plural, UsageError } from '../../errors.ts';
import { deviceOf } from '../../leaderboard/device.ts';
import type { Entry } from '../../leaderboard/entry.ts';
import { axisText, bytesText, numberText, percentText, timeText } from '../../leaderboard/format.ts';
import { groupedBy } from '../../leaderboard/group.ts';
import { cosineText } from '../../leaderboard/row-text.ts';
import { attemptKey, type CellRecord } from '../../record/record.ts';
import { duration } from '../../run/duration.ts';
import { reproduceCommand } from '../command.ts';
import { axisName, problemTitle, type SiteContext } from '../context.ts';
import { type Content, type Html, html } from '../html.ts';
import { type Page, pairs } from '../layout.ts';
import { type SiteColumn, siteTable, tablePieces } from '../table.ts';
import { cellAnchor, cellPagePath, cellPath } from './cell-links.ts';
import { methodLink } from './links.ts';

/** Makes a page of cells, which differ in the pass and the seed alone, when the last of their records has come. */
export interface CellPages {
  /** Takes a record that the context was made of, in any order; gives the page of its cell if it was the last of it. */
  add(record: CellRecord): Page | undefined;
  /** @throws UsageError when records that the context was made of did not come */
  end(): void;
}

/** The pages of all cells, from records that come one at a time. Held are those of a page until all have come. */
export function cellPages(context: SiteContext): CellPages {
  const missing = new Map<string, number>();
  for (const entry of context.records) {
    const path = cellPagePath(entry);
    missing.set(path, (missing.get(path) ?? 0) + 1);
  }
  const held = new Map<string, CellRecord[]>();
  return {
    add: (record) => {
      const path = cellPagePath(record);
      const more = (missing.get(path) ?? 0) - 1;
      // A record that came between the two readings has no place on the pages that are being made.
      if (more < 0) return undefined;
      missing.set(path, more);
      const records = held.get(path) ?? [];
      records.push(record);
      held.set(path, records);
      if (more > 0) return undefined;
      held.delete(path);
      return cellPage(context, path, records);
    },
    end: () => {
      const lost = [...missing.values()].filter((count) => count > 0).length;
      if (lost > 0)
        throw new UsageError(
          `Records of ${plural(lost, 'cell')} went away while the page was being built. Build it again.`,
        );
    },
  };
}

/** The list of all cells. */
export function cellListPage(context: SiteContext): Page {
  const columns: readonly SiteColumn<Entry>[] = [
    { title: 'Suite', kind: 'text', filter: true, show: (record) => record.config.suite },
    { title: 'Problem', kind: 'text', filter: true, show: (record) => record.config.problem },
    { title: 'Method', kind: 'text', filter: true, show: (record) => record.config.method },
    {
      title: 'T',
      kind: 'number',
      filter: true,
      show: (record) => axisText(record.config.horizon),
      value: (record) => record.config.horizon,
    },
    {
      title: 'p',
      kind: 'number',
      filter: true,
      show: (record) => axisText(record.config.dimension),
      value: (record) => record.config.dimension,
    },
    { title: 'Seed', kind: 'number', filter: true, show: (record) => record.config.seed },
    { title: 'Pass', kind: 'text', filter: true, show: (record) => record.config.pass },
    { title: 'Status', kind: 'text', filter: true, show: statusOf, value: (record) => record.status },
    {
      title: 'Took',
      note: 'wall clock of the whole cell',
      kind: 'number',
      show: (record) => duration(record.run.durationMs),
      value: (record) => record.run.durationMs,
    },
    {
      title: 'Cell',
      kind: 'text',
      show: (record) =>
        html`<a href="${cellPath(record)}"><code>${record.identity.cellId.slice(0, 8)}</code></a>`,
    },
    {
      title: 'Device',
      kind: 'text',
      filter: true,
      show: (record) => (context.devices.length > 1 ? deviceOf(record).label : ''),
    },
  ];
  const intro = html`<h1>Cells</h1>
<p>Every measured cell: one suite, problem, method, T, p, seed and pass. Its page has what was measured and the command that measures it again, with those of the other passes and seeds.</p>
`;
  const body = {
    *[Symbol.iterator]() {
      yield intro;
      yield* tablePieces(columns, [...context.current].sort(byConfig), {
        label: 'All cells',
        addressed: true,
      });
    },
  };
  return { path: 'cells.html', title: 'Cells', body };
}

/** Suite by suite, point by point, as the cells were planned. */
function byConfig({ config: a }: Entry, { config: b }: Entry): number {
  const text = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0);
  return (
    text(a.suite, b.suite) ||
    text(a.problem, b.problem) ||
    a.dimension - b.dimension ||
    a.horizon - b.horizon ||
    text(a.method, b.method) ||
    text(a.pass, b.pass) ||
    a.seed - b.seed
  );
}

function cellPage(context: SiteContext, path: string, records: readonly CellRecord[]): Page {
  const { config } = records[0] as CellRecord;
  const suite = context.suites.find((known) => known.name === config.suite);
  const title = `${config.method}, ${config.problem}, T = ${axisText(config.horizon)}, p = ${axisText(config.dimension)}`;
  const cells = [...groupedBy([...records].sort(byConfig), ({ identity }) => identity.cellId).values()];
  const body = html`<h1>${title}</h1>
${pairs([
  ['Suite', suite?.title ?? config.suite],
  ['Problem', suite === undefined ? config.problem : problemTitle(suite, config.problem)],
  ['Method', methodLink(context, config, '../')],
  [suite === undefined ? 'T' : axisName(suite, 'horizon'), axisText(config.horizon)],
  [suite === undefined ? 'p' : axisName(suite, 'dimension'), axisText(config.dimension)],
  ['Profile', config.profile],
  ['Parameters', Object.keys(config.parameters).length === 0 ? '' : JSON.stringify(config.parameters)],
])}
${cells.map((own) => cellSection(context, own))}
<p class="small">Full records: the lines with these cells' ids in <a href="../data/records.jsonl.gz"><code>data/records.jsonl.gz</code></a>.</p>`;
  return { path, title, body, under: 'cells.html' };
}

/** A cell: how to measure it again, and all that it has been measured to be. */
function cellSection(context: SiteContext, records: readonly CellRecord[]): Html {
  const ordered = [...records].sort((a, b) => (attemptKey(a) < attemptKey(b) ? -1 : 1)).sort(newestFirst);
  const first = ordered[0] as CellRecord;
  const { config, identity, seeds } = first;
  const streams = Object.entries(seeds.derived)
    .map(([name, seed]) => `${name} ${seed}`)
    .join(', ');
  return html`<h2 id="${cellAnchor(first)}">Pass ${config.pass}, seed ${config.seed}</h2>
${pairs([
  ['Seeds by stream', streams],
  ['Cell', html`<code>${identity.cellId}</code>`],
])}
<pre class="wrap">${reproduceCommand(config, identity.cellId, context.description.command)}</pre>
${ordered.map((record, index) => html`<h3>${attemptTitle(ordered, index)}</h3>${recordBody(record)}`)}`;
}

function newestFirst(a: CellRecord, b: CellRecord): number {
  if (a.run.startedAt !== b.run.startedAt) return a.run.startedAt > b.run.startedAt ? -1 : 1;
  return b.identity.attempt - a.identity.attempt;
}

/** On each device the latest record counts; earlier ones stay to be seen. */
function attemptTitle(records: readonly CellRecord[], index: number): string {
  const device = deviceOf(records[index] as CellRecord);
  const isLatest = records.findIndex((record) => deviceOf(record).id === device.id) === index;
  const several = records.some((record) => deviceOf(record).id !== device.id);
  return `${isLatest ? 'Result' : 'Earlier result'}${several ? ` on ${device.label}` : ''}`;
}

function statusOf(record: Pick<Entry, 'status' | 'reason'>): Content {
  return record.status === 'ok'
    ? 'ok'
    : html`<span class="badge" title="${record.reason ?? ''}">${record.status}</span>`;
}

function recordBody(record: CellRecord): Html {
  const { run, code, identity, environment } = record;
  const commit =
    code.commit === null
      ? ''
      : html`<code>${code.commit.slice(0, 12)}</code>${code.dirty === true ? ' with uncommitted changes' : ''}`;
  return html`${pairs([
    ['Status', statusOf(record)],
    ['Reason', record.reason ?? ''],
    ['Failed at step', record.failedAtStep ?? ''],
    ['Device', deviceOf(record).label],
    ['Started', run.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')],
    ['Took', duration(run.durationMs)],
    ['Processor time', run.cpuMs === undefined ? '' : duration(run.cpuMs)],
    ['Ran', run.isolation === 'none' ? 'not run' : run.isolation],
    ['Commit', commit],
    [
      'Code',
      html`<code>${identity.codeHash.slice(0, 12)}</code>, measure version ${identity.measureVersion}`,
    ],
    ['Environment', html`<code>${environment.fingerprint.slice(0, 12)}</code>`],
  ])}
${timeSection(record)}${memorySection(record)}${qualitySection(record)}${countersSection(record)}`;
}

function timeSection({ time, noise }: CellRecord): Content {
  if (time === undefined) return '';
  const phases = Object.entries(time.phases).map(([name, phase]) => ({ name, ...phase }));
  type Row = (typeof phases)[number];
  const columns: readonly SiteColumn<Row>[] = [
    { title: 'Phase', kind: 'text', show: (row) => row.name },
    { title: 'Clock', kind: 'text', show: (row) => row.clock },
    { title: 'Median', kind: 'number', show: (row) => timeText(row.summary.median) },
    {
      title: 'Quartiles',
      kind: 'number',
      show: (row) => `${timeText(row.summary.q1)} – ${timeText(row.summary.q3)}`,
    },
    {
      title: 'Interval of the median',
      kind: 'number',
      show: (row) =>
        `${timeText(row.summary.interval.low)} – ${timeText(row.summary.interval.high)} (${percentText(row.summary.interval.level)})`,
    },
    { title: 'Samples', kind: 'number', show: (row) => row.summary.count },
    { title: 'Outliers', kind: 'number', show: (row) => row.summary.outliers },
    { title: 'Stopped by', kind: 'text', show: (row) => row.stopped },
  ];
  return html`<h4>Time</h4>${siteTable(columns, phases, { label: 'Phases', sortable: false })}
${pairs([
  ['Compiling', timeText(time.compileMs)],
  ['Evaluation, excluded', timeText(time.evaluationMs)],
  ['Machine', noise === undefined ? '' : `${noise.verdict}, drift ${percentText(noise.drift)}`],
])}`;
}

function memorySection({ memory }: CellRecord): Content {
  if (memory === undefined) return '';
  const classes = Object.entries(memory.peakBytesByClass ?? {}).sort(([, a], [, b]) => b - a);
  const columns: readonly SiteColumn<(typeof classes)[number]>[] = [
    { title: 'Class', kind: 'text', show: ([name]) => name },
    { title: 'At the peak', kind: 'number', show: ([, bytes]) => bytesText(bytes) },
    { title: 'Share', kind: 'number', show: ([, bytes]) => percentText(bytes / memory.peakBytes) },
    { title: 'Predicted', kind: 'number', show: ([name]) => bytesText(memory.predictedBytesByClass?.[name]) },
  ];
  return html`<h4>Memory</h4>
${pairs([
  ['Peak', `${bytesText(memory.peakBytes)} (${memory.peakBytes} bytes)`],
  [
    'Predicted',
    memory.predictedPeakBytes == null
      ? ''
      : memory.predictedPeakBytes === memory.peakBytes
        ? 'exactly'
        : `${memory.predictedPeakBytes} bytes`,
  ],
  ['Formula', memory.predictedFormula ?? ''],
  ['Allocations', memory.allocationCount ?? ''],
])}${classes.length === 0 ? '' : siteTable(columns, classes, { label: 'Bytes by class', sortable: false })}`;
}

function qualitySection({ gradient, training }: CellRecord): Content {
  const parts: Html[] = [];
  if (gradient !== undefined) {
    parts.push(
      html`<h4>Gradient</h4>${pairs([
        ['Compared with', gradient.reference],
        ['Cosine', cosineText(gradient.cosine ?? undefined)],
        ['Relative error', numberText(gradient.relativeError)],
        ['Signs that agree', percentText(gradient.signAgreement)],
        ['Length over length', numberText(gradient.normRatio)],
      ])}`,
    );
  }
  if (training !== undefined) {
    const metrics = [...new Set(training.curve.flatMap((point) => Object.keys(point.metrics)))];
    const columns: readonly SiteColumn<(typeof training.curve)[number]>[] = [
      { title: 'Step', kind: 'number', show: (point) => numberText(point.step) },
      { title: 'Time', kind: 'number', show: (point) => timeText(point.timeMs) },
      ...metrics.map(
        (name): SiteColumn<(typeof training.curve)[number]> => ({
          title: name,
          kind: 'number',
          show: (point) => numberText(point.metrics[name]),
        }),
      ),
    ];
    parts.push(
      html`<h4>Training</h4>${pairs([
        ...Object.entries(training.final).map(
          ([name, value]) => [`Final ${name}`, numberText(value)] as const,
        ),
        ['Tasks', Object.values(training.finalSamples ?? {})[0]?.length ?? ''],
        ['Reported on', training.reportSplit ?? ''],
        ['Selected on', training.selectionSplit ?? ''],
        ['Stopped', training.stopReason ?? ''],
      ])}${training.curve.length === 0 ? '' : html`<details><summary>Curve</summary>${siteTable(columns, training.curve, { label: 'Learning curve', sortable: false })}</details>`}`,
    );
  }
  return parts;
}

function countersSection({ counters, kernelVariants, artifacts, notes }: CellRecord): Content {
  const entries = [
    ...Object.entries(counters ?? {}).map(([name, value]) => [name, numberText(value)] as const),
    ...Object.entries(kernelVariants ?? {}).map(([name, value]) => [`kernel ${name}`, value] as const),
    ...Object.entries(artifacts ?? {}).map(
      ([name, value]) => [`hash of ${name}`, html`<code>${value.slice(0, 16)}</code>`] as const,
    ),
    ...(notes ?? []).map((note) => ['note', note] as const),
  ];
  return entries.length === 0 ? '' : html`<h4>Counters and variants</h4>${pairs(entries)}`;
}
