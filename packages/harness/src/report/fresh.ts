/** @file What a page was built from: a run that had nothing to do need not build it again. */
import { join } from 'node:path';
import { hashOf } from '../cell/identity.ts';
import { hashSources } from '../cell/sources.ts';
import { checkPublication, isPublished, type Publication } from '../publish/folder.ts';
import { isFixedPagePath } from '../publish/page-layout.ts';
import { type Attempt, attemptKey } from '../record/record.ts';
import type { SiteDescription } from './descriptions.ts';
import { methodPath, problemPath } from './pages/links.ts';
import type { SiteProgram } from './program.ts';

/** One hash over all that decides what a page looks like: which records, what is said besides them, and the code that builds it. */
export function sitePublication(
  records: readonly Attempt[],
  description: SiteDescription,
  options: { readonly figures?: boolean; readonly programs?: readonly SiteProgram[] } = {},
): Publication {
  // Functions, and what is undefined, are no part of what a page says.
  const said: unknown = JSON.parse(JSON.stringify(description));
  const harness = join(import.meta.dirname, '..');
  const code = hashSources([harness, join(harness, '..', 'assets')], harness, ['.ts', '.js', '.css']);
  return {
    kind: 'page',
    builtFrom: hashOf([
      code,
      said,
      options.figures === true,
      options.programs ?? [],
      records.map(attemptKey).sort(),
    ]),
  };
}

/** Whether the page in a folder is the one that would be built now. */
export function isFresh(folder: string, records: readonly Attempt[], description: SiteDescription): boolean {
  return isPublished(folder, sitePublication(records, description));
}

/**
 * Refuses a folder that the page could not be written to, before anything is measured for it.
 *
 * @throws UsageError as `buildSite` would
 */
export function checkSiteFolder(folder: string, { methods, suites }: SiteDescription): void {
  const names = [
    ...methods.map(({ id, name }) => id ?? name),
    ...suites.flatMap((suite) => suite.methods.map(({ name }) => name)),
  ];
  const own = new Set([
    ...names.map(methodPath),
    ...suites.flatMap((suite) => suite.problems.map(({ name }) => problemPath(suite.name, name))),
  ]);
  checkPublication(folder, 'page', (path) => isFixedPagePath(path) || own.has(path));
}
