/** @file Whether a record is what it claims: a cell of these suites, measured by this code, on the device that it names. */
import { listCells, type PlannedCell } from '../cell/cell-list.ts';
import type { CellConfig } from '../cell/config.ts';
import { canonicalJson, cellIdOf, hashOf } from '../cell/identity.ts';
import type { Suite } from '../cell/suite.ts';
import { tunedParameter } from '../cell/tuning.ts';
import { UsageError } from '../errors.ts';
import type { CellRecord } from '../record/record.ts';
import { versionsOf } from '../run/answers.ts';

/** What is known here of the benchmark that a record should be of. */
export interface Benchmark {
  readonly suites: readonly Suite[];
  readonly codeHashOf: (config: CellConfig) => string;
}

/** How far in the future a record may have begun: clocks of others are off. */
const dayMs = 24 * 3_600_000;

/** Why the claims of a record do not hold, as sentences; the first that fails of each kind. */
export function claimProblems(record: CellRecord, { suites, codeHashOf }: Benchmark): readonly string[] {
  const { config, identity, environment, code, run } = record;
  let cell: PlannedCell;
  try {
    cell = plannedCell(suites, config);
  } catch (error) {
    if (error instanceof UsageError)
      return [`no cell of this benchmark: ${error.message.replaceAll(/\s+/g, ' ')}`];
    throw error;
  }
  const problems: string[] = [];
  const codeHash = codeHashOf(config);
  if (identity.codeHash !== codeHash) {
    const commit = code.commit === null ? '' : ` (commit ${code.commit.slice(0, 12)})`;
    problems.push(
      `measured by other code${commit}: its checksum is ${identity.codeHash.slice(0, 12)}…, that of this checkout ${codeHash.slice(0, 12)}…. ` +
        'Check out the commit that it was measured with and submit it there, or measure it again.',
    );
  }
  if (identity.measureVersion !== cell.measureVersion)
    problems.push(
      `measure version ${identity.measureVersion}, and this checkout measures by version ${cell.measureVersion}: measure it again.`,
    );
  if (environment.fingerprint !== hashOf(environment.stable))
    problems.push(edited('environment.fingerprint', 'the environment'));
  const own: PlannedCell = { ...cell, measureVersion: identity.measureVersion };
  const versions = versionsOf(identity.codeHash, () => environment);
  if (identity.versionId !== versions.idOf(own))
    problems.push(edited('identity.versionId', 'measure version, checksum of the code and device'));
  const { derived, axes } = cell.seeds;
  if (canonicalJson(record.seeds) !== canonicalJson({ derived, axes }))
    problems.push(edited('seeds', 'the configuration'));
  if (Date.parse(run.startedAt) > Date.now() + dayMs)
    problems.push(`run.startedAt: ${run.startedAt} is in the future; set the clock and measure again.`);
  return problems;
}

function edited(place: string, source: string): string {
  return `${place}: not what ${source} in the same record gives; one of them was changed.`;
}

/** The cell of a configuration. @throws UsageError where the suites have none */
function plannedCell(suites: readonly Suite[], config: CellConfig): PlannedCell {
  const { suite, problem, method, pass, profile, horizon, dimension, seed, parameters } = config;
  const declared = suites
    .filter(({ name }) => name === suite)
    .map((one) => withProblem(one, profile, problem));
  const { cells } = listCells(declared.length === 0 ? suites : declared, {
    profile,
    suites: [suite],
    problems: [problem],
    methods: [method],
    passes: [pass],
    horizons: [horizon],
    dimensions: [dimension],
    seeds: [seed],
  });
  const { [tunedParameter]: _, ...others } = parameters;
  const id = cellIdOf({ ...config, parameters: others });
  const cell = cells.find(({ cellId }) => cellId === id);
  if (cell !== undefined) return cell;
  throw new UsageError('its parameters are none that the suite has.');
}

/** A suite whose profile has a problem that it leaves out here: others have data sets that this machine lacks. */
function withProblem(suite: Suite, name: string, problem: string): Suite {
  const profile = suite.profiles[name];
  if (profile?.problems === undefined || !suite.problems.some((one) => one.name === problem)) return suite;
  const problems = [...new Set([...profile.problems, problem])];
  return { ...suite, profiles: { ...suite.profiles, [name]: { ...profile, problems } } };
}
