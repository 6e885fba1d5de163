import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { trialPass } from '../cell/tuning.ts';
import { UsageError } from '../errors.ts';
import { dictionaryText, type Records, type Survey, tableSurvey } from '../export/tables.ts';
import { openTables } from '../export/write.ts';
import { type Entry, entryMaker } from '../leaderboard/entry.ts';
import { publishFolder } from '../publish/folder.ts';
import type { CellRecord } from '../record/record.ts';
import { type SiteContext, siteContext } from './context.ts';
import type { SiteDescription } from './descriptions.ts';
import { sitePublication } from './fresh.ts';
import { pictureFiles } from './headline.ts';
import { type Page, renderPage } from './layout.ts';
import { calibrationPage } from './pages/calibration.ts';
import { cellListPage, cellPages } from './pages/cells.ts';
import { choosePage } from './pages/choose.ts';
import { kernelsPage } from './pages/kernels.ts';
import { machinesPage } from './pages/machines.ts';
import { methodListPage, methodPages } from './pages/methods.ts';
import { overviewPage } from './pages/overview.ts';
import { problemListPage, problemPages } from './pages/problems.ts';
import { reproductionPage } from './pages/reproduction.ts';

/** Style sheet and script, seen from `src/report` and from `dist/report` alike. */
const assets = new URL('../../assets/', import.meta.url);

/** Records on their way to a page: what is ranked and shown was kept while they were gone through once. */
export interface SiteRecords {
  readonly records: Records;
  readonly entries: readonly Entry[];
  readonly tables: Survey;
}

/**
 * Goes through the records for the first of two times; held is what leaderboards and charts need of each. Trials have no pages: what they came to
 * stands in the records of the cells that they chose for.
 */
export function readForSite(given: Records, { suites }: SiteDescription): SiteRecords {
  const records = { [Symbol.iterator]: () => withoutTrials(given) };
  const survey = tableSurvey(suites);
  const entryOf = entryMaker(suites, { curves: true });
  const entries = Array.from(records, (record) => {
    survey.add(record);
    return entryOf(record);
  });
  return { records, entries, tables: survey.end() };
}

function* withoutTrials(records: Records): Generator<CellRecord> {
  for (const record of records) if (record.config.pass !== trialPass) yield record;
}

/**
 * All pages as text, by path. Depends on records and descriptions alone: no clock, no file, no order of
 * records; equal input gives equal bytes.
 */
export async function sitePages(
  given: Records,
  description: SiteDescription,
): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  const { records, entries } = readForSite(given, description);
  const context = siteContext(entries, description);
  const render = await pageRenderer(context, (path, pieces) => pages.set(path, [...pieces].join('')));
  const cells = cellPages(context);
  for (const record of records) render(cells.add(record));
  cells.end();
  return pages;
}

type Put = (path: string, pieces: Iterable<string>) => unknown;

/** Renders all pages but those of single cells, and gives what renders those. */
async function pageRenderer(context: SiteContext, put: Put): Promise<(page: Page | undefined) => void> {
  const charted = [
    await overviewPage(context),
    choosePage(context),
    await reproductionPage(context),
    problemListPage(context),
    await calibrationPage(context),
    await kernelsPage(context),
    machinesPage(context),
    methodListPage(context),
    cellListPage(context),
  ].filter((page): page is Page => page !== undefined);
  // Only paths stay for the navigation of other pages.
  const navigation = charted.map(({ path }) => ({ path }));
  const render = (page: Page | undefined): void => {
    if (page !== undefined) put(page.path, renderPage(page, navigation, context.description));
  };
  for (const page of charted) render(page);
  for await (const page of problemPages(context)) render(page);
  for (const page of methodPages(context)) render(page);
  return render;
}

/**
 * Builds the site: one folder that opens from disk. It is built beside its place and put there when it is whole, so a page is either the
 * earlier or the new one. Only a folder that is empty or holds a page is replaced.
 *
 * @param given records, which are gone through twice: for what is ranked, and for tables and the pages of single cells
 * @returns the path of the first page
 * @throws UsageError when there are no records, or the folder cannot be written or holds something else
 */
export async function buildSite(
  given: Records | SiteRecords,
  description: SiteDescription,
  folder: string,
): Promise<string> {
  const { records, entries, tables } = 'tables' in given ? given : readForSite(given, description);
  if (entries.length === 0)
    throw new UsageError('There are no records to build a site from. Run the benchmark first.');
  await publishFolder(folder, sitePublication(entries, description), async (writer) => {
    const context = siteContext(entries, description);
    for (const name of readdirSync(assets)) writer.write(name, readFileSync(new URL(name, assets)));
    const render = await pageRenderer(context, (path, pieces) => writer.writePieces(path, pieces));
    for (const [path, text] of await pictureFiles(context)) writer.write(path, text);
    const cells = cellPages(context);
    const rows = openTables(tables, writer, 'data/');
    writer.write('data/README.md', dictionaryText(tables));
    for (const record of records) {
      render(cells.add(record));
      rows.add(record);
    }
    rows.end();
    cells.end();
  });
  return join(folder, 'index.html');
}
