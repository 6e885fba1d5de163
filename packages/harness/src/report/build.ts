import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { trialPass } from '../cell/tuning.ts';
import { UsageError } from '../errors.ts';
import { dictionaryText, type Records, type Survey, tableSurvey } from '../export/tables.ts';
import { openTables } from '../export/write.ts';
import { type Entry, entryMaker } from '../leaderboard/entry.ts';
import { publishFolder } from '../publish/folder.ts';
import type { CellRecord } from '../record/record.ts';
import { mostCellPagesOf, type SiteContext, siteContext } from './context.ts';
import type { SiteDescription } from './descriptions.ts';
import { figureFiles, type TakenFigure } from './figure-files.ts';
import { sitePublication } from './fresh.ts';
import { type Page, renderPage } from './layout.ts';
import { calibrationPage } from './pages/calibration.ts';
import { cellListPage, cellPages } from './pages/cells.ts';
import { choosePage } from './pages/choose.ts';
import { communityPage } from './pages/community.ts';
import { historyPage } from './pages/history.ts';
import { kernelsPage } from './pages/kernels.ts';
import { machinesPage } from './pages/machines.ts';
import { methodListPage, methodPages } from './pages/methods.ts';
import { overviewPage } from './pages/overview.ts';
import { problemListPage, problemPages } from './pages/problems.ts';
import { reproductionPage } from './pages/reproduction.ts';
import { studiesPage } from './pages/studies.ts';
import { programPage, type SiteProgram } from './program.ts';

/** Style sheet and script, seen from `src/report` and from `dist/report` alike. */
const assets = new URL('../../assets/', import.meta.url);

/** Records on their way to a page: what is ranked and shown was kept while they were gone through once. */
export interface SiteRecords {
  /** Those of cells that pages are made of. */
  readonly records: Records;
  /** With the trials among them. */
  readonly all: Records;
  readonly entries: readonly Entry[];
  /** Undefined where there are too many records for tables beside the pages. */
  readonly tables: Survey | undefined;
}

/**
 * Goes through the records for the first of two times; held is what leaderboards and charts need of each. Trials have no pages: what they came to
 * stands in the records of the cells that they chose for, and they lie among the records beside the pages.
 */
export function readForSite(given: Records, description: SiteDescription): SiteRecords {
  const { suites } = description;
  const most = mostCellPagesOf(description);
  const records = { [Symbol.iterator]: () => withoutTrials(given) };
  const survey = tableSurvey(suites);
  const entryOf = entryMaker(suites, { curves: true });
  const entries: Entry[] = [];
  for (const record of records) {
    if (entries.length < most) survey.add(record);
    entries.push(entryOf(record));
  }
  return { records, all: given, entries, tables: entries.length > most ? undefined : survey.end() };
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
  const { render } = await pageRenderer(context, (path, pieces) => pages.set(path, [...pieces].join('')));
  if (!context.hasCellPages) return pages;
  const cells = cellPages(context);
  for (const record of records) render(cells.add(record));
  cells.end();
  return pages;
}

type Put = (path: string, pieces: Iterable<string>) => unknown;

/** Renders all pages but those of single cells, and gives what renders those, and the charts that were drawn. */
async function pageRenderer(
  bare: SiteContext,
  put: Put,
): Promise<{ readonly render: (page: Page | undefined) => void; readonly figures: readonly TakenFigure[] }> {
  const figures: TakenFigure[] = [];
  const drawn: Pick<TakenFigure, 'caption' | 'svg' | 'data'>[] = [];
  const context: SiteContext = {
    ...bare,
    takeFigure: (caption, drawing) => drawn.push({ caption, ...drawing }),
  };
  /** Charts since the last page are those of this one. */
  const made = (page: Page | undefined): void => {
    const own = drawn.splice(0);
    if (page !== undefined) figures.push(...own.map((one) => ({ ...one, page: nameOf(page) })));
  };
  const makers = [
    overviewPage,
    choosePage,
    reproductionPage,
    problemListPage,
    studiesPage,
    calibrationPage,
    kernelsPage,
    historyPage,
    machinesPage,
    methodListPage,
    ...(bare.hasCellPages ? [cellListPage] : []),
    ({ community, description }: SiteContext) => communityPage(community ?? [], description),
    ...(bare.programs ?? []).map((program) => () => programPage(program)),
  ];
  const pages: Page[] = [];
  for (const make of makers) {
    const page = await make(context);
    made(page);
    if (page !== undefined) pages.push(page);
  }
  // Only paths stay for the navigation of other pages.
  const navigation = pages.map(({ path }) => ({ path }));
  const render = (page: Page | undefined): void => {
    if (page !== undefined) put(page.path, renderPage(page, navigation, context));
  };
  for (const page of pages) render(page);
  for await (const page of problemPages(context)) {
    made(page);
    render(page);
  }
  for (const page of methodPages(context)) render(page);
  return { render, figures };
}

function nameOf({ path }: Page): string {
  return path.replace(/^problems\//, '').replace(/\.html$/, '');
}

/** How a page is built. */
export interface SiteOptions {
  /** Whether every chart becomes files of its own (SVG, PDF, CSV), not only those of the first page. */
  readonly figures?: boolean;
  /** Records of other people, for a page of their own. */
  readonly community?: Iterable<CellRecord>;
  /** Pages that run a program of their own. */
  readonly programs?: readonly SiteProgram[];
}

/**
 * Builds the site: one folder that opens from disk. It is built beside its place and put there when it is whole, so a page is either the
 * earlier or the new one. Only a folder that is empty or holds a page is replaced.
 *
 * @param options whether every chart becomes files, too, and records of other people
 * @param given records, which are gone through twice: for what is ranked, and for tables and the pages of single cells
 * @returns the path of the first page
 * @throws UsageError when there are no records, or the folder cannot be written or holds something else
 */
export async function buildSite(
  given: Records | SiteRecords,
  description: SiteDescription,
  folder: string,
  options: SiteOptions = {},
): Promise<string> {
  const { all, entries, tables } = 'tables' in given ? given : readForSite(given, description);
  if (entries.length === 0)
    throw new UsageError('There are no records to build a site from. Run the benchmark first.');
  const others = Array.from(options.community ?? [], entryMaker(description.suites, { curves: false }));
  const publication = sitePublication([...entries, ...others], description, options);
  await publishFolder(folder, publication, async (writer) => {
    const { programs = [] } = options;
    const context = { ...siteContext(entries, description), community: others, programs };
    // Modules that several programs load are there once.
    const modules: SiteProgram['files'] = Object.assign({}, ...programs.map(({ files }) => files));
    for (const [name, text] of Object.entries(modules)) writer.write(name, text);
    for (const name of readdirSync(assets)) writer.write(name, readFileSync(new URL(name, assets)));
    const { render, figures } = await pageRenderer(context, (path, pieces) =>
      writer.writePieces(path, pieces),
    );
    const kept = figures.filter(({ page }) => options.figures === true || page === 'index');
    for await (const [path, content] of figureFiles(kept)) writer.write(path, content);
    if (tables === undefined) return;
    const cells = cellPages(context);
    const rows = openTables(tables, writer, { prefix: 'data/', light: true });
    writer.write('data/README.md', dictionaryText(tables));
    for (const record of all) {
      if (record.config.pass === trialPass) {
        rows.keep(record);
        continue;
      }
      render(cells.add(record));
      rows.add(record);
    }
    rows.end();
    cells.end();
  });
  return join(folder, 'index.html');
}
