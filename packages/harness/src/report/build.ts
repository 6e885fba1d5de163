import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { writeTables } from '../export/write.ts';
import { publishFolder } from '../publish/folder.ts';
import type { CellRecord } from '../record/record.ts';
import { type SiteContext, siteContext } from './context.ts';
import type { SiteDescription } from './descriptions.ts';
import { sitePublication } from './fresh.ts';
import { pictureFiles } from './headline.ts';
import { type Page, renderPage } from './layout.ts';
import { cellListPage, cellPages } from './pages/cells.ts';
import { convergencePage } from './pages/convergence.ts';
import { gradientPage } from './pages/gradient.ts';
import { kernelsPage } from './pages/kernels.ts';
import { leaderboardPage } from './pages/leaderboard.ts';
import { machinesPage } from './pages/machines.ts';
import { methodListPage, methodPages } from './pages/methods.ts';
import { overviewPage } from './pages/overview.ts';
import { paretoPage } from './pages/pareto.ts';
import { scalingPage } from './pages/scaling.ts';

/** Style sheet and script, seen from `src/report` and from `dist/report` alike. */
const assets = new URL('../../assets/', import.meta.url);

/**
 * All pages as text, by path. Depends on records and descriptions alone: no clock, no file, no order of
 * records; equal input gives equal bytes.
 */
export async function sitePages(
  records: readonly CellRecord[],
  description: SiteDescription,
): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  await renderPages(siteContext(records, description), (path, text) => pages.set(path, text));
  return pages;
}

/** Renders page after page, so that never more than the pages of the navigation are held as text. */
async function renderPages(
  context: SiteContext,
  put: (path: string, text: string) => unknown,
): Promise<void> {
  const charted = [
    await overviewPage(context),
    leaderboardPage(context),
    await scalingPage(context),
    await gradientPage(context),
    await paretoPage(context),
    await convergencePage(context),
    await kernelsPage(context),
    machinesPage(context),
    methodListPage(context),
    cellListPage(context),
  ].filter((page): page is Page => page !== undefined);
  const render = (page: Page): unknown => put(page.path, renderPage(page, charted, context.description));
  for (const page of charted) render(page);
  for (const page of methodPages(context)) render(page);
  for (const page of cellPages(context)) render(page);
}

/**
 * Builds the site: one folder that opens from disk. It is built beside its place and put there when it is whole, so a page is either the
 * earlier or the new one. Only a folder that is empty or holds a page is replaced.
 *
 * @returns the path of the first page
 * @throws UsageError when there are no records, or the folder cannot be written or holds something else
 */
export async function buildSite(
  records: readonly CellRecord[],
  description: SiteDescription,
  folder: string,
): Promise<string> {
  if (records.length === 0)
    throw new UsageError('There are no records to build a site from. Run the benchmark first.');
  await publishFolder(folder, sitePublication(records, description), async (writer) => {
    const context = siteContext(records, description);
    for (const name of readdirSync(assets)) writer.write(name, readFileSync(new URL(name, assets)));
    await renderPages(context, (path, text) => writer.write(path, text));
    for (const [path, text] of await pictureFiles(context)) writer.write(path, text);
    writeTables(records, writer, 'data/');
  });
  return join(folder, 'index.html');
}
