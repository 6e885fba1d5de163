/** What a cell took, seen by the process that ran it. */
export interface CellCost {
  readonly wallMs: number;
  /** Processor time of the process, all threads: on a busy machine it is steadier than the wall clock. Browsers do not tell it. */
  readonly cpuMs?: number;
}

/** Starts to count; call what comes back when the cell is done. */
export function countCost(): () => CellCost {
  const started = performance.now();
  const before = typeof process === 'undefined' ? undefined : process.cpuUsage();
  return () => {
    const wallMs = performance.now() - started;
    if (before === undefined) return { wallMs };
    const { user, system } = process.cpuUsage(before);
    return { wallMs, cpuMs: (user + system) / 1000 };
  };
}
