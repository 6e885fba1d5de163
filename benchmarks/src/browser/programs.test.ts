/** @file The pages that run programs, in a headless Chromium on its software WebGPU, from a static server. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import {
  benchCommand,
  buildSite,
  type CellRecord,
  canonicalJson,
  readRecords,
  type Suite,
  stableContent,
} from '@longhorizon/harness';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { benchDefinition } from '../bench/definition.ts';
import { root } from '../root.ts';
import { sitePrograms } from './programs.ts';
import { browserSuites } from './suites.ts';

const executablePath = [
  process.env.LONGHORIZON_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));

if (executablePath === undefined) {
  it('the pages with programs are not tested: there is no Chromium; set LONGHORIZON_CHROMIUM', () => {
    expect(executablePath).toBeUndefined();
  });
}

const codeHash = 'c'.repeat(64);

/** What makes Chromium compute on its software adapter. */
const software = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
] as const;

/** The first suite with a profile of a few cells. */
const [whole] = browserSuites as readonly [Suite];
const suites: readonly Suite[] = [
  {
    ...whole,
    profiles: {
      quick: {
        problems: ['tracking'],
        methods: ['exact-reverse', 'one-step', 'hyperdistill', 'forward'],
        passes: ['gradient', 'memory'],
        horizons: [1, 10],
        dimensions: [30],
        seeds: [0],
      },
    },
  },
];
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

