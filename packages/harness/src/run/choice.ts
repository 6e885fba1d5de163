/** @file What trials choose: from records of trials to the numbers that tuned cells run with. */

import type { CellList, PlannedCell } from '../cell/cell-list.ts';
import type { JsonObject, Tuning } from '../cell/config.ts';
import { canonicalJson } from '../cell/identity.ts';
import { type MetricSpec, metricOfProblem, type Suite } from '../cell/suite.ts';
import { isTuned, trialPass, trialsOf, tunedParameter, tuningPoint, withTuned } from '../cell/tuning.ts';
import { listOf, plural, UsageError } from '../errors.ts';
import { groupedBy } from '../grouped.ts';
import type { CellRecord } from '../record/record.ts';
import { isLater } from '../store/read.ts';

/** Trials by what they choose for. */
export type Trials = ReadonlyMap<string, readonly CellRecord[]>;

/** The trials among some records: of every cell the latest, on whatever device. */
export function trialsAmong(records: Iterable<CellRecord>): Trials {
  const latest = new Map<string, CellRecord>();
  for (const record of records) {
    if (record.config.pass !== trialPass) continue;
    const known = latest.get(record.identity.cellId);
    if (known === undefined || isLater(record, known)) latest.set(record.identity.cellId, record);
  }
  return groupedBy(latest.values(), ({ config }) => tuningPoint(config));
}

/**
 * The setting with the best mean of the metric over the seeds of the trials. One that diverged, or ran out of memory or time, on any seed is worse than
 * all others; of equals the smaller rate is taken.
 *
 * @returns undefined where the method does not support the point; what is missing, where trials are
 */
export function choose(
  suites: readonly Suite[],
  { config }: Pick<PlannedCell, 'config'>,
  trials: Trials,
): Tuning | 'unsupported' | { readonly missing: string } {
  const suite = suites.find(({ name }) => name === config.suite);
  const problem = suite?.problems.find(({ name }) => name === config.problem);
  const method = suite?.methods.find(({ name }) => name === config.method);
  const metric = metricOfProblem(suite, config.problem);
  if (suite?.tuning === undefined || method === undefined || metric === undefined)
    throw new Error(`internal: ${config.suite}/${config.problem} is not tuned.`);
  const settings = trialsOf(method, problem?.rates ?? []);
  const all = trials.get(tuningPoint(config)) ?? [];
  const known = all.filter(({ identity }) => identity.measureVersion === measureVersionOf(suite, method));
  const bySetting = settings.map((values) => known.filter((record) => isOf(record, values)));
  // Tuning on other seeds than the suite's uses the same seeds for every setting.
  const seeds = [...new Set(known.map((record) => record.config.seed))].sort((a, b) => a - b);
  if (known.length > 0 && known.every(({ status }) => status === 'unsupported')) return 'unsupported';
  const missing = missingText(bySetting, seeds);
  if (missing !== undefined) return { missing };
  const tried = settings.map((values, index) => ({
    values,
    score: scoreOf(bySetting[index] ?? [], metric),
  }));
  const sign = metric.direction === 'lower' ? 1 : -1;
  const loss = ({ score }: (typeof tried)[number]): number =>
    score === null ? Number.POSITIVE_INFINITY : sign * score;
  const best = tried.reduce((left, right) => (loss(right) < loss(left) ? right : left));
  return {
    metric: metric.name,
    direction: metric.direction,
    trials: settings.length,
    seeds,
    tried,
    chosen: best.values,
    atEdge: edgesOf(settings, best.values),
    counters: sumsOf(known),
  };
}

function measureVersionOf(suite: Suite, method: { readonly measureVersion?: number }): number {
  return suite.measureVersion + (method.measureVersion ?? 0);
}

function isOf({ config }: CellRecord, values: JsonObject): boolean {
  return canonicalJson(config.parameters[tunedParameter] ?? null) === canonicalJson(values);
}

/** Why no choice can be made yet; undefined where it can. Failures of ours are no result of a method's. */
function missingText(
  bySetting: readonly (readonly CellRecord[])[],
  seeds: readonly number[],
): string | undefined {
  const records = bySetting.flat();
  const broken = records.filter(({ status }) => status === 'error' || status === 'device-lost').length;
  const wanted = bySetting.length * Math.max(1, seeds.length);
  if (records.length < wanted) return `${records.length} of its ${plural(wanted, 'trial')} are there`;
  if (broken > 0) return `${broken} of its ${plural(wanted, 'trial')} failed by an error or a lost device`;
  return undefined;
}

