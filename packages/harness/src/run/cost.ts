/** What a cell took, seen by the process that ran it. */
export interface CellCost {
  readonly wallMs: number;
  /** Processor time of the process, all threads: on a busy machine it is steadier than the wall clock. */
  readonly cpuMs: number;
}

/** Starts to count; call what comes back when the cell is done. */
export function countCost(): () => CellCost {
  const started = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { wallMs: performance.now() - started, cpuMs: (user + system) / 1000 };
  };
}
