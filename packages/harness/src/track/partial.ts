/** @file What a run that was killed came to, a line a cell, so that the next one goes on from there. */
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writing } from '../store/folder.ts';
import type { CellOutcome } from './facts.ts';

/** A cell on both sides, and what changed between two runs of one of them. */
export interface SettledCell {
  readonly base: CellOutcome;
  readonly head: CellOutcome;
  readonly unstable: readonly string[];
}

/** Results so far of one comparison. */
export interface PartialResults {
  get(cell: string): SettledCell | undefined;
  add(cell: string, settled: SettledCell): void;
  clear(): void;
}

/** @param key names both commits, the measuring code and the machine: other results are none of this comparison's */
export function partialResults(folder: string, key: string): PartialResults {
  const path = join(folder, `partial-${key.slice(0, 16)}.jsonl`);
  const known = new Map<string, SettledCell>();
  for (const line of existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []) {
    try {
      const { cell, ...settled } = JSON.parse(line) as SettledCell & { readonly cell: string };
      known.set(cell, settled);
    } catch {
      // The line that was being written when the run was killed.
    }
  }
  return {
    get: (cell) => known.get(cell),
    add: (cell, settled) =>
      writing(folder, 'A comparison', () =>
        appendFileSync(path, `${JSON.stringify({ cell, ...settled })}\n`),
      ),
    clear: () => rmSync(path, { force: true }),
  };
}
