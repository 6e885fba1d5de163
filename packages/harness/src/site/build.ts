import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../errors.ts';
import { gather } from '../gather/write.ts';
import type { CellRecord } from '../record/record.ts';
import { checkOutputFolder, writing } from '../store/folder.ts';
import { type SiteContext, siteContext } from './context.ts';
import type { SiteDescription } from './descriptions.ts';
import { builtFrom, siteKey } from './fresh.ts';
import { pictureFiles } from './headline.ts';
import { type Page, renderPage } from './layout.ts';
import { cellPages } from './pages/cells.ts';
import { convergencePage } from './pages/convergence.ts';
import { gradientPage } from './pages/gradient.ts';
import { kernelsPage } from './pages/kernels.ts';
import { leaderboardPage } from './pages/leaderboard.ts';
import { machinesPage } from './pages/machines.ts';
import { methodPages } from './pages/methods.ts';
import { overviewPage } from './pages/overview.ts';
import { paretoPage } from './pages/pareto.ts';
import { scalingPage } from './pages/scaling.ts';

/** Style sheet and script, seen from `src/site` and from `dist/site` alike. */
const assets = new URL('../../assets/', import.meta.url);

/**
 * All pages as text, by path. Depends on records and descriptions alone: no clock, no file, no order of
 * records; equal input gives equal bytes.
 */
export function sitePages(
  records: readonly CellRecord[],
  description: SiteDescription,
): Promise<ReadonlyMap<string, string>> {
  return renderPages(siteContext(records, description));
}

async function renderPages(context: SiteContext): Promise<ReadonlyMap<string, string>> {
  const pages = await pagesOf(context);
  return new Map(pages.map((page) => [page.path, renderPage(page, pages, context.description)]));
}

async function pagesOf(context: SiteContext): Promise<readonly Page[]> {
  const charted = [
    await overviewPage(context),
    leaderboardPage(context),
    await scalingPage(context),
    await gradientPage(context),
    await paretoPage(context),
    await convergencePage(context),
    await kernelsPage(context),
    machinesPage(context),
  ];
  return [
    ...charted.filter((page): page is Page => page !== undefined),
    ...methodPages(context),
    ...cellPages(context),
  ];
}

/**
 * Builds the site: one folder that opens from disk. What an earlier build left there is replaced.
 *
 * @returns the path of the first page
 * @throws UsageError when there are no records or the folder cannot be written
 */
export async function buildSite(
  records: readonly CellRecord[],
  description: SiteDescription,
  folder: string,
): Promise<string> {
  if (records.length === 0)
    throw new UsageError('There are no records to build a site from. Run the benchmark first.');
  checkOutputFolder(folder);
  const context = siteContext(records, description);
  const files = [...(await renderPages(context)), ...(await pictureFiles(context))];
  writing(folder, 'The page', () => {
    // Last to come, first to go: a page that was left half built is not taken for whole.
    rmSync(join(folder, builtFrom), { force: true });
    for (const name of ['cells', 'methods', 'data', 'pictures'])
      rmSync(join(folder, name), { recursive: true, force: true });
    cpSync(assets, folder, { recursive: true });
    for (const [path, text] of files) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    gather(records, join(folder, 'data'));
    rmSync(join(folder, 'data', '.temporary'), { recursive: true, force: true });
    writeFileSync(join(folder, builtFrom), `${siteKey(records, description)}\n`);
  });
  return join(folder, 'index.html');
}
