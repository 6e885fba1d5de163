/** @file The pages of the site that run programs. */
import type { SiteProgram } from '@longhorizon/harness';
import { playground } from './playground/program-page.ts';
import { type Build, runPage } from './run/program-page.ts';

/** Bundles all of them. @param root the repository's folder */
export async function sitePrograms(root: string, build: Build): Promise<readonly SiteProgram[]> {
  return [await runPage(build), await playground(root)];
}