describe.runIf(executablePath !== undefined)('pages with programs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longhorizon-programs-'));
  const site = join(folder, 'site');
  let server: Server;
  let origin: string;
  let browser: Browser;
  /** Whatever a page complains about, or asks of another origin. */
  const complaints: string[] = [];

  beforeAll(async () => {
    const codeHashes = Object.fromEntries(browserSuites.map(({ name }) => [name, codeHash]));
    const programs = await sitePrograms(root, { codeHashes, code: { commit: null, dirty: null } }, suites);
    const { records } = readRecords([join(root, 'benchmarks/records/hypergradient/memory.jsonl')]);
    await buildSite(records, { title: 'Test', lead: 'A test.', suites: [], methods: [] }, site, { programs });
    server = createServer(({ url = '/' }, response) => {
      const path = join(site, new URL(url, 'http://x').pathname);
      if (!existsSync(path) || statSync(path).isDirectory()) return void response.writeHead(404).end();
      response
        .writeHead(200, { 'content-type': types[extname(path)] ?? 'text/plain' })
        .end(readFileSync(path));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await launch(...software);
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
    expect(complaints).toEqual([]);
  });

  function launch(...args: readonly string[]): Promise<Browser> {
    const usual = ['--no-sandbox', '--no-first-run', '--disable-background-networking'];
    return chromium.launch({ executablePath: executablePath ?? '', args: [...usual, ...args] });
  }

  /** A page in a browser's memory of its own. */
  async function visit(
    path: string,
    { width = 1280 }: { readonly width?: number } = {},
  ): Promise<{ readonly page: Page; readonly context: BrowserContext }> {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    return { page: await openPage(context, path), context };
  }

  async function openPage(context: BrowserContext, path: string): Promise<Page> {
    const page = await context.newPage();
    page.on('console', (message) => complaints.push(`${path}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`${path}: ${error.message}`));
    page.on('request', (request) => {
      if (!/^(?:(?:blob:)?http:\/\/127\.0\.0\.1:|about:blank)/.test(request.url()))
        complaints.push(`${path} asks ${request.url()}`);
    });
    await page.goto(path === 'about:blank' ? path : `${origin}/${path}`);
    return page;
  }

  /** Waits for what a page says, by asking: the page's policy keeps tests from evaluating anything in a loop. */
  async function said(page: Page, pattern: RegExp, id = '#status'): Promise<string> {
    for (let waited = 0; waited < 600; waited++) {
      const text = (await page.textContent(id)) ?? '';
      if (pattern.test(text)) return text;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${id} says ${await page.textContent(id)}; ${pattern} was expected.`);
  }

  it('programs are light: a library that comes whole, as Zod does with its languages, or twice, is noticed', () => {
    const names = readdirSync(join(site, 'programs'));
    const bytes = (some: readonly string[]): number =>
      some.reduce((sum, name) => sum + statSync(join(site, 'programs', name)).size, 0);
    const shared = names.filter((name) => name.startsWith('shared-'));
    const said = names.map((name) => `${name} ${bytes([name])}`).join(', ');
    for (const program of ['gpu.js', 'gpu-worker.js', 'playground.js', 'playground-worker.js'])
      expect(bytes([program, ...shared]), said).toBeLessThan(900_000);
    expect(bytes(names), said).toBeLessThan(1_200_000);
  });

  describe('the playground', () => {
    it('runs the core and a hypergradient, with plan, WGSL and bytes, by keyboard alone', async () => {
      const { page, context } = await visit('playground.html#example=core-6');
      await said(page, /^Ready/);
      await page.focus('#program');
      await page.keyboard.press('Control+Enter');
      expect(await said(page, /^(?:Ended|Failed)/)).toMatch(/^Ended: 11 plans, \d+ assertions held/);
      expect(await page.textContent('#output')).toContain('dL/dη of three memory policies');
      expect(await page.textContent('#plan')).toMatch(/dispatches, arena/);
      expect(await page.textContent('#wgsl')).toContain('@compute @workgroup_size');
      expect(await page.textContent('#bytes')).toMatch(/peak\d/);

      await page.selectOption('#example', 'hypergradient');
      await page.focus('#run');
      await page.keyboard.press('Enter');
      expect(await said(page, /^(?:Ended|Failed)/)).toMatch(/^Ended/);
      expect(await page.textContent('#output')).toMatch(/exact reverse cosine 1\.0000/);
      await context.close();
    }, 120_000);

    it('keeps what is edited in the address, and runs nothing that a link brings', async () => {
      const { page, context } = await visit('playground.html');
      await said(page, /^Ready/);
      await page.fill('#program', "console.log('from a link');");
      for (let waited = 0; waited < 50 && !page.url().includes('#program='); waited++)
        await new Promise((resolve) => setTimeout(resolve, 100));
      const address = page.url().slice(origin.length + 1);
      await page.goto('about:blank');
      await page.goto(`${origin}/${address}`);
      await said(page, /^The link brought this program\. Read it, then press Run/);
      expect(await page.inputValue('#program')).toBe("console.log('from a link');");
      expect(await page.textContent('#output')).toBe('');
      await page.click('#run');
      await said(page, /^Ended/);
      expect(await page.textContent('#output')).toBe('from a link\n');
      await page.goto('about:blank');
      await page.goto(`${origin}/playground.html#program=!!`);
      await said(page, /^The link does not hold a program/);
      await context.close();
    }, 60_000);

    it('says what is wrong with a program, stops one that does not end, and lets none reach out', async () => {
      const { page, context } = await visit('playground.html');
      await said(page, /^Ready/);
      const run = async (program: string, end: RegExp): Promise<string> => {
        await page.fill('#program', program);
        await page.click('#run');
        await said(page, end);
        return (await page.textContent('#output')) ?? '';
      };
      expect(await run('const a = 1;\nnull.x;', /^Failed/)).toMatch(
        /Cannot read properties of null.*\(line 2\)/,
      );
      expect(await run("import { x } from 'elsewhere';", /^Failed/)).toContain(
        'There is no module elsewhere here',
      );
      expect(await run("console.log('<img src=x onerror=alert(1)>');", /^Ended/)).toContain('<img src=x');
      expect(await page.locator('#output img').count()).toBe(0);
      const reach = `for (const go of [() => fetch('${origin}/index.html'), () => import('${origin}/../x.js?'), () => import('http://localhost:1/x.js')])
  await go().then(() => console.log('reached'), () => console.log('refused'));
try { new WebSocket('ws://localhost:1'); console.log('made'); } catch { console.log('refused'); }`;
      const before = complaints.length;
      const answers = await run(reach, /^Ended/);
      expect(answers.split('\n')[0]).toBe('refused');
      expect(answers.split('\n')[2]).toBe('refused');
      // What the policy refused is said on the console; that is the only place where something may be.
      expect(
        complaints
          .splice(before)
          .every((text) => /Content Security Policy|Failed to|violates|404|Refused|asks/.test(text)),
      ).toBe(true);
      await run('for (;;) {}', /^Running/);
      await page.click('#stop');
      await said(page, /^Stopped/);
      await context.close();
    }, 60_000);
  });

  describe('the page that measures', () => {
    it('goes on after its tab was closed or its device lost, and its records are those of a run that was not', async () => {
      const run = async (trouble: 'none' | 'closed' | 'lost'): Promise<readonly CellRecord[]> => {
        const { page: first, context } = await visit('about:blank');
        let page = first;
        if (trouble === 'lost') await inTheMiddle(page, 'device.destroy();');
        if (trouble === 'closed') await inTheMiddle(page, busyFor(3000));
        await page.goto(`${origin}/gpu.html`);
        await said(page, /to run\. Start when/);
        await page.click('#start');
        if (trouble === 'closed') {
          await said(page, /^[1-9]\d* of/, '#counted');
          await page.close();
          page = await openPage(context, 'gpu.html');
          await said(page, /were finished before\. Start goes on from there/);
          await page.click('#start');
        }
        await said(page, /^Done/);
        const note = trouble === 'lost' ? /^The device was lost at .*It is opened anew, and the cell/ : /^$/;
        expect(await page.textContent('#note')).toMatch(note);
        const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
        expect(download.suggestedFilename()).toMatch(
          /^longhorizon-hypergradient-quick-\d{4}-\d\d-\d\d\.jsonl$/,
        );
        const file = join(folder, `${trouble}.jsonl`);
        await download.saveAs(file);
        const { records, rejected } = readRecords([file]);
        expect(rejected).toEqual([]);
        expect(await page.locator('#records tbody tr').count()).toBe(records.length);
        await context.close();
        return records;
      };
      const uninterrupted = await run('none');
      expect(uninterrupted).toHaveLength(16);
      for (const trouble of ['closed', 'lost'] as const)
        expect(stable(await run(trouble)), trouble).toEqual(stable(uninterrupted));
      await expectToBeTaken(join(folder, 'none.jsonl'), uninterrupted.length);
    }, 180_000);

    /** Waits until a text of the page has been the same for so long, in milliseconds. */
    async function hasStopped(page: Page, id: string, ms: number): Promise<void> {
      let [text, since] = ['', performance.now()];
      while (performance.now() - since < ms) {
        const now = (await page.textContent(id)) ?? '';
        if (now !== text) [text, since] = [now, performance.now()];
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }

    const stable = (records: readonly CellRecord[]): readonly string[] =>
      records.map((record) => canonicalJson(stableContent(record)));

    /** A cell that takes its time: a fast machine is not done with all of them before a button is pressed or a process killed. */
    const busyFor = (ms: number): string =>
      `for (const end = performance.now() + ${ms}; performance.now() < end; );`;

    /** In the middle of a cell's work the first worker of the page does this to its `device`; the next has a sound one. */
    async function inTheMiddle(page: Page, what: string): Promise<void> {
      const troubled = `const ask = navigator.gpu.requestAdapter.bind(navigator.gpu);
let left = 20;
navigator.gpu.requestAdapter = async (...how) => {
  const adapter = await ask(...how);
  const open = adapter.requestDevice.bind(adapter);
  adapter.requestDevice = async (...which) => {
    const device = await open(...which);
    const submit = device.queue.submit.bind(device.queue);
    device.queue.submit = (commands) => { submit(commands); if (--left === 0) { ${what} } };
    return device;
  };
  return adapter;
};
`;
      let served = 0;
      await page.route('**/gpu-worker.js', async (route) => {
        const text = readFileSync(join(site, 'programs/gpu-worker.js'), 'utf8');
        await route.fulfill({
          contentType: 'text/javascript',
          body: served++ === 0 ? troubled + text : text,
        });
      });
    }

    it('survives a GPU process that is killed: it says so, loses nothing, and goes on as it would have', async () => {
      const own = await launch(...software);
      const page = await openPage(await own.newContext(), 'about:blank');
      await inTheMiddle(page, busyFor(5000));
      await page.goto(`${origin}/gpu.html`);
      await said(page, /to run\. Start when/);
      await page.click('#start');
      await said(page, /^Running/);
      await hasStopped(page, '#at-work', 2000);
      const cdp = await own.newBrowserCDPSession();
      const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
      const gpu = processInfo.filter(({ type }) => type.toLowerCase() === 'gpu');
      expect(gpu).toHaveLength(1);
      for (const { id } of gpu) process.kill(id, 'SIGKILL');
      // Chromium starts another, with the same adapter: the cell is measured once more, and the run ends by itself.
      await said(page, /^(?:Done|Stopped)/);
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
      const file = join(folder, 'killed.jsonl');
      await download.saveAs(file);
      const { records, rejected } = readRecords([file]);
      expect(rejected).toEqual([]);
      expect(
        records.filter(({ status }) => status !== 'ok').map(({ status, reason }) => `${status}: ${reason}`),
      ).toEqual([]);
      expect(await page.textContent('#note')).toMatch(
        /^The device was lost at .*It is opened anew, and the cell measured once more\.$/,
      );
      expect(records).toHaveLength(16);
      expect(stable(records)).toEqual(stable(readRecords([join(folder, 'none.jsonl')]).records));
      await own.close();
      // Chromium says it on the console of a page whose GPU process is gone.
      const others = complaints.splice(0).filter((text) => !/external Instance reference/.test(text));
      expect(others).toEqual([]);
    }, 120_000);

    it('keeps what does not fit into the browser for the download, and says so', async () => {
      const { page, context } = await visit('about:blank');
      await page.addInitScript(
        "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };",
      );
      await page.goto(`${origin}/gpu.html`);
      await said(page, /to run\. Start when/);
      await page.click('#start');
      expect(await said(page, /keeps/, '#note')).toMatch(
        /^The browser keeps no more records \(its space for this site is used up\)\. All of them are still here: download/,
      );
      expect(await page.textContent('#status')).toBe('Stopped.');
      expect(await page.isEnabled('#download')).toBe(true);
      expect(await page.locator('#records tbody tr').count()).toBe(1);
      await context.close();
    }, 60_000);

    /** What a page gives is what the command files, held to our own records, and what the site then shows. */
    async function expectToBeTaken(file: string, count: number): Promise<void> {
      const records = join(folder, 'records');
      cpSync(join(root, 'benchmarks/records/hypergradient/memory.jsonl'), join(records, 'ours.jsonl'));
      const said = { out: '', err: '' };
      const { community, runCell, describeAdapter } = benchDefinition();
      const bench = (...words: readonly string[]): Promise<unknown> =>
        benchCommand({
          suites,
          runCell,
          describeAdapter,
          codeHash,
          site: { title: 'Test', lead: 'A test.', methods: [] },
          programs: async () => [],
          community: { known: () => [], ...community, folder: join(records, 'community') },
          output: { write: (text) => (said.out += text) },
          errors: { write: (text) => (said.err += text) },
        }).parseAsync(words, { from: 'user' });
      await bench('submit', file);
      expect(said.err).toBe('');
      expect(said.out).toMatch(
        new RegExp(
          `^${count} records filed: .*community/[a-z0-9-]*swiftshader[a-z0-9-]*/[\\d-]+-[0-9a-f]{12}\\.jsonl\\.\\n$`,
        ),
      );
      await bench('site', records, '--out', join(folder, 'with-theirs'));
      const page = readFileSync(join(folder, 'with-theirs', 'community.html'), 'utf8');
      expect(page).toMatch(/<h2>[^<]*SwiftShader/i);
      for (const method of ['exact-reverse', 'one-step', 'hyperdistill', 'forward'])
        expect(page).toContain(method);
      expect(page).toContain(`${count} records, `);
    }

    it('pauses, and keeps what is finished', async () => {
      const { page, context } = await visit('about:blank');
      await inTheMiddle(page, busyFor(3000));
      await page.goto(`${origin}/gpu.html`);
      await said(page, /to run\. Start when/);
      await page.focus('#start');
      await page.keyboard.press('Enter');
      await said(page, /^[1-9]\d* of/, '#counted');
      expect(await said(page, /left$/, '#counted')).toMatch(/about .* left/);
      await page.click('#pause');
      await said(page, /^Paused after/);
      await context.close();
    }, 60_000);

    it('says what a browser without WebGPU or without an adapter lacks, and which have it', async () => {
      const { page, context } = await visit('about:blank');
      const hidden =
        "Object.defineProperty(Object.getPrototypeOf(navigator), 'gpu', { get: () => undefined });";
      await page.route('**/gpu-worker.js', async (route) => {
        const body = `${hidden}\n${readFileSync(join(site, 'programs/gpu-worker.js'), 'utf8')}`;
        await route.fulfill({ contentType: 'text/javascript', body });
      });
      await page.goto(`${origin}/gpu.html`);
      expect(await said(page, /WebGPU/, '#note')).toMatch(
        /^This page has no WebGPU\. .*Chrome and Edge from 113, Safari from 26 and Firefox from 141/,
      );
      expect(await page.textContent('#status')).toBe('Nothing can be measured here.');
      expect(await page.isDisabled('#start')).toBe(true);
      await context.close();
      const blind = await launch('--disable-gpu', '--disable-software-rasterizer');
      const other = await openPage(await blind.newContext(), 'gpu.html');
      expect(await said(other, /WebGPU/, '#note')).toMatch(
        /^No WebGPU adapter was found\. .*hardware acceleration/,
      );
      await blind.close();
      // Dawn itself warns of it, on the console alone.
      for (const text of complaints.splice(0)) expect(text).toMatch(/No available adapters/);
    }, 120_000);
  });

  it('both can be used by keyboard and by ear, in windows of 390 to 1,600 pixels', async () => {
    const { page, context } = await visit('about:blank');
    const cdp = await context.newCDPSession(page);
    for (const path of ['gpu.html', 'playground.html']) {
      await page.goto(`${origin}/${path}`);
      await said(page, /^(?:Ready|\d+ cells)/);
      for (const width of [390, 768, 1280, 1600]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate('document.documentElement.scrollWidth'), path).toBeLessThanOrEqual(width);
      }
      const { nodes } = await cdp.send('Accessibility.getFullAXTree');
      const heard = nodes
        .filter(({ ignored }) => !ignored)
        .map(({ role, name }) => ({ role: String(role?.value), name: String(name?.value ?? '') }));
      const named = /^(?:button|combobox|textbox|link|region|table|progressbar|navigation|heading)$/;
      expect(heard.filter(({ role, name }) => named.test(role) && name.trim() === '')).toEqual([]);
      const roles = heard.map(({ role }) => role);
      expect(roles).toEqual(expect.arrayContaining(['main', 'navigation', 'status', 'combobox', 'button']));
      expect(await page.locator('h1').count()).toBe(1);
      await expectAllReachedByTab(page, path);
    }
    await context.close();
  }, 60_000);

  it('both say without JavaScript that they need it, and show nothing that would not work', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    for (const path of ['gpu.html', 'playground.html']) {
      const page = await context.newPage();
      await page.goto(`${origin}/${path}`);
      expect(await page.locator('noscript').textContent(), path).toMatch(/needs JavaScript/);
      expect(await page.locator('button:visible, select:visible, textarea:visible').count(), path).toBe(0);
      expect(await page.locator('#status').isVisible(), path).toBe(false);
    }
    await context.close();
  }, 60_000);

  /** Tab goes through everything that can be used, in the order in which it stands there, and shows where it is. */
  async function expectAllReachedByTab(page: Page, path: string): Promise<void> {
    const count = await page.evaluate(`(() => {
      globalThis.usable = [...document.querySelectorAll(
        'a[href], button:enabled, select:enabled, textarea:enabled, summary, [tabindex="0"]',
      )].filter((one) => one.checkVisibility());
      document.activeElement.blur();
      return usable.length;
    })()`);
    const reached: unknown[] = [];
    for (let k = 0; k < Number(count); k++) {
      await page.keyboard.press('Tab');
      reached.push(
        await page.evaluate(`(() => {
          const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
          return [usable.indexOf(document.activeElement), outlineStyle !== 'none' && outlineWidth !== '0px'].join();
        })()`),
      );
    }
    expect(reached, path).toEqual(Array.from({ length: Number(count) }, (_, k) => `${k},true`));
  }
});
