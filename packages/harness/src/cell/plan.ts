import { listOf, UsageError } from '../errors.ts';
import type { CellConfig, Isolation, JsonObject } from './config.ts';
import { cellIdOf } from './identity.ts';
import { type DerivedSeeds, defaultSeedAxes, deriveSeeds } from './seeds.ts';
import {
  defaultRange,
  describeRange,
  isWithin,
  type MethodSpec,
  type ProblemSpec,
  type ProfileAxes,
  type ProfileSpec,
  type Suite,
} from './suite.ts';

/** Which part of the suites to run. What is left out is not restricted. */
export interface Selection {
  readonly profile: string;
  readonly suites?: readonly string[];
  readonly problems?: readonly string[];
  readonly methods?: readonly string[];
  readonly passes?: readonly string[];
  /** Replace the profile's axes. */
  readonly horizons?: readonly number[];
  readonly dimensions?: readonly number[];
  readonly seeds?: readonly number[];
  /** Beginnings of cell ids: only these cells. */
  readonly cells?: readonly string[];
}

/** A cell with all that is needed to run it. */
export interface PlannedCell {
  readonly cellId: string;
  readonly config: CellConfig;
  readonly seeds: DerivedSeeds;
  readonly measureVersion: number;
  readonly isolation: Isolation;
  /** Whether its profile lets it run beside other cells. */
  readonly sideBySide: boolean;
  readonly timeoutMs: number;
  /** Set where the method does not admit this T or p: recorded without running anything. */
  readonly unsupported?: string;
}

/** What a selection comes to. */
export interface Plan {
  readonly cells: readonly PlannedCell[];
  /** Axis values that some selected problem does not have. */
  readonly leftOut: readonly LeftOut[];
}

/** A value of T or p that a problem does not have, and the sentence that says so. */
export interface LeftOut {
  readonly axis: 'horizon' | 'dimension';
  readonly value: number;
  readonly reason: string;
}

/**
 * Expands suites into cells, in the order in which they should run: pass by pass (correctness before cost),
 * and with the methods innermost, so that a slow drift of the machine meets all of them alike.
 *
 * @throws UsageError for an unknown name (listing the known ones) and for a value of T or p that no selected
 *   problem has (naming the range).
 */
export function planCells(suites: readonly Suite[], selection: Selection): Plan {
  checkNames(suites, selection);
  const chosen = suites.filter(
    (suite) => suite.profiles[selection.profile] !== undefined && isChosen(suite, selection),
  );
  const found = new Map<string, LeftOut>();
  const wanted = ({ cellId }: PlannedCell): boolean =>
    selection.cells === undefined || selection.cells.some((prefix) => cellId.startsWith(prefix));
  const cells = chosen.flatMap((suite) => expandSuite(suite, selection, found)).filter(wanted);
  const leftOut = [...found.values()];
  checkValues('horizon', selection.horizons, cells, leftOut);
  checkValues('dimension', selection.dimensions, cells, leftOut);
  if (cells.length === 0) throw new UsageError(nothingToRun(chosen, selection));
  return { cells, leftOut };
}

/** A value that was asked for by hand and that no problem has is a mistake, not a smaller plan. */
function checkValues(
  axis: LeftOut['axis'],
  wanted: readonly number[] | undefined,
  cells: readonly PlannedCell[],
  leftOut: readonly LeftOut[],
): void {
  const impossible = (wanted ?? []).filter((value) => !cells.some((cell) => cell.config[axis] === value));
  const reasons = leftOut.filter((left) => left.axis === axis && impossible.includes(left.value));
  if (reasons.length > 0) throw new UsageError(reasons.map((left) => left.reason).join('\n'));
}

function isChosen(suite: Suite, selection: Selection): boolean {
  const has = (wanted: readonly string[] | undefined, names: readonly string[]): boolean =>
    wanted === undefined || wanted.some((name) => names.includes(name));
  return (
    has(selection.suites, [suite.name]) &&
    has(
      selection.problems,
      suite.problems.map((problem) => problem.name),
    ) &&
    has(selection.methods, suite.methods.flatMap(namesOf)) &&
    has(selection.passes, suite.passes)
  );
}

/** What a method can be asked for by. */
function namesOf({ name, id }: MethodSpec): readonly string[] {
  return id === undefined ? [name] : [name, id];
}

function checkNames(suites: readonly Suite[], selection: Selection): void {
  const selected = suites.filter(
    (suite) => selection.suites === undefined || selection.suites.includes(suite.name),
  );
  const check = (what: string, wanted: readonly string[] | undefined, known: readonly string[]): void => {
    const unknown = (wanted ?? []).filter((name) => !known.includes(name));
    if (unknown.length === 0) return;
    const names = [...new Set(known)].sort();
    throw new UsageError(`There is no ${what} ${listOf(unknown)}. Known are ${listOf(names)}.`);
  };
  check(
    'suite',
    selection.suites,
    suites.map((suite) => suite.name),
  );
  check(
    'profile',
    [selection.profile],
    selected.flatMap((suite) => Object.keys(suite.profiles)),
  );
  const names = (of: (suite: Suite) => readonly string[]): readonly string[] => selected.flatMap(of);
  check(
    'problem',
    selection.problems,
    names((suite) => suite.problems.map((problem) => problem.name)),
  );
  check(
    'method',
    selection.methods,
    names((suite) => suite.methods.flatMap(namesOf)),
  );
  check(
    'pass',
    selection.passes,
    names((suite) => suite.passes),
  );
}

