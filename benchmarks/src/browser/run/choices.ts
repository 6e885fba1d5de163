import { listCells, type PlannedCell, type Suite } from '@longhorizon/harness/browser';

/** A profile of a suite, and its cells. */
export interface Choice {
  /** `hypergradient/quick`: in the address and in the list. */
  readonly name: string;
  readonly suite: Suite;
  readonly profile: string;
  readonly cells: () => readonly PlannedCell[];
}

/** The profiles that a visitor may have the patience for; `full` is for machines of one's own. */
const offered = ['quick', 'standard'];

/** All choices, those of one profile together, the shorter first. */
export function choicesOf(suites: readonly Suite[]): readonly Choice[] {
  return offered.flatMap((profile) =>
    suites
      .filter((suite) => profile in suite.profiles)
      .map((suite) => ({
        name: `${suite.name}/${profile}`,
        suite,
        profile,
        cells: () => listCells([suite], { profile, suites: [suite.name] }).cells,
      })),
  );
}
