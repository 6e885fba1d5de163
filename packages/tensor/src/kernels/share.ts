/** @file How the lanes of a subgroup hand each other values: one function of a kernel's WGSL, in the words that the adapter's compiler is fast with. */

/**
 * Up to so many lanes a shuffle is one instruction of llvmpipe. At 16 it is a loop over the lanes, 20 ns, as are all of WGSL's exchanges but one:
 * a broadcast from a lane that is written as a number, 1 ns (Mesa 25.0.7, AMD Zen 4, 2026-11).
 */
const mostShuffled = 8;

/** Whether lanes are chosen by numbers in the text, which wants loops written out. */
export const sharesByNumber = (lanes: number): boolean => lanes > mostShuffled;

/**
 * `fn share(value: TYPE, team: u32, lane: u32) -> TYPE`: the value of the lane `team + lane`, the same `lane` for all lanes, `team` the first lane
 * of each lane's team. The calls must say `lane` by a number once loops are unrolled.
 *
 * @param teamLanes lanes of a team, a divisor of `lanes`; 1 for lanes that keep their values to themselves
 */
export function shareFunction(type: string, lanes: number, teamLanes: number): string {
  const head = `fn share(value: ${type}, team: u32, lane: u32) -> ${type}`;
  if (teamLanes === 1) return `${head} { return value; }`;
  if (!sharesByNumber(lanes)) return `${head} { return subgroupShuffle(value, team + lane); }`;
  const teams = Array.from({ length: lanes / teamLanes }, (_, k) => k * teamLanes);
  const ofTeams = (lane: number) =>
    teams.reduceRight((rest, first) => {
      const own = `subgroupBroadcast(value, ${first + lane}u)`;
      return rest === '' ? own : `select(${rest}, ${own}, team == ${first}u)`;
    }, '');
  const cases = Array.from(
    { length: teamLanes - 1 },
    (_, lane) => `    case ${lane}u: { return ${ofTeams(lane)}; }`,
  );
  return [
    `${head} {`,
    '  switch lane {',
    ...cases,
    `    default: { return ${ofTeams(teamLanes - 1)}; }`,
    '  }',
    '}',
  ].join('\n');
}
