import { distance } from 'fastest-levenshtein';
import { listOf } from './errors.ts';

/** So many names are read at a glance; of more, only the nearest are named. */
const fewNames = 6;
const nearestShown = 3;

/**
 * The sentence for names that are not known: all known ones where they are few, else the three nearest and where the others are listed.
 *
 * @param kind what the names are of: `method`
 * @param list the command that prints all names
 */
export function unknownName(
  kind: string,
  unknown: readonly string[],
  known: readonly string[],
  list?: string,
): string {
  const names = [...new Set(known)].sort();
  const file = unknown.find((name) => /[\\/].*\.[cm]?[jt]sx?$/.test(name));
  if (file !== undefined)
    return `${file} is a file, and ${kind}s are chosen by name here; let one of your own join a suite first, as the repository's docs/adding.md says.`;
  const there = `There is no ${kind} ${listOf(unknown)}.`;
  if (names.length <= fewNames) return `${there} Known are ${listOf(names)}.`;
  const near = [...new Set(unknown.flatMap((name) => nearest(name, names)))];
  const all = list === undefined ? '' : ` "${list}" prints all ${names.length}.`;
  return `${there} The nearest ${near.length === 1 ? 'is' : 'are'} ${listOf(near)}.${all}`;
}

/** The names that may have been meant: first those that start with or contain the word, then by edit distance. */
export function nearest(word: string, names: readonly string[], count = nearestShown): readonly string[] {
  const lower = word.toLowerCase();
  const rank = (name: string): number => {
    if (name.startsWith(lower)) return 0;
    if (lower.length > 1 && name.includes(lower)) return 1;
    return 2;
  };
  return names
    .map((name) => ({ name, rank: rank(name.toLowerCase()), edits: distance(lower, name.toLowerCase()) }))
    .sort((a, b) => a.rank - b.rank || a.edits - b.edits || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name);
}
