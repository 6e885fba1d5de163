import type { CellConfig, Status } from '../cell/config.ts';
import { canonicalJson } from '../cell/identity.ts';
import { type MetricSpec, metricOfProblem, type Suite, type TimedBeside } from '../cell/suite.ts';
import { type Interval, median, quantile } from '../statistics/describe.ts';
import { centreEstimate, type Replicates } from '../statistics/paired.ts';
import { type Device, deviceOf } from './device.ts';
import type { Entry, RankedTime } from './entry.ts';
import { groupedBy } from './group.ts';

/** One line of a leaderboard: a method at one point of the benchmark, over all seeds and passes. */
export interface LeaderboardRow {
  readonly key: string;
  /** What the row shares with those it is ranked against. */
  readonly point: string;
  readonly suite: string;
  readonly problem: string;
  readonly method: string;
  readonly horizon: number;
  readonly dimension: number;
  readonly profile: string;
  readonly parameters: CellConfig['parameters'];
  readonly device: Device;
  /** The seeds, in the order of all replicates. */
  readonly seeds: readonly number[];
  readonly time?: Quantity & {
    readonly phase: string;
    readonly compileMs: number | null;
    /** Times over those of the phase that was timed in turns with it, sample by sample. */
    readonly beside?: Quantity;
    /** How many cells shared the machine while it was taken. */
    readonly cellsAtOnce: number;
  };
  readonly memory?: Quantity & {
    readonly predicted: number | null;
    readonly byClass: Readonly<Record<string, number>>;
  };
  readonly gradient?: {
    /** Absent where a vector without length leaves it undefined. */
    readonly cosine?: Quantity;
    readonly relativeError?: Quantity;
    readonly reference: string;
  };
  readonly metric?: Metric;
  /** Further metrics of the suite, in its order. */
  readonly moreMetrics: readonly Metric[];
  readonly counters: Readonly<Record<string, number>>;
  readonly troubles: readonly Trouble[];
  readonly noisy: boolean;
  /** The records the row is made of. */
  readonly records: readonly Entry[];
}

/** A number over seeds. Misses are infinite. */
export interface Quantity {
  readonly median: number;
  readonly q1: number;
  readonly q3: number;
  readonly replicates: Replicates;
}

/** A number that training came to. */
export interface Metric extends Quantity {
  readonly spec: MetricSpec;
  /** Whether replicates are scores of tasks, the same for all methods. */
  readonly paired: boolean;
  /** Bootstrap interval over seeds and tasks. */
  readonly interval: Interval;
}

/** Why something is missing in a row. */
export interface Trouble {
  readonly pass: string;
  readonly status: Exclude<Status, 'ok'>;
  readonly reason: string;
  readonly seeds: readonly number[];
}

/**
 * Joins the records of all seeds and passes into rows. Of a cell that was measured with several versions of
 * the code the latest counts; devices are kept apart.
 */
export function leaderboardRows(
  records: readonly Entry[],
  suites: readonly Suite[] = [],
): readonly LeaderboardRow[] {
  const current = currentRecords(records);
  const groups = groupedBy(current, rowKey);
  const passes = new Map<string, Set<string>>();
  for (const record of current) {
    const table = tableKey(record);
    passes.set(table, (passes.get(table) ?? new Set()).add(record.config.pass));
  }
  return [...groups.keys()]
    .sort()
    .map((key) => {
      const group = groups.get(key) ?? [];
      return makeRow(key, group, suites, passes.get(tableKey(group[0] as Entry)) ?? new Set());
    })
    .sort(byPlace);
}

/** What rows have in common that stand in one table. */
function tableKey(record: Entry): string {
  const { suite, profile, problem } = record.config;
  return [deviceOf(record).id, suite, profile, problem].join(' ');
}

/** The latest record of every cell on every device. */
export function currentRecords<Kept extends Entry>(records: readonly Kept[]): readonly Kept[] {
  const current = new Map<string, Kept>();
  for (const record of records) {
    const key = currentKey(record);
    const known = current.get(key);
    if (known === undefined || orderOf(record) > orderOf(known)) current.set(key, record);
  }
  return [...current.keys()].sort().map((key) => current.get(key) as Kept);
}

/** What only the latest record counts for: a cell on a device. */
export function currentKey(record: Entry): string {
  return `${record.identity.cellId} ${deviceOf(record).id}`;
}

/** Orders the records of one cell and device: the greatest is the latest. */
export function orderOf({ run, identity }: Entry): string {
  return `${run.startedAt} ${String(identity.attempt).padStart(6, '0')} ${identity.versionId}`;
}

function rowKey(record: Entry): string {
  const { seed: _seed, pass: _pass, ...rest } = record.config;
  return canonicalJson([deviceOf(record).id, rest]);
}

