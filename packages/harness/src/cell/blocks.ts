import { axesFor, type ChosenAxes, type Place, rangeAgainst, type SizeAxis, withChosen } from './rules.ts';
import { isSelected, namesOf, type Selection } from './selection.ts';
import type { MethodSpec, ProfileAxes, Suite } from './suite.ts';

/** Everything of a suite that a selection names, whether or not its profile has cells there. */
export function placesOf(suites: readonly Suite[], selection: Selection): readonly SelectedPlace[] {
  const profileName = selection.profile;
  return suites.flatMap((suite) => {
    const profile = suite.profiles[profileName];
    if (profile === undefined || !isSelected(selection.suites, suite.name)) return [];
    const methods = suite.methods.filter((method) => isSelected(selection.methods, ...namesOf(method)));
    return suite.passes
      .filter((pass) => isSelected(selection.passes, pass))
      .flatMap((pass) =>
        suite.problems
          .filter((problem) => isSelected(selection.problems, problem.name))
          .map((problem) => ({ suite, profileName, profile, pass, problem, methods, selection })),
      );
  });
}

export interface SelectedPlace extends Place {
  readonly selection: Selection;
  readonly methods: readonly MethodSpec[];
}

/** A place and the axes of the methods that have cells there; a selection's own values stand in place of the profile's. */
export interface Block extends Place {
  readonly chosen: ChosenAxes;
  readonly axesOf: ReadonlyMap<MethodSpec, ProfileAxes>;
}

export function blocksOf(suites: readonly Suite[], selection: Selection): readonly Block[] {
  const named = selection.methods !== undefined;
  return placesOf(suites, selection).map(({ methods, selection: _, ...place }) => {
    const { profile, pass, problem } = place;
    const runs =
      isSelected(profile.passes, pass) && isSelected(profile.problems, problem.name) ? methods : [];
    const here = runs.filter(
      (method) =>
        isSelected(method.problems, problem.name) &&
        isSelected(method.passes, pass) &&
        (named || isSelected(profile.methods, method.name)),
    );
    return {
      ...place,
      chosen: selection,
      axesOf: new Map(here.map((method) => [method, withChosen(axesFor(place, method, named), selection)])),
    };
  });
}

/** The values of an axis that any method of a block has. */
export function unionOf(block: Block, pick: (axes: ProfileAxes) => readonly number[]): readonly number[] {
  return [...new Set([...block.axesOf.values()].flatMap(pick))];
}

/** The cells of a block are counted before any of them is made. */
export function countCells(block: Block): number {
  const possible = (axis: SizeAxis, values: readonly number[]): number =>
    [...new Set(values)].filter((value) => rangeAgainst(block, axis, value) === undefined).length;
  return [...block.axesOf.values()].reduce(
    (sum, axes) =>
      sum +
      possible('dimension', axes.dimensions) *
        possible('horizon', axes.horizons) *
        new Set(axes.seeds).size *
        Object.values(axes.parameterAxes ?? {}).reduce((product, values) => product * values.length, 1),
    0,
  );
}
