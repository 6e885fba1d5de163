/** @file Arms of a study that take turns in one process. */

/** Milliseconds of one run of an arm. On a software adapter processor time measures the work, whatever else the machine does. */
export interface Turn {
  readonly wallMs: number;
  readonly processorMs: number;
}

/** Turns of each arm, in an order that is reversed from round to round, each with what its run gave. A first run compiles and is no turn. */
export async function inTurns<Outcome extends object>(
  arms: Readonly<Record<string, () => Promise<Outcome>>>,
  rounds: number,
): Promise<Record<string, (Turn & Outcome)[]>> {
  const entries = Object.entries(arms);
  const taken = Object.fromEntries(entries.map(([name]) => [name, [] as (Turn & Outcome)[]]));
  for (const [, run] of entries) await run();
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of round % 2 === 0 ? entries : entries.toReversed()) {
      const [start, used] = [performance.now(), process.cpuUsage()];
      const outcome = await run();
      const { user, system } = process.cpuUsage(used);
      const turn = { wallMs: performance.now() - start, processorMs: (user + system) / 1000 };
      taken[name]!.push({ ...turn, ...outcome });
    }
  return taken;
}