function expandSuite(suite: Suite, selection: Selection, leftOut: Map<string, LeftOut>): PlannedCell[] {
  const profile = suite.profiles[selection.profile];
  if (profile === undefined) return [];
  const wanted = (name: string, ...lists: readonly (readonly string[] | undefined)[]): boolean =>
    lists.every((list) => list === undefined || list.includes(name));

  const cells: PlannedCell[] = [];
  for (const pass of suite.passes.filter((name) => wanted(name, profile.passes, selection.passes))) {
    for (const problem of suite.problems.filter(({ name }) =>
      wanted(name, profile.problems, selection.problems),
    )) {
      const methods = suite.methods.filter(
        (method) =>
          wanted(method.name, profile.methods) &&
          (selection.methods === undefined ||
            namesOf(method).some((name) => wanted(name, selection.methods))) &&
          wanted(problem.name, method.problems),
      );
      cells.push(...expandProblem({ suite, profile, selection, pass, problem, methods }, leftOut));
    }
  }
  return cells;
}

interface Block {
  readonly suite: Suite;
  readonly profile: ProfileSpec;
  readonly selection: Selection;
  readonly pass: string;
  readonly problem: ProblemSpec;
  readonly methods: readonly MethodSpec[];
}

function expandProblem(block: Block, leftOut: Map<string, LeftOut>): PlannedCell[] {
  const { suite, problem, selection } = block;
  const axesOf = new Map(block.methods.map((method) => [method, axesFor(block, method)]));
  const union = (pick: (axes: ProfileAxes) => readonly number[]): readonly number[] =>
    [...new Set([...axesOf.values()].flatMap(pick))].sort((a, b) => a - b);

  const possible = (axis: 'horizon' | 'dimension', values: readonly number[]): readonly number[] =>
    values.filter((value) => {
      const wrong = [suite[axis] ?? defaultRange, problem[axis]].find((range) => !isWithin(value, range));
      if (wrong !== undefined) {
        const reason = `${suite.name}/${problem.name} has no ${axis} ${value}: possible are ${describeRange(wrong)}.`;
        leftOut.set(reason, { axis, value, reason });
      }
      return wrong === undefined;
    });

  const cells: PlannedCell[] = [];
  for (const dimension of possible('dimension', selection.dimensions ?? union((axes) => axes.dimensions))) {
    for (const horizon of possible('horizon', selection.horizons ?? union((axes) => axes.horizons))) {
      for (const seed of selection.seeds ?? union((axes) => axes.seeds)) {
        for (const [method, axes] of axesOf) {
          const belongs =
            (selection.dimensions ?? axes.dimensions).includes(dimension) &&
            (selection.horizons ?? axes.horizons).includes(horizon) &&
            (selection.seeds ?? axes.seeds).includes(seed);
          if (!belongs) continue;
          for (const free of crossProduct(axes.parameterAxes ?? {})) {
            const parameters = { ...problem.parameters, ...axes.parameters, ...method.parameters, ...free };
            cells.push(planCell(block, method, { horizon, dimension, seed, parameters }));
          }
        }
      }
    }
  }
  return cells;
}

function axesFor(block: Block, method: MethodSpec): ProfileAxes {
  const { profile, problem, pass } = block;
  let axes: ProfileAxes = profile;
  for (const { where, ...change } of profile.overrides ?? []) {
    const matches =
      (where.problems?.includes(problem.name) ?? true) &&
      (where.methods?.includes(method.name) ?? true) &&
      (where.passes?.includes(pass) ?? true);
    if (matches) axes = { ...axes, ...change, parameters: { ...axes.parameters, ...change.parameters } };
  }
  return axes;
}

function planCell(
  block: Block,
  method: MethodSpec,
  point: Pick<CellConfig, 'horizon' | 'dimension' | 'seed' | 'parameters'>,
): PlannedCell {
  const { suite, profile, selection, pass, problem } = block;
  const config: CellConfig = {
    suite: suite.name,
    problem: problem.name,
    method: method.name,
    ...point,
    profile: selection.profile,
    pass,
  };
  const isolation = typeof suite.isolation === 'object' ? suite.isolation[pass] : suite.isolation;
  const planned: PlannedCell = {
    cellId: cellIdOf(config),
    config,
    seeds: deriveSeeds(config, suite.seedAxes ?? defaultSeedAxes),
    measureVersion: suite.measureVersion,
    isolation: isolation ?? 'in-process',
    sideBySide: profile.sideBySide?.includes(pass) ?? false,
    timeoutMs: 1000 * (profile.timeoutSeconds ?? 600),
  };
  const limit = limitOf(method, config);
  return limit === undefined ? planned : { ...planned, unsupported: limit };
}

function limitOf(method: MethodSpec, config: CellConfig): string | undefined {
  if (method.horizon !== undefined && !isWithin(config.horizon, method.horizon)) {
    return `${method.name} admits T ${describeRange(method.horizon)}; T=${config.horizon} was asked for.`;
  }
  if (method.dimension !== undefined && !isWithin(config.dimension, method.dimension)) {
    return `${method.name} admits p ${describeRange(method.dimension)}; p=${config.dimension} was asked for.`;
  }
  return undefined;
}

/** The cross product of free axes; one empty point where there are none. */
function crossProduct(axes: NonNullable<ProfileAxes['parameterAxes']>): readonly JsonObject[] {
  return Object.entries(axes).reduce<readonly JsonObject[]>(
    (points, [name, values]) =>
      points.flatMap((point) => values.map((value) => ({ ...point, [name]: value }))),
    [{}],
  );
}

function nothingToRun(chosen: readonly Suite[], selection: Selection): string {
  if (chosen.length === 0)
    return `No suite has all of what was asked for in the profile ${selection.profile}.`;
  return (
    `Nothing to run: the profile ${selection.profile} of ${listOf(chosen.map((suite) => suite.name))} ` +
    'leaves out what was asked for. Try --profile full or fewer filters.'
  );
}
