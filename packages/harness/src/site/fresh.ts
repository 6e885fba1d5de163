/** @file Whether a page that lies in a folder is the one that would be built now: then a run that had nothing to do need not build it again. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf, hashSources } from '../cell/identity.ts';
import type { CellRecord } from '../record/record.ts';
import type { SiteDescription } from './descriptions.ts';

/** The file in a page's folder that says what it was built from. */
export const builtFrom = 'built-from.txt';

/** One hash over all that decides what a page looks like: which records, what is said besides them, and the code that builds it. */
export function siteKey(records: readonly CellRecord[], description: SiteDescription): string {
  const attempts = records.map(({ identity: { cellId, versionId, attempt }, environment, run }) =>
    [cellId, versionId, attempt, environment.fingerprint, run.startedAt].join(' '),
  );
  // Functions, and what is undefined, are no part of what a page says.
  const said: unknown = JSON.parse(JSON.stringify(description));
  const harness = join(import.meta.dirname, '..');
  const code = hashSources([harness, join(harness, '..', 'assets')], harness, ['.ts', '.js', '.css']);
  return hashOf([code, said, [...attempts].sort()]);
}

/** Whether the page in a folder was built from that. */
export function isFresh(folder: string, key: string): boolean {
  const path = join(folder, builtFrom);
  return (
    existsSync(path) && existsSync(join(folder, 'index.html')) && readFileSync(path, 'utf8').trim() === key
  );
}
