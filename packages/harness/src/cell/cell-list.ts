import { UsageError } from '../errors.ts';
import { mostCells, noSuchCell, nothingToRun, tooMany } from './advice.ts';
import { type Block, blocksOf, countCells, unionOf } from './blocks.ts';
import type { CellConfig, Isolation, JsonObject, Tuning } from './config.ts';
import { cellIdOf } from './identity.ts';
import { rangeAgainst, type SizeAxis } from './rules.ts';
import { type DerivedSeeds, defaultSeedAxes, deriveSeeds } from './seeds.ts';
import { checkNames, type Selection } from './selection.ts';
import { describeRange, isWithin, type MethodSpec, type ProfileAxes, type Suite } from './suite.ts';

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
  /** How its tuned numbers were chosen. */
  readonly tuning?: Tuning;
  /** Set where the method does not admit this T or p: recorded without running anything. */
  readonly unsupported?: string;
}

/** The cells that a selection comes to. */
export interface CellList {
  readonly cells: readonly PlannedCell[];
  /** Axis values that some selected problem does not have. */
  readonly leftOut: readonly LeftOut[];
}

/** A value of T or p that a problem does not have, and the sentence that says so. */
export interface LeftOut {
  readonly axis: SizeAxis;
  readonly value: number;
  readonly reason: string;
}

/**
 * Expands suites into cells, in the order in which they should run: pass by pass (correctness before cost),
 * and with the methods innermost, so that a slow drift of the machine meets all of them alike.
 *
 * @throws UsageError for an unknown name (with the nearest known ones), for a value of T or p that no selected problem has (naming the
 *   range), for more than {@link mostCells}, and where nothing is left (naming the rules that leave cells out)
 */
export function listCells(suites: readonly Suite[], selection: Selection): CellList {
  checkNames(suites, selection);
  const blocks = blocksOf(suites, selection);
  const count = blocks.reduce((sum, block) => sum + countCells(block), 0);
  if (count > mostCells) throw new UsageError(tooMany(count));
  const cells = blocks.flatMap(expandBlock);
  const chosen = cells.filter(
    ({ cellId }) =>
      selection.cells === undefined || selection.cells.some((prefix) => cellId.startsWith(prefix)),
  );
  const found = new Map(blocks.flatMap(leftOutOf).map((left) => [left.reason, left]));
  const leftOut = [...found.values()];
  checkValues('horizon', selection.horizons, chosen, leftOut);
  checkValues('dimension', selection.dimensions, chosen, leftOut);
  if (chosen.length === 0)
    throw new UsageError(cells.length > 0 ? noSuchCell(selection) : nothingToRun(suites, selection));
  return { cells: chosen, leftOut };
}

/** A value that was asked for by hand and that no problem has is a mistake, not a smaller list. */
function checkValues(
  axis: SizeAxis,
  wanted: readonly number[] | undefined,
  cells: readonly PlannedCell[],
  leftOut: readonly LeftOut[],
): void {
  const had = new Set(cells.map((cell) => cell.config[axis]));
  const impossible = (wanted ?? []).filter((value) => !had.has(value));
  const reasons = leftOut.filter((left) => left.axis === axis && impossible.includes(left.value));
  if (reasons.length > 0) throw new UsageError(reasons.map((left) => left.reason).join('\n'));
}

function leftOutOf(block: Block): readonly LeftOut[] {
  const { suite, problem } = block;
  const out = (axis: SizeAxis, values: readonly number[]): readonly LeftOut[] =>
    values.flatMap((value) => {
      const range = rangeAgainst(block, axis, value);
      if (range === undefined) return [];
      const reason = `${suite.name}/${problem.name} has no ${axis} ${value}: possible are ${describeRange(range)}.`;
      return [{ axis, value, reason }];
    });
  return [
    ...out(
      'dimension',
      unionOf(block, (axes) => axes.dimensions),
    ),
    ...out(
      'horizon',
      unionOf(block, (axes) => axes.horizons),
    ),
  ];
}

function expandBlock(block: Block): PlannedCell[] {
  const { problem, chosen } = block;
  const sortedUnion = (pick: (axes: ProfileAxes) => readonly number[]): readonly number[] =>
    [...unionOf(block, pick)].sort((a, b) => a - b);
  const possible = (axis: SizeAxis, values: readonly number[]): readonly number[] =>
    values.filter((value) => rangeAgainst(block, axis, value) === undefined);
  const dimensions = possible('dimension', chosen.dimensions ?? sortedUnion((axes) => axes.dimensions));
  const horizons = possible('horizon', chosen.horizons ?? sortedUnion((axes) => axes.horizons));
  const methods = [...block.axesOf].map(([method, axes]) => ({
    method,
    dimensions: new Set(axes.dimensions),
    horizons: new Set(axes.horizons),
    seeds: new Set(axes.seeds),
    variants: crossProduct(axes.parameterAxes ?? {}).map((free) => ({
      ...problem.parameters,
      ...axes.parameters,
      ...method.parameters,
      ...free,
    })),
  }));

  const cells: PlannedCell[] = [];
  for (const dimension of dimensions) {
    for (const horizon of horizons) {
      for (const seed of chosen.seeds ?? sortedUnion((axes) => axes.seeds)) {
        for (const { method, variants, ...axes } of methods) {
          if (!(axes.dimensions.has(dimension) && axes.horizons.has(horizon) && axes.seeds.has(seed)))
            continue;
          for (const parameters of variants)
            cells.push(planCell(block, method, { horizon, dimension, seed, parameters }));
        }
      }
    }
  }
  return cells;
}

function planCell(
  block: Block,
  method: MethodSpec,
  point: Pick<CellConfig, 'horizon' | 'dimension' | 'seed' | 'parameters'>,
): PlannedCell {
  const { suite, profileName, profile, pass, problem } = block;
  const config: CellConfig = {
    suite: suite.name,
    problem: problem.name,
    method: method.name,
    ...point,
    profile: profileName,
    pass,
  };
  const isolation = typeof suite.isolation === 'object' ? suite.isolation[pass] : suite.isolation;
  const planned: PlannedCell = {
    cellId: cellIdOf(config),
    config,
    seeds: deriveSeeds(config, suite.seedAxes ?? defaultSeedAxes),
    measureVersion: suite.measureVersion + (method.measureVersion ?? 0),
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
