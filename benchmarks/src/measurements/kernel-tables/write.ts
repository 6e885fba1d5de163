import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { RunError } from '@longhorizon/harness';
import type { TableEntry } from './entry.ts';

/**
 * Appends entries, a line each; of two lines for one problem the newer one counts.
 *
 * @throws RunError where the file cannot be written
 */
export function appendEntries(path: string, entries: readonly TableEntry[]): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    // Where a killed run left half a line, the next one begins on a line of its own.
    const isCut = existsSync(path) && !/(^|\n)$/.test(readFileSync(path, 'utf8'));
    appendFileSync(
      path,
      `${isCut ? '\n' : ''}${entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')}`,
    );
  } catch (error) {
    throw new RunError(
      `The table ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}. Name another file with --table.`,
    );
  }
}
