/** @file What a selection is told that comes to nothing, or to too much. */
import { listOf, plural } from '../errors.ts';
import { blocksOf, countCells, placesOf } from './blocks.ts';
import { ruleAgainst } from './rules.ts';
import { isSelected, namesOf, type Selection } from './selection.ts';
import type { Suite } from './suite.ts';

/** More cells than any profile has; each of a list is held with its id. */
export const mostCells = 400_000;

export function tooMany(count: number): string {
  const words = (value: number): string => value.toLocaleString('en');
  return (
    `That comes to ${words(count)} cells; at most ${words(mostCells)} are run at a time. ` +
    'Choose fewer seeds, or a part of them with --suite, --problem, --method or --pass.'
  );
}

export function noSuchCell({ cells = [], profile }: Selection): string {
  return (
    `No selected cell has an id that begins with ${listOf(cells)}. An id stands for one profile, size and seed: ` +
    `give those of the cell's page beside it (now --profile ${profile}).`
  );
}

/** Why a selection has no cells: the rules that leave them out, and the profiles that have some. */
export function nothingToRun(suites: readonly Suite[], selection: Selection): string {
  const places = placesOf(suites, selection);
  const apart = places.every(({ methods }) => methods.length === 0)
    ? [nothingTogether(suites, selection)]
    : [];
  const named = selection.methods !== undefined;
  const rules = places.flatMap(({ methods, ...place }) =>
    methods.flatMap((method) => ruleAgainst(place, method, named, selection) ?? []),
  );
  const filters = { pass: selection.passes, problem: selection.problems, method: selection.methods };
  const close = rules.filter(
    ({ kind }) => kind === 'seeds' || kind === 'size' || filters[kind] !== undefined,
  );
  const texts = (close.length > 0 ? close : rules).map(({ text }) => text);
  const reasons = [...new Set([...apart, ...texts])];
  const shown = reasons.slice(0, rulesShown).map((reason) => `  ${reason}`);
  const more =
    reasons.length > rulesShown ? [`  (and ${reasons.length - rulesShown} more rules like these)`] : [];
  return ['Nothing to run:', ...shown, ...more, ...otherProfiles(suites, selection)].join('\n');
}

const rulesShown = 4;

function otherProfiles(suites: readonly Suite[], selection: Selection): readonly string[] {
  const profiles = [...new Set(suites.flatMap((suite) => Object.keys(suite.profiles)))];
  const having = profiles.flatMap((profile) => {
    const count = blocksOf(suites, { ...selection, profile }).reduce(
      (sum, block) => sum + countCells(block),
      0,
    );
    return count === 0 ? [] : [`--profile ${profile} (${plural(count, 'cell')})`];
  });
  return having.length === 0 ? [] : [`  Such cells are in ${listOf(having)}.`];
}

/** Names that are known, but not in one suite. */
function nothingTogether(suites: readonly Suite[], selection: Selection): string {
  const having = (
    kind: string,
    names: readonly string[] | undefined,
    of: (suite: Suite) => readonly string[],
  ) =>
    names === undefined
      ? []
      : [
          `${kind} ${listOf(names)} in ${listOf(suites.filter((suite) => isSelected(names, ...of(suite))).map(({ name }) => name))}`,
        ];
  const places = [
    ...having('profile', [selection.profile], (suite) => Object.keys(suite.profiles)),
    ...having('problem', selection.problems, (suite) => suite.problems.map(({ name }) => name)),
    ...having('method', selection.methods, (suite) => suite.methods.flatMap(namesOf)),
    ...having('pass', selection.passes, (suite) => suite.passes),
  ];
  return `no suite has all of these: ${places.join('; ')}.`;
}