function byPlace(a: LeaderboardRow, b: LeaderboardRow): number {
  const text = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0);
  return (
    text(a.suite, b.suite) ||
    text(a.device.id, b.device.id) ||
    text(a.profile, b.profile) ||
    text(a.problem, b.problem) ||
    a.dimension - b.dimension ||
    a.horizon - b.horizon ||
    text(a.method, b.method) ||
    text(a.key, b.key)
  );
}

function makeRow(
  key: string,
  records: readonly Entry[],
  suites: readonly Suite[],
  passes: ReadonlySet<string>,
): LeaderboardRow {
  const first = records[0] as Entry;
  const { suite, problem, method, horizon, dimension, profile, parameters } = first.config;
  const seeds = [...new Set(records.map((record) => record.config.seed))].sort((a, b) => a - b);
  const device = deviceOf(first);
  const declared = suites.find((known) => known.name === suite);
  const bySeed = groupedBy(records, (record) => String(record.config.seed));
  const groups = seeds.map((seed) => bySeed.get(String(seed)) ?? []);
  const found: Find = (named, pick) => sectionsOf(groups, { named, taken: passes }, pick);
  const metric = metricOf(found, metricOfProblem(declared, problem));
  const shared = declared?.comparedAcrossHorizons === true ? null : horizon;
  const point = canonicalJson([device.id, suite, profile, problem, shared, dimension]);
  const base = { key, point, suite, problem, method, horizon, dimension, profile, parameters, device, seeds };
  return {
    ...base,
    ...timeOf(found, declared?.timedBeside),
    ...memoryOf(found),
    ...gradientOf(found),
    ...(metric === undefined ? {} : { metric }),
    moreMetrics: (declared?.moreMetrics ?? []).flatMap((spec) => metricOf(found, spec) ?? []),
    counters: countersOf(records),
    troubles: troublesOf(records),
    noisy: records.some((record) => record.noise !== undefined && record.noise.verdict !== 'quiet'),
    records,
  };
}

/** A section of one seed. `undefined`: the seed has none because nothing tried; `'missed'`: it was tried and failed. */
type Found<Section> = Section | 'missed' | undefined;

/** The sections of a row, seed by seed, from the passes that are named or, where the table has none of them, from any. */
type Find = <Section>(
  named: readonly string[],
  pick: (record: Entry) => Section | undefined,
) => readonly Found<Section>[];

/**
 * A section for every seed: from the passes that are named if anything in the table was measured in one of them, else from whatever pass
 * has it. Never from both: seconds of two passes are seconds of different work.
 */
function sectionsOf<Section>(
  groups: readonly (readonly Entry[])[],
  { named, taken }: { readonly named: readonly string[]; readonly taken: ReadonlySet<string> },
  pick: (record: Entry) => Section | undefined,
): readonly Found<Section>[] {
  const isNamed = named.some((pass) => taken.has(pass));
  return groups.map((group) => {
    const own = isNamed ? group.filter(({ config }) => named.includes(config.pass)) : group;
    const section = own
      .map((record) => (record.status === 'ok' ? pick(record) : undefined))
      .find((found) => found !== undefined);
    return section ?? (isNamed && own.some(({ status }) => isMiss(status)) ? 'missed' : undefined);
  });
}

/** Those of some sections that are there. */
function present<Section>(found: readonly Found<Section>[]): readonly Section[] {
  return found.filter((entry): entry is Exclude<Found<Section>, 'missed' | undefined> => {
    return entry !== undefined && entry !== 'missed';
  });
}

/** Whether a status means that the method was tried and did not get there; unsupported was never tried. */
function isMiss(status: Status): boolean {
  return status !== 'ok' && status !== 'unsupported';
}

/** A quantity over seeds; undefined when no seed has it and none has missed it. */
function quantityOf(
  replicates: Replicates,
  centre: (values: readonly number[]) => number = median,
): Quantity | undefined {
  const centres = replicates.filter((seed) => seed.length > 0).map(centre);
  if (centres.length === 0) return undefined;
  return { median: median(centres), q1: quantile(centres, 0.25), q3: quantile(centres, 0.75), replicates };
}

const miss = [Number.POSITIVE_INFINITY];

function timeOf(find: Find, timedBeside: TimedBeside | undefined): Pick<LeaderboardRow, 'time'> {
  const found = find(
    ['time', 'kernel'],
    ({ time, run }) => time && { ...time, cellsAtOnce: run.cellsAtOnce ?? 1 },
  );
  const replicates = found.map((entry) => {
    if (entry === undefined || entry === 'missed') return entry === 'missed' ? miss : [];
    return entry.phases[entry.primaryPhase]?.samples ?? [];
  });
  const sections = present(found);
  const quantity = quantityOf(replicates);
  if (quantity === undefined) return {};
  const compile = sections.flatMap((section) => section.compileMs ?? []);
  const spread = spreadInside(replicates) ?? {};
  const phase = sections[0]?.primaryPhase ?? '';
  const beside = timedBeside === undefined ? undefined : besideOf(found, timedBeside.phase);
  return {
    time: {
      ...quantity,
      ...spread,
      phase,
      compileMs: compile.length === 0 ? null : median(compile),
      cellsAtOnce: Math.max(1, ...sections.map(({ cellsAtOnce }) => cellsAtOnce)),
      ...(beside === undefined ? {} : { beside }),
    },
  };
}

