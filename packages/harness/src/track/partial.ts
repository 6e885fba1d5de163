/** @file What a run that was killed came to, a line a result, so that the next one goes on from there. */
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

/** Results so far of one run, by name. */
export interface PartialResults<Value> {
  get(name: string): Value | undefined;
  add(name: string, value: Value): void;
  clear(): void;
}

/** @param key names everything that results depend on, such as both commits, the measuring code and the machine: others are none of this run's */
export function partialResults<Value>(folder: string, key: string): PartialResults<Value> {
  const path = join(folder, `partial-${key.slice(0, 16)}.jsonl`);
  const known = new Map<string, Value>();
  for (const line of existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []) {
    try {
      const { name, value } = JSON.parse(line) as { readonly name: string; readonly value: Value };
      known.set(name, value);
    } catch {
      // The line that was being written when the run was killed.
    }
  }
  return {
    get: (name) => known.get(name),
    add: (name, value) =>
      writing(folder, 'What was compared', () =>
        appendFileSync(path, `${JSON.stringify({ name, value })}\n`),
      ),
    clear: () => rmSync(path, { force: true }),
  };
}
