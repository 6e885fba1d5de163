import type { SiteProgram, Suite } from '@longhorizon/harness';
import { playground } from './playground/program-page.ts';
import { type Build, runPage } from './run/program-page.ts';
import { browserSuites } from './suites.ts';

/** Bundles all of them. @param root the repository's folder */
export async function sitePrograms(
  root: string,
  build: Build,
  suites: readonly Suite[] = browserSuites,
): Promise<readonly SiteProgram[]> {
  return [await runPage(build, suites), await playground(root)];
}
