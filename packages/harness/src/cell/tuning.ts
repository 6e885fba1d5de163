/**
 * @file Tuning: every method's outer rate, and the one or two numbers that only it has, are chosen by trials. A trial is a cell of a pass of its own,
 * on seeds that no profile has; all methods have the same number of them at a point.
 */
import { UsageError } from '../errors.ts';
import { type CellList, listCells, type PlannedCell } from './cell-list.ts';
import type { CellConfig, JsonObject, JsonValue } from './config.ts';
import { canonicalJson, cellIdOf } from './identity.ts';
import { defaultSeedAxes, deriveSeeds } from './seeds.ts';
import type { Selection } from './selection.ts';
import { evaluationSeeds, type MethodSpec, type Suite } from './suite.ts';

/** The pass of trials. No suite lists it among its own, so only tuning runs it, and no board shows it. */
export const trialPass = 'tuning';

/** The parameter of a cell that holds tuned numbers, those of a trial as well as chosen ones: `{ rate: 0.03, gamma: 0.9 }`. */
export const tunedParameter = 'tuned';

/** The name of the outer rate among tuned numbers. */
export const rateName = 'rate';

/**
 * What every method tries on a problem, in the order of the rates: trial i takes rate i, and of the own numbers of a method value i modulo their count
 * (of a second one, every value for each round of the first). So a method with own numbers tries every rate once like any other, each beside one value.
 *
 * @param rates the grid of the outer rate, the same for all methods
 */
export function trialsOf(method: Pick<MethodSpec, 'tunes'>, rates: readonly number[]): readonly JsonObject[] {
  const own = Object.entries(method.tunes ?? {});
  return rates.map((rate, index) => {
    let round = index;
    const values = own.map(([name, choices]): readonly [string, JsonValue] => {
      const value = choices[round % choices.length] as JsonValue;
      round = Math.floor(round / choices.length);
      return [name, value];
    });
    return { [rateName]: rate, ...Object.fromEntries(values) };
  });
}

/** What trials and the cell that they choose for have in common: everything but the seed, the pass and the tuned numbers. */
export function tuningPoint({ seed: _, pass: __, parameters, ...point }: CellConfig): string {
  const { [tunedParameter]: ___, ...others } = parameters;
  return canonicalJson([point, others]);
}

/** Whether a cell's numbers are chosen by trials: its suite and problem say what is tried, and its method has an outer rate. */
export function isTuned(suites: readonly Suite[], { suite, problem, method }: CellConfig): boolean {
  const declared = suites.find(({ name }) => name === suite);
  const rates = declared?.problems.find(({ name }) => name === problem)?.rates;
  const learns = declared?.methods.find(({ name }) => name === method)?.learns ?? true;
  return declared?.tuning !== undefined && rates !== undefined && learns;
}

/**
 * The trials for what a selection would run in the pass that is tuned. Seeds of the selection stand in place of the suite's seeds of trials.
 *
 * @throws UsageError as {@link listCells}; for seeds that a profile evaluates on; and where nothing that is selected is tuned
 */
export function listTrials(suites: readonly Suite[], selection: Selection): CellList {
  const { seeds, cells: ids, ...rest } = selection;
  const tuning = suites.filter((suite) => suite.tuning !== undefined);
  const passes = [...new Set(tuning.flatMap((suite) => suite.tuning?.pass ?? []))];
  const { cells, leftOut } = listCells(suites, { ...rest, passes });
  const points = new Map<string, PlannedCell>();
  for (const cell of cells) {
    const key = tuningPoint(cell.config);
    if (isTuned(suites, cell.config) && !points.has(key)) points.set(key, cell);
  }
  if (points.size === 0)
    throw new UsageError(
      `Nothing that was chosen is tuned: problems with a grid of rates are ${tunedProblems(suites).join(', ') || 'none'}.`,
    );
  for (const suite of tuning) refuseEvaluationSeeds(suite, seeds ?? []);
  const trials = [...points.values()].flatMap((cell) => trialsAt(suites, cell, seeds));
  const chosen = trials.filter(({ cellId }) => ids?.some((id) => cellId.startsWith(id)) ?? true);
  if (chosen.length === 0) throw new UsageError(`No trial has an id that begins with ${ids?.join(', ')}.`);
  return { cells: chosen, leftOut };
}

function trialsAt(
  suites: readonly Suite[],
  cell: PlannedCell,
  seeds: readonly number[] | undefined,
): readonly PlannedCell[] {
  const suite = suites.find(({ name }) => name === cell.config.suite) as Suite;
  const problem = suite.problems.find(({ name }) => name === cell.config.problem);
  const method = suite.methods.find(({ name }) => name === cell.config.method) as MethodSpec;
  const { [tunedParameter]: _, ...parameters } = cell.config.parameters;
  return trialsOf(method, problem?.rates ?? []).flatMap((tuned) =>
    (seeds ?? suite.tuning?.seeds ?? []).map((seed) => {
      const config: CellConfig = {
        ...cell.config,
        seed,
        pass: trialPass,
        parameters: { ...parameters, [tunedParameter]: tuned },
      };
      return { ...cell, config, cellId: cellIdOf(config), seeds: seedsOf(suite, config) };
    }),
  );
}

function seedsOf(suite: Suite, config: CellConfig) {
  return deriveSeeds(config, suite.seedAxes ?? defaultSeedAxes);
}

/** A cell with tuned numbers in its configuration, and so in its name. */
export function withTuned(
  suites: readonly Suite[],
  cell: PlannedCell,
  tuned: JsonObject,
  tuning?: PlannedCell['tuning'],
): PlannedCell {
  const suite = suites.find(({ name }) => name === cell.config.suite) as Suite;
  const config: CellConfig = {
    ...cell.config,
    parameters: { ...cell.config.parameters, [tunedParameter]: tuned },
  };
  return {
    ...cell,
    config,
    cellId: cellIdOf(config),
    seeds: seedsOf(suite, config),
    ...(tuning === undefined ? {} : { tuning }),
  };
}

/** @throws UsageError for seeds of trials that some profile evaluates on, or the reverse */
function refuseEvaluationSeeds(suite: Suite, seeds: readonly number[]): void {
  const both = seeds.find((seed) => evaluationSeeds(suite).includes(seed));
  if (both !== undefined)
    throw new UsageError(
      `Trials cannot run on seed ${both}: ${suite.name} evaluates on it, and what is chosen on a seed looks too good there. Seeds of trials are ${suite.tuning?.seeds.join(', ')}.`,
    );
}

/** @throws UsageError for seeds of a tuned evaluation that trials run on */
export function refuseTrialSeeds(suites: readonly Suite[], seeds: readonly number[]): void {
  for (const { name, tuning } of suites) {
    const both = seeds.find((seed) => tuning?.seeds.includes(seed));
    if (both !== undefined)
      throw new UsageError(
        `Tuned cells cannot be evaluated on seed ${both}: ${name} chose their numbers on it. Give --seeds without ${tuning?.seeds.join(', ')}.`,
      );
  }
}

function tunedProblems(suites: readonly Suite[]): readonly string[] {
  return suites.flatMap(({ problems, tuning }) =>
    tuning === undefined ? [] : problems.filter(({ rates }) => rates !== undefined).map(({ name }) => name),
  );
}
