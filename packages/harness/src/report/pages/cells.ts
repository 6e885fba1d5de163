import { axisName, problemTitle } from '../../cell/titles.ts';
import { plural, UsageError } from '../../errors.ts';
import { groupedBy } from '../../grouped.ts';
import { deviceOf } from '../../leaderboard/device.ts';
import type { Entry } from '../../leaderboard/entry.ts';
import { axisText } from '../../leaderboard/format.ts';
import { attemptKey, type CellRecord } from '../../record/record.ts';
import { duration } from '../../run/duration.ts';
import { reproduceCommand } from '../command.ts';
import type { SiteContext } from '../context.ts';
import { type Html, html } from '../html.ts';
import { type Page, pairs } from '../layout.ts';
import { axisColumns } from '../row-cells.ts';
import { type SiteColumn, tablePieces } from '../table.ts';
import { type Fact, factsOf, placeFacts, seedFacts } from './cell-facts.ts';
import { cellAnchor, cellPagePath } from './cell-links.ts';
import { besideTable, type CellColumn, curveTable } from './cell-tables.ts';
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

/** The cells of one page: those of a suite, problem, method, T, p and profile. */
interface Point extends Pick<Entry, 'config'> {
  readonly records: readonly Entry[];
}

/** The list of all pages of cells. */
export function cellListPage(context: SiteContext): Page {
  const points = [...groupedBy([...context.current].sort(byConfig), cellPagePath).values()].map(
    (records): Point => ({ config: (records[0] as Entry).config, records }),
  );
  const eachOf =
    (pick: (record: Entry) => string | number) =>
    ({ records }: Point): string =>
      [...new Set(records.map(pick))].join(', ');
  const columns: readonly SiteColumn<Point>[] = [
    { title: 'Suite', kind: 'text', filter: true, show: ({ config }) => config.suite },
    { title: 'Problem', kind: 'text', filter: true, show: ({ config }) => config.problem },
    {
      title: 'Method',
      kind: 'text',
      filter: true,
      show: ({ config, records }) =>
        html`<a href="${cellPagePath(records[0] as Entry)}">${config.method}</a>`,
    },
    ...axisColumns(({ config }: Point) => config),
    { title: 'Profile', kind: 'text', filter: true, show: ({ config }) => config.profile },
    { title: 'Passes', kind: 'text', show: eachOf(({ config }) => config.pass) },
    { title: 'Seeds', kind: 'text', show: seedsText },
    {
      title: 'Status',
      note: 'of all its cells; the page says of which, and why',
      kind: 'text',
      filter: true,
      show: eachOf(({ status }) => status),
    },
    {
      title: 'Took',
      note: 'wall clock of all its cells',
      kind: 'number',
      show: ({ records }) => duration(tookMs(records)),
      value: ({ records }) => tookMs(records),
    },
    {
      title: 'Device',
      kind: 'text',
      filter: true,
      show: (point) => (context.devices.length > 1 ? eachOf((record) => deviceOf(record).label)(point) : ''),
    },
  ];
  const intro = html`<h1>Cells</h1>
<p>Every measured cell: one suite, problem, method, T, p, seed and pass. Those that differ in seed and pass alone share a page, which has what was measured and the command that measures it again.</p>
`;
  const body = {
    *[Symbol.iterator]() {
      yield intro;
      yield* tablePieces(columns, points, { label: 'All cells', addressed: true });
    },
  };
  return { path: 'cells.html', title: 'Cells', body };
}

const tookMs = (records: readonly Entry[]): number =>
  records.reduce((sum, { run }) => sum + run.durationMs, 0);

/** `0 – 4`, or `0, 2, 5` where some are missing. */
function seedsText({ records }: Point): string {
  const seeds = [...new Set(records.map(({ config: { seed } }) => seed))].sort((a, b) => a - b);
  const [first = 0, last = 0] = [seeds[0], seeds.at(-1)];
  return seeds.length > 2 && last - first === seeds.length - 1 ? `${first} – ${last}` : seeds.join(', ');
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
  const ordered = [...records].sort(byConfig);
  const { config, identity } = ordered[0] as CellRecord;
  const suite = context.suites.find((known) => known.name === config.suite);
  const title = `${config.method}, ${config.problem}, T = ${axisText(config.horizon)}, p = ${axisText(config.dimension)}`;
  const passes = [...groupedBy(ordered, ({ config: { pass } }) => pass).values()];
  const common = commonFacts(records);
  const seeds = seedsOf(records);
  const factsOfCell = (record: CellRecord): readonly Fact[] => {
    const [run, rest] = [factsOf(record).filter(isOfRun), factsOf(record).filter((fact) => !isOfRun(fact))];
    const places = placeFacts(record).filter(({ name }) => !common.some((fact) => fact.name === name));
    return [...run, ...(seeds === undefined ? seedFacts(record) : []), ...places, ...rest];
  };
  const others = othersText(ordered);
  const body = html`<h1>${title}</h1>
${pairs([
  ['Suite', suite?.title ?? config.suite],
  ['Problem', suite === undefined ? config.problem : problemTitle(suite, config.problem)],
  ['Method', methodLink(context, config, '../')],
  [suite === undefined ? 'T' : axisName(suite, 'horizon'), axisText(config.horizon)],
  [suite === undefined ? 'p' : axisName(suite, 'dimension'), axisText(config.dimension)],
  ['Profile', config.profile],
  ['Parameters', Object.keys(config.parameters).length === 0 ? '' : JSON.stringify(config.parameters)],
  ...common.map(({ name, value }) => [name, value] as const),
])}
<pre class="wrap">${reproduceCommand(config, identity.cellId, context.description.command)}</pre>
${others === '' ? '' : html`<p class="small">${others}</p>`}
${seeds === undefined ? '' : seedTable(seeds)}${passes.map((own) => passSection(own, factsOfCell))}
<p class="small">Full records: the lines with these cells' ids in <a href="../data/records.jsonl.gz"><code>data/records.jsonl.gz</code></a>.</p>`;
  return { path, title, body, under: 'cells.html' };
}

