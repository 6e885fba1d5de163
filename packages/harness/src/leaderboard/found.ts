/** @file Where the sections of a row come from: which pass counts, and which seeds were tried and failed. */
import type { Status } from '../cell/config.ts';
import type { Entry } from './entry.ts';
import type { Blame } from './row.ts';

/** A section of one seed. `undefined`: the seed has none because nothing tried; `'missed'`: it was tried and failed. */
export type Found<Section> = Section | 'missed' | undefined;

/** The sections of a row, seed by seed, from the passes that are named or, where the table has none of them, from any. */
export type Find = <Section>(
  named: readonly string[],
  pick: (record: Entry) => Section | undefined,
) => readonly Found<Section>[];

/**
 * A section for every seed: from the passes that are named if anything in the table was measured in one of them, else from whatever pass
 * has it. Never from both: seconds of two passes are seconds of different work.
 */
export function sectionsOf<Section>(
  groups: readonly (readonly Entry[])[],
  { named, taken }: { readonly named: readonly string[]; readonly taken: ReadonlySet<string> },
  pick: (record: Entry) => Section | undefined,
): readonly Found<Section>[] {
  const isNamed = named.some((pass) => taken.has(pass));
  return groups.map((group) => {
    const own = isNamed ? group.filter(({ config }) => named.includes(config.pass)) : group;
    const section = own
      .map((record) => (record.status === 'ok' ? pick(record) : undefined))
      .find((found) => found !== undefined);
    return section ?? (isNamed && own.some(({ status }) => isMiss(status)) ? 'missed' : undefined);
  });
}

/** Those of some sections that are there. */
export function present<Section>(found: readonly Found<Section>[]): readonly Section[] {
  return found.filter((entry): entry is Exclude<Found<Section>, 'missed' | undefined> => {
    return entry !== undefined && entry !== 'missed';
  });
}

/** Whose a failure is: see {@link Blame}. */
export function blameOf(status: Exclude<Status, 'ok'>): Blame {
  if (status === 'unsupported') return 'not-applicable';
  return status === 'error' || status === 'device-lost' ? 'harness' : 'method';
}

/** Whether a status means that the method was tried and did not get there. What it does not support was never tried; what we broke says nothing of it. */
function isMiss(status: Status): boolean {
  return status !== 'ok' && blameOf(status) === 'method';
}
