import { UsageError } from '../errors.ts';
import { unknownName } from '../nearest.ts';
import type { MethodSpec, Suite } from './suite.ts';

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

/** What a method can be asked for by. */
export function namesOf({ name, id }: MethodSpec): readonly string[] {
  return id === undefined ? [name] : [name, id];
}

/** Whether nothing or one of these names was selected. */
export function isSelected(selected: readonly string[] | undefined, ...names: readonly string[]): boolean {
  return selected === undefined || names.some((name) => selected.includes(name));
}

/** @throws UsageError for a name that no selected suite has, with the nearest that they have */
export function checkNames(suites: readonly Suite[], selection: Selection): void {
  const selected = suites.filter(
    (suite) => selection.suites === undefined || selection.suites.includes(suite.name),
  );
  const check = (kind: string, wanted: readonly string[] | undefined, known: readonly string[]): void => {
    const unknown = (wanted ?? []).filter((name) => !known.includes(name));
    // Ids, which have a slash, are compared with ids.
    const alike = known.filter((name) => name.includes('/') === unknown.some((word) => word.includes('/')));
    if (unknown.length > 0)
      throw new UsageError(
        unknownName(
          kind,
          unknown,
          alike.length === 0 ? known : alike,
          `bench list ${kind === 'pass' ? 'suite' : kind}s`,
        ),
      );
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
