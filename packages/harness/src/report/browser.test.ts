import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSite } from './build.ts';
import { syntheticRecords } from './fixture/records.ts';
import { syntheticDescription } from './fixture/suites.ts';

/** Where a browser may be; LONGHORIZON_CHROMIUM names another. */
const candidates = [
  process.env.LONGHORIZON_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].filter((path) => path !== undefined);
const executablePath = candidates.find(existsSync);

const quadratic = 'problems/hypergradient--quadratic.html';

/** What these tests touch of a table's row in the page. */
interface TableRow {
  readonly cells: readonly {
    readonly textContent: string | null;
    readonly dataset: { readonly value?: string };
  }[];
}

if (executablePath === undefined) {
  it(`the site is not tested in a browser: none at ${candidates.join(', ')}; set LONGHORIZON_CHROMIUM`, () => {
    expect(executablePath).toBeUndefined();
  });
}

describe.runIf(executablePath !== undefined)('the site in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'harness-browser-'));
  let browser: Browser;
  /** Whatever a page complains about or asks the network for. */
  const complaints: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    const records = syntheticRecords({ secondDevice: true }).filter(
      ({ config }) =>
        config.suite !== 'hypergradient' || (config.dimension <= 100 && config.problem === 'quadratic'),
    );
    await buildSite(records, syntheticDescription, folder);
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-sync',
        '--no-first-run',
      ],
    });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('runs no script that stands in a page', async () => {
    const page = await open('index.html');
    const ran = await page.evaluate(`(() => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
      return 'ran' in window;
    })()`);
    expect(ran).toBe(false);
    expect(complaints.splice(0).join()).toContain('Content Security Policy');
  });

  async function open(path: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context: BrowserContext = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    const page = await context.newPage();
    page.on('console', (message) => complaints.push(`${page.url()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
    page.on('requestfailed', (request) => complaints.push(`${path}: ${request.url()} failed`));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`file://${join(folder, path)}`);
    return page;
  }

  const column = (page: Page, index: number): Promise<string[]> =>
    page
      .locator('table')
      .first()
      .locator('tbody tr:visible')
      .evaluateAll(
        (rows, cell) =>
          rows.map((row) => (row as unknown as TableRow).cells[cell]?.textContent?.trim() ?? ''),
        index,
      );
  const columnNamed = async (page: Page, title: string): Promise<number> =>
    (await page.locator('table').first().locator('thead tr:last-child th').allTextContents()).findIndex(
      (text) => text.trim().replace(/ [↓↑]$/, '') === title,
    );

  it('opens every page from disk without a complaint or an outside request', async () => {
    const paths = ['', 'cells', 'methods', 'problems'].flatMap((below) =>
      readdirSync(join(folder, below))
        .filter((name) => name.endsWith('.html'))
        .slice(0, 20)
        .map((name) => join(below, name)),
    );
    const page = await open('index.html');
    for (const path of paths) {
      await page.goto(`file://${join(folder, path)}`);
      expect(await page.locator('h1').count(), path).toBe(1);
    }
    await page.context().close();
    expect(paths.length).toBeGreaterThan(40);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('file://') && !url.startsWith('data:'))).toEqual([]);
  }, 120_000);

  it('sorts by a column, upwards and downwards, with misses last', async () => {
    const page = await open(quadratic);
    const index = await columnNamed(page, 'Peak');
    const peaks = async (): Promise<number[]> =>
      page
        .locator('table')
        .first()
        .locator('tbody tr')
        .evaluateAll(
          (rows, cell) => rows.map((row) => Number((row as unknown as TableRow).cells[cell]?.dataset.value)),
          index,
        );
    const before = await peaks();
    await page.locator('table').first().locator('th', { hasText: 'Peak' }).getByRole('button').click();
    const upwards = await peaks();
    expect(upwards).not.toEqual(before);
    const finite = upwards.filter(Number.isFinite);
    expect(finite).toEqual([...finite].sort((a, b) => a - b));
    expect(upwards.slice(finite.length).every((value) => !Number.isFinite(value))).toBe(true);
    expect(upwards.length).toBeGreaterThan(finite.length);

    await page.locator('table').first().locator('th', { hasText: 'Peak' }).getByRole('button').click();
    const downwards = await peaks();
    expect(downwards.filter(Number.isFinite)).toEqual([...finite].reverse());
    expect(Number.isFinite(downwards[0])).toBe(true);
    expect(await page.locator('table').first().locator('th[aria-sort="descending"]').count()).toBe(1);
    await page.context().close();
  }, 120_000);

  it('filters, combines filters, and says how many rows are left', async () => {
    const page = await open(quadratic);
    const filters = page.locator('.filters').first();
    const all = (await column(page, 0)).length;
    await filters.locator('label', { hasText: 'Method' }).locator('select').selectOption('hyperdistill');
    expect(new Set(await column(page, await columnNamed(page, 'Method')))).toEqual(new Set(['hyperdistill']));
    await filters.locator('label').filter({ hasText: /^T/ }).locator('select').selectOption('1000');
    expect(new Set(await column(page, await columnNamed(page, 'T')))).toEqual(new Set(['1000']));
    const left = (await column(page, 0)).length;
    expect(await filters.locator('.count').textContent()).toBe(`${left} of ${all} rows`);
    await filters.locator('label').filter({ hasText: /^T/ }).locator('select').selectOption('');
    await filters.locator('label', { hasText: 'Method' }).locator('select').selectOption('');
    expect((await column(page, 0)).length).toBe(all);
    await page.context().close();
  }, 120_000);

  it('keeps a choice in the address, and takes it from there', async () => {
    const page = await open('choose.html#T=1000&Peak%20memory=64%20KiB');
    const memory = await columnNamed(page, 'Peak memory');
    const chosen = await column(page, memory);
    expect(chosen.length).toBeGreaterThan(0);
    expect(chosen.every((text) => /^[\d.]+ (?:KiB|B)/.test(text))).toBe(true);
    expect(new Set(await column(page, await columnNamed(page, 'T')))).toEqual(new Set(['1000']));
    await page.locator('.filters label', { hasText: 'Method' }).locator('select').selectOption('drmad');
    expect(new URL(page.url()).hash).toBe('#Method=drmad&T=1000&Peak%20memory=64%20KiB');
    await page.context().close();
  }, 120_000);

  it('can be reached by keyboard: tables scroll, and the content is one key away', async () => {
    const page = await open(quadratic);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    expect(await page.locator('.scroll').first().getAttribute('tabindex')).toBe('0');
    await page.locator('table').first().locator('th', { hasText: 'Peak' }).getByRole('button').click();
    expect(await page.getByRole('status').allTextContents()).toContain('sorted by Peak, ascending');
    await page.context().close();
  }, 120_000);

  it('leads from the leaderboard to a cell and back over the navigation', async () => {
    const page = await open(quadratic);
    await page.locator('td a[href^="../cells/"]').first().click();
    const part = new URL(page.url()).hash;
    expect(await page.locator(`th${part}`).textContent()).toMatch(/^seed \d+/);
    await page.locator('nav a', { hasText: 'Problems' }).click();
    expect(await page.locator('h1').textContent()).toBe('Problems');
    await page.context().close();
  }, 120_000);

  it('highlights one method in all charts and reads values off them', async () => {
    const page = await open(quadratic);
    await page.locator('.key button', { hasText: 'hyperdistill' }).click();
    const dimmed = await page.locator('svg.marks [data-method].dim').count();
    expect(dimmed).toBeGreaterThan(10);
    expect(await page.locator('svg.marks [data-method="hyperdistill"].dim').count()).toBe(0);
    await page.locator('.key button', { hasText: 'hyperdistill' }).click();
    await page.mouse.move(0, 0);
    expect(await page.locator('svg.marks [data-method].dim').count()).toBe(0);
    await page.locator('svg.marks [data-label*="first-order · T = 10 "]').first().hover({ force: true });
    expect(await page.locator('#tip').textContent()).toMatch(/^[a-z-]+ · T = 10 · [\d.]+ KiB$/);
    await page.context().close();
  }, 120_000);

  it('is complete without JavaScript', async () => {
    const page = await open(quadratic, { javaScriptEnabled: false });
    expect(await page.locator('table').first().locator('tbody tr:visible').count()).toBeGreaterThan(50);
    expect(await page.locator('.filters').count()).toBe(0);
    expect(await page.locator('th button').count()).toBe(0);
    await page.context().close();
  }, 120_000);

  it('fits a phone: only tables scroll sideways', async () => {
    for (const path of [
      'index.html',
      'choose.html',
      'published.html',
      'studies.html',
      quadratic,
      'kernels.html',
      'cells.html',
      'machines.html',
      'methods/hyperdistill.html',
    ]) {
      const page = await open(path, { viewport: { width: 360, height: 760 } });
      expect(await page.evaluate('document.documentElement.scrollWidth'), path).toBeLessThanOrEqual(360);
      // Names of rows stay in sight: they may not take the room of all that scrolls beside them.
      const widest = await page.evaluate(
        `Math.max(0, ...[...document.querySelectorAll('tbody th')].map((name) => name.getBoundingClientRect().width))`,
      );
      expect(widest, path).toBeLessThan(200);
      await page.context().close();
    }
  }, 120_000);

  it('is no wider on paper than the paper: 273 mm beside its margins', async () => {
    for (const path of ['index.html', 'choose.html', 'published.html', quadratic, 'kernels.html']) {
      const page = await open(path, { viewport: { width: 1031, height: 760 } });
      await page.emulateMedia({ media: 'print' });
      expect(await page.evaluate('document.documentElement.scrollWidth'), path).toBeLessThanOrEqual(1031);
      await page.context().close();
    }
  }, 120_000);

  it('has a dark theme that charts follow, and prints on white', async () => {
    const colours = async (
      options: Parameters<Browser['newContext']>[0],
      media: 'screen' | 'print',
    ): Promise<string[]> => {
      const page = await open(quadratic, options);
      await page.emulateMedia({ media });
      const found = await page.evaluate(
        `[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('svg.marks [data-method="exact-stored"]')).stroke]`,
      );
      await page.context().close();
      return found as string[];
    };
    expect(await colours({ colorScheme: 'light' }, 'screen')).toEqual([
      'rgb(255, 255, 255)',
      'rgb(0, 114, 178)',
    ]);
    expect(await colours({ colorScheme: 'dark' }, 'screen')).toEqual([
      'rgb(22, 24, 26)',
      'rgb(76, 163, 224)',
    ]);
    expect(await colours({ colorScheme: 'dark' }, 'print')).toEqual([
      'rgb(255, 255, 255)',
      'rgb(0, 114, 178)',
    ]);
  }, 120_000);
});
