/** @file All that a folder of history holds, for a page. */
import { historyMachines, machineFolder, type RecordedCommit, readHistory } from './history.ts';
import type { Machine } from './protocol.ts';
import type { SelftestReport } from './selftest.ts';
import { readSelftest } from './selftest-text.ts';

/** The history of every machine kind in a folder; none where there is no such folder. */
export function historyOf(root: string): readonly {
  readonly name: string;
  readonly machine: Machine;
  readonly commits: readonly RecordedCommit[];
  readonly selftest: SelftestReport | undefined;
}[] {
  return historyMachines(root).map(({ name, machine }) => {
    const folder = machineFolder(root, name);
    return { name, machine, commits: readHistory(folder), selftest: readSelftest(folder) };
  });
}