/**
 * Each sample over the one of another phase that was taken in the same round: what slows the machine down slows both, so the ratio holds
 * where milliseconds do not. Undefined where some seed's samples were not taken in turns.
 */
function besideOf(found: readonly Found<RankedTime>[], phase: string): Quantity | undefined {
  const replicates: (readonly number[])[] = [];
  for (const entry of found) {
    if (entry === undefined || entry === 'missed') {
      replicates.push(entry === 'missed' ? miss : []);
      continue;
    }
    const { phases, primaryPhase } = entry;
    const [own, other] = [phases[primaryPhase]?.samples ?? [], phases[phase]?.samples ?? []];
    if (own.length === 0 || own.length !== other.length) return undefined;
    replicates.push(own.map((ms, round) => ms / (other[round] as number)));
  }
  const quantity = quantityOf(replicates);
  return quantity === undefined ? undefined : { ...quantity, ...spreadInside(replicates) };
}

/** With few seeds the quartiles of all samples say more than those of two or three medians. */
function spreadInside(replicates: Replicates): { readonly q1: number; readonly q3: number } | undefined {
  const all = replicates.flat();
  return all.length < 4 ? undefined : { q1: quantile(all, 0.25), q3: quantile(all, 0.75) };
}

function memoryOf(find: Find): Pick<LeaderboardRow, 'memory'> {
  const found = find(['memory'], (record) => record.memory);
  const quantity = quantityOf(
    found.map((entry) => (entry === undefined ? [] : entry === 'missed' ? miss : [entry.peakBytes])),
  );
  if (quantity === undefined) return {};
  const [section] = present(found);
  return {
    memory: {
      ...quantity,
      predicted: section?.predictedPeakBytes ?? null,
      byClass: section?.peakBytesByClass ?? {},
    },
  };
}

function gradientOf(find: Find): Pick<LeaderboardRow, 'gradient'> {
  const found = find(['gradient'], (record) => record.gradient);
  const sections = present(found);
  const pick = (name: 'cosine' | 'relativeError'): Quantity | undefined =>
    quantityOf(
      found.map((entry) =>
        entry === undefined || entry === 'missed' ? [] : [entry[name] ?? Number.NaN].filter(Number.isFinite),
      ),
    );
  const [cosine, relativeError] = [pick('cosine'), pick('relativeError')];
  if (cosine === undefined && relativeError === undefined) return {};
  return {
    gradient: {
      ...(cosine === undefined ? {} : { cosine }),
      ...(relativeError === undefined ? {} : { relativeError }),
      reference: sections[0]?.reference ?? '',
    },
  };
}

function metricOf(find: Find, spec: MetricSpec | undefined): Metric | undefined {
  if (spec === undefined) return undefined;
  const worst = spec.direction === 'lower' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const found = find(['training'], (record) => record.training);
  const replicates = found.map((entry) => {
    if (entry === undefined || entry === 'missed') return entry === 'missed' ? [worst] : [];
    const final = entry.final[spec.name];
    return entry.finalSamples?.[spec.name] ?? (final === undefined || final === null ? [] : [final]);
  });
  const quantity = quantityOf(
    replicates,
    (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  );
  const paired = replicates.some((seed) => seed.length > 1);
  if (quantity === undefined) return undefined;
  const { low, high, level } = centreEstimate(replicates, { inside: 'mean' });
  return { ...quantity, spec, paired, interval: { low, high, level } };
}

/** Counters that all records with them agree on, else the median; exact counters agree over seeds. */
function countersOf(records: readonly Entry[]): Readonly<Record<string, number>> {
  const names = [...new Set(records.flatMap((record) => Object.keys(record.counters ?? {})))].sort();
  return Object.fromEntries(
    names.map((name) => [name, median(records.flatMap((record) => record.counters?.[name] ?? []))]),
  );
}

function troublesOf(records: readonly Entry[]): readonly Trouble[] {
  const bad = records.filter(({ status }) => status !== 'ok');
  const groups = groupedBy(bad, ({ config, status }) => `${config.pass} ${status}`);
  return [...groups.keys()].sort().flatMap((key) => {
    const group = groups.get(key) ?? [];
    const [first] = group;
    if (first === undefined || first.status === 'ok') return [];
    const seeds = group.map(({ config }) => config.seed).sort((a, b) => a - b);
    return [{ pass: first.config.pass, status: first.status, reason: first.reason ?? first.status, seeds }];
  });
}
