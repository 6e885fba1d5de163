import { canonicalJson } from '../cell/identity.ts';
import { metricOfProblem, type Suite } from '../cell/suite.ts';
import { trialPass, tunedParameter } from '../cell/tuning.ts';
import { groupedBy } from '../grouped.ts';
import { variablesText } from '../record/device-key.ts';
import { median } from '../statistics/describe.ts';
import { deviceOf } from './device.ts';
import type { Entry } from './entry.ts';
import { blameOf, type Find, sectionsOf } from './found.ts';
import type { LeaderboardRow, Trouble } from './row.ts';
import { gradientOf, memoryOf, metricOf } from './row-sections.ts';
import { comparableTimes, timeOf } from './time.ts';

/**
 * Joins the records of all seeds and passes into rows. Of a cell that was measured with several versions of
 * the code the latest counts; devices are kept apart, and so are tuned cells from others. Trials are on no board.
 */
export function leaderboardRows(
  records: readonly Entry[],
  suites: readonly Suite[] = [],
): readonly LeaderboardRow[] {
  const current = currentRecords(records.filter(({ config }) => config.pass !== trialPass));
  const groups = groupedBy(current, rowKey);
  const passes = new Map<string, Set<string>>();
  for (const record of current) {
    const table = tableKey(record);
    passes.set(table, (passes.get(table) ?? new Set()).add(record.config.pass));
  }
  const rows = [...groups.keys()].sort().map((key) => {
    const group = groups.get(key) ?? [];
    return makeRow(key, group, suites, passes.get(tableKey(group[0] as Entry)) ?? new Set());
  });
  return [...comparableTimes(rows)].sort(byPlace);
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

/** What only the latest record counts for: a cell on a device, under the same settings of its driver. */
export function currentKey(record: Entry): string {
  return `${record.identity.cellId} ${deviceOf(record).id} ${variablesText(record.environment)}`;
}

/** Orders the records of one cell and device: the greatest is the latest. */
export function orderOf({ run, identity }: Entry): string {
  return `${run.startedAt} ${String(identity.attempt).padStart(6, '0')} ${identity.versionId}`;
}

function rowKey(record: Entry): string {
  const { seed: _seed, pass: _pass, ...rest } = record.config;
  return canonicalJson([deviceOf(record).id, variablesText(record.environment), rest]);
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
  const variables = variablesText(first.environment);
  const tuning = tunedParameter in parameters ? [tunedParameter] : [];
  const point = canonicalJson([device.id, variables, suite, profile, problem, shared, dimension, ...tuning]);
  const at = { key, point, suite, problem, method, horizon, dimension, profile, parameters };
  const base = { ...at, device, variables, seeds };
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
    const { pass } = first.config;
    return [
      {
        pass,
        status: first.status,
        reason: first.reason ?? first.status,
        seeds,
        of: records.filter(({ config }) => config.pass === pass).length,
        blame: blameOf(first.status),
      },
    ];
  });
}