function scoreOf(records: readonly CellRecord[], metric: MetricSpec): number | null {
  const ends = records.map(({ status, training }) =>
    status === 'ok' ? (training?.final[metric.name] ?? null) : null,
  );
  const finite = ends.filter((end) => end !== null);
  if (finite.length < ends.length || finite.length === 0) return null;
  return finite.reduce((sum, end) => sum + end, 0) / finite.length;
}

/** Numbers with several values whose chosen one is the first or the last in order. */
function edgesOf(settings: readonly JsonObject[], chosen: JsonObject): readonly string[] {
  return Object.keys(chosen).filter((name) => {
    const values = [...new Set(settings.map((values) => values[name]))].filter(
      (value): value is number => typeof value === 'number',
    );
    return values.length > 2 && [Math.min(...values), Math.max(...values)].includes(chosen[name] as number);
  });
}

function sumsOf(records: readonly CellRecord[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { counters } of records)
    for (const [name, count] of Object.entries(counters ?? {})) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}

/**
 * Cells with the numbers that trials chose for them. Cells of suites, problems and methods without tuning are left out: they would stand beside tuned
 * ones with numbers that were not chosen; a method that learns nothing runs unchanged.
 *
 * @throws UsageError where no cell is tuned, and where trials are missing, naming the command that runs them
 */
export function tunedCells(
  suites: readonly Suite[],
  { cells, leftOut }: CellList,
  trials: Trials,
  commandName: string,
): CellList {
  const missing = new Map<string, string>();
  const tuned = cells.flatMap((cell): readonly PlannedCell[] => {
    const suite = suites.find(({ name }) => name === cell.config.suite);
    const problem = suite?.problems.find(({ name }) => name === cell.config.problem);
    if (suite?.tuning === undefined || problem?.rates === undefined) return [];
    if (!isTuned(suites, cell.config) || cell.unsupported !== undefined) return [withTuned(suites, cell, {})];
    const choice = choose(suites, cell, trials);
    if (choice === 'unsupported') return [withTuned(suites, cell, {})];
    if (!('missing' in choice)) return [withTuned(suites, cell, choice.chosen, choice)];
    const { method, problem: name, horizon, dimension } = cell.config;
    missing.set(`${method} on ${name}, T = ${horizon}, p = ${dimension}`, choice.missing);
    return [];
  });
  if (missing.size > 0) throw new UsageError(missingSentence(missing, cells, commandName));
  if (tuned.length === 0) throw new UsageError('Nothing that was chosen is tuned; leave --tuned out.');
  return { cells: tuned, leftOut };
}

function missingSentence(
  missing: ReadonlyMap<string, string>,
  cells: readonly PlannedCell[],
  commandName: string,
): string {
  const shown = [...missing].slice(0, 5).map(([where, why]) => `  ${where}: ${why}.`);
  const more = missing.size > shown.length ? [`  … and ${missing.size - shown.length} more.`] : [];
  const of = (pick: (cell: PlannedCell) => string | number): string =>
    [...new Set(cells.filter(({ config }) => isMissing(missing, config)).map(pick))].join(',');
  const command =
    `${commandName} tune --profile ${of(({ config }) => config.profile)} --problem ${of(({ config }) => config.problem)} ` +
    `--method ${of(({ config }) => config.method)} --horizon ${of(({ config }) => config.horizon)} --dim ${of(({ config }) => config.dimension)}`;
  return [
    `Tuned numbers were asked for, and ${listOf([plural(missing.size, 'choice')])} cannot be made:`,
    ...shown,
    ...more,
    `Run the trials first, with the same --out or with --tuned FOLDER for where they are: ${command}`,
  ].join('\n');
}

function isMissing(
  missing: ReadonlyMap<string, string>,
  { method, problem, horizon, dimension }: PlannedCell['config'],
): boolean {
  return missing.has(`${method} on ${problem}, T = ${horizon}, p = ${dimension}`);
}