const isOfRun = ({ section }: Fact): boolean => section === 'Run';

const textOf = ({ value }: Fact): string => html`${value}`.html;

/** Facts of place that all records share: the page says them once. */
function commonFacts([first, ...others]: readonly CellRecord[]): readonly Fact[] {
  const rest = others.map(placeFacts);
  return placeFacts(first as CellRecord).filter((fact) =>
    rest.every((facts) => facts.some((other) => other.name === fact.name && textOf(other) === textOf(fact))),
  );
}

/** A record for each seed, where all that have one seed draw the same numbers, in every pass. */
function seedsOf(records: readonly CellRecord[]): readonly CellRecord[] | undefined {
  const bySeed = new Map<number, CellRecord>();
  for (const record of records) {
    const { seed } = record.config;
    const known = bySeed.get(seed) ?? record;
    bySeed.set(seed, known);
    if (seedFacts(known).map(textOf).join() !== seedFacts(record).map(textOf).join()) return undefined;
  }
  return [...bySeed].sort(([a], [b]) => a - b).map(([, record]) => record);
}

function seedTable(records: readonly CellRecord[]): Html {
  const columns = records.map((record) => ({
    record,
    title: `seed ${record.config.seed}`,
    anchor: undefined,
  }));
  return besideTable('Seeds', columns, seedFacts);
}

/** How the command of the first cell becomes that of the others. */
function othersText(records: readonly CellRecord[]): string {
  const [first] = records as readonly [CellRecord];
  const differs = (pick: (record: CellRecord) => unknown): boolean =>
    records.some((record) => pick(record) !== pick(first));
  const named = [
    ...(differs(({ config }) => config.pass) ? ['pass'] : []),
    ...(differs(({ config }) => config.seed) ? ['seeds'] : []),
    ...(differs(({ identity }) => identity.cellId) && Object.keys(first.config.parameters).length > 0
      ? ['cell']
      : []),
  ];
  return named.length === 0
    ? ''
    : `That is the first cell; others have their own ${named.map((name) => `--${name}`).join(', ')}.`;
}

/** The cells of a pass beside each other: all that each has been measured to be. */
function passSection(
  records: readonly CellRecord[],
  factsOfCell: (record: CellRecord) => readonly Fact[],
): Html {
  const cells = [...groupedBy(records, ({ identity }) => identity.cellId).values()];
  const columns = cells.flatMap((own): readonly CellColumn[] => {
    const ordered = [...own].sort((a, b) => (attemptKey(a) < attemptKey(b) ? -1 : 1)).sort(newestFirst);
    return ordered.map((record, index) => ({
      record,
      title: `seed ${record.config.seed}${attemptText(ordered, index)}`,
      anchor: index === 0 ? cellAnchor(record) : undefined,
    }));
  });
  const { pass } = (columns[0] as CellColumn).record.config;
  return html`<h2>Pass ${pass}</h2>
${besideTable(`Pass ${pass}`, columns, factsOfCell)}${curveTable(columns)}`;
}

function newestFirst(a: CellRecord, b: CellRecord): number {
  if (a.run.startedAt !== b.run.startedAt) return a.run.startedAt > b.run.startedAt ? -1 : 1;
  return b.identity.attempt - a.identity.attempt;
}

/** On each device the latest record counts; earlier ones stay to be seen. */
function attemptText(records: readonly CellRecord[], index: number): string {
  const device = deviceOf(records[index] as CellRecord);
  const isLatest = records.findIndex((record) => deviceOf(record).id === device.id) === index;
  const several = records.some((record) => deviceOf(record).id !== device.id);
  return `${isLatest ? '' : ', earlier'}${several ? ` on ${device.label}` : ''}`;
}
