/**
 * @file Which cells a profile has: its lists, its overrides and the sizes that problems have. Lists of cells follow these rules; listings and the
 * answer to an empty list name them.
 */
import { listOf } from '../errors.ts';
import {
  type AxisRange,
  defaultRange,
  describeRange,
  isWithin,
  type MethodSpec,
  type ProblemSpec,
  type ProfileAxes,
  type ProfileSpec,
  type Suite,
} from './suite.ts';

/** One problem in one pass of a suite's profile. */
export interface Place {
  readonly suite: Suite;
  readonly profileName: string;
  readonly profile: ProfileSpec;
  readonly pass: string;
  readonly problem: ProblemSpec;
}

/** Axes of a cell that have a range. */
export type SizeAxis = 'horizon' | 'dimension';

const plurals = { horizon: 'horizons', dimension: 'dimensions' } as const;
const options = { horizon: '--horizon', dimension: '--dim' } as const;

/** The ranges of an axis at a place, the suite's first. */
function rangesAt({ suite, problem }: Pick<Place, 'suite' | 'problem'>, axis: SizeAxis) {
  return [suite[axis] ?? defaultRange, problem[axis]] as const;
}

/** The range that a value is outside of, if there is one. */
export function rangeAgainst(
  place: Pick<Place, 'suite' | 'problem'>,
  axis: SizeAxis,
  value: number,
): AxisRange | undefined {
  return rangesAt(place, axis).find((range) => !isWithin(value, range));
}

/** The value of an axis where a problem has just one. */
function onlyValue(place: Place, axis: SizeAxis): number | undefined {
  const [suite, problem] = rangesAt(place, axis);
  const bounds = [suite, problem ?? defaultRange];
  const [from, to] = [
    Math.max(...bounds.map(({ minimum }) => minimum)),
    Math.min(...bounds.map(({ maximum }) => maximum)),
  ];
  const values = problem?.values ?? suite.values ?? (from === to ? [from] : []);
  const possible = values.filter((value) => bounds.every((range) => isWithin(value, range)));
  return possible.length === 1 ? possible[0] : undefined;
}

/**
 * The axes of a method at a place: the profile's with its overrides. A problem of one possible size runs at it, whatever sizes the profile
 * has for others.
 *
 * @param named whether the method was chosen by name: it then runs where rules for single methods leave it out
 */
export function axesFor(place: Place, method: MethodSpec, named: boolean): ProfileAxes {
  const { profile, problem, pass } = place;
  let axes: ProfileAxes = profile;
  for (const { where, ...change } of profile.overrides ?? []) {
    const matches =
      (where.problems?.includes(problem.name) ?? true) &&
      (where.methods?.includes(method.name) ?? true) &&
      (where.passes?.includes(pass) ?? true);
    const leavesOut = [change.seeds, change.horizons, change.dimensions].some(
      (values) => values?.length === 0,
    );
    if (!matches || (named && where.methods !== undefined && leavesOut)) continue;
    axes = { ...axes, ...change, parameters: { ...axes.parameters, ...change.parameters } };
  }
  for (const axis of ['horizon', 'dimension'] as const) {
    const only = onlyValue(place, axis);
    if (only !== undefined && axes[plurals[axis]].length > 0) axes = { ...axes, [plurals[axis]]: [only] };
  }
  return axes;
}

/** What a selection has in place of a profile's axes. */
export interface ChosenAxes {
  readonly horizons?: readonly number[] | undefined;
  readonly dimensions?: readonly number[] | undefined;
  readonly seeds?: readonly number[] | undefined;
}

/** Axes with the values of a selection. Where a profile has no seeds, which is how it leaves cells out, none are added. */
export function withChosen(axes: ProfileAxes, { horizons, dimensions, seeds }: ChosenAxes): ProfileAxes {
  return {
    ...axes,
    horizons: horizons ?? axes.horizons,
    dimensions: dimensions ?? axes.dimensions,
    seeds: axes.seeds.length === 0 ? [] : (seeds ?? axes.seeds),
  };
}

/** Why a method has no cells at a place. */
export interface Rule {
  /** What it is about; a reader who did not choose by that has others to look at first. */
  readonly kind: 'pass' | 'problem' | 'method' | 'seeds' | 'size';
  /** A sentence with what helps. */
  readonly text: string;
}

/**
 * The rule for which a method has no cells at a place; undefined where it has some.
 *
 * @param named as for {@link axesFor}
 */
export function ruleAgainst(
  place: Place,
  method: MethodSpec,
  named: boolean,
  chosen: ChosenAxes = {},
): Rule | undefined {
  const { suite, profileName, profile, pass, problem } = place;
  const where = `${profileName} of ${suite.name}`;
  if (profile.passes?.includes(pass) === false)
    return { kind: 'pass', text: `${where} has no pass ${pass}; it has ${listOf(profile.passes)}.` };
  if (profile.problems?.includes(problem.name) === false) {
    const why = problem.absent === undefined ? '' : `: ${problem.absent}`;
    return { kind: 'problem', text: `${where} leaves out the problem ${problem.name}${why}.` };
  }
  if (method.problems?.includes(problem.name) === false) {
    const there = someOf(method.problems);
    return {
      kind: 'method',
      text: `${method.name} is not compared on ${problem.name} in ${suite.name}; it is on ${there}.`,
    };
  }
  if (method.passes?.includes(pass) === false)
    return {
      kind: 'method',
      text: `${method.name} has no pass ${pass}; it has ${listOf(method.passes)}.`,
    };
  if (!named && profile.methods?.includes(method.name) === false)
    return { kind: 'method', text: `${where} leaves out the method ${method.name}.` };
  const axes = withChosen(axesFor(place, method, named), chosen);
  if (axes.seeds.length === 0) {
    const at = `${method.name} on ${problem.name} in the pass ${pass}`;
    return { kind: 'seeds', text: `${where} has no seeds for ${at}.` };
  }
  return ruleOfSize(place, axes, chosen);
}

/** The axis that has no possible value. */
function ruleOfSize(place: Place, axes: ProfileAxes, chosen: ChosenAxes): Rule | undefined {
  const { suite, profileName, problem } = place;
  for (const axis of ['dimension', 'horizon'] as const) {
    const asked = axes[plurals[axis]];
    if (asked.some((value) => rangeAgainst(place, axis, value) === undefined)) continue;
    const [whole, own] = rangesAt(place, axis);
    const range = own ?? whole;
    const name = suite.axisNames?.[axis] ?? (axis === 'horizon' ? 'T' : 'p');
    const takes = `${problem.name} takes ${name} = ${describeRange(range)}`;
    if (chosen[plurals[axis]] !== undefined)
      return { kind: 'size', text: `${takes}, not ${asked.join(', ')}.` };
    const asks = asked.length === 0 ? 'has none for it' : `asks for ${name} = ${asked.join(', ')}`;
    const example = range.values?.[0] ?? range.minimum;
    const text = `${takes}; ${profileName} of ${suite.name} ${asks}: give ${options[axis]} ${example}.`;
    return { kind: 'size', text };
  }
  return undefined;
}

/** The first names of a long list. */
function someOf(names: readonly string[]): string {
  const shown = 5;
  if (names.length <= shown) return listOf(names);
  return `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`;
}
