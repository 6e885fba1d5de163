import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlannedCell } from '../cell/cell-list.ts';
import { browserEnvironment, browserName } from './environment.ts';
import type { ToPage } from './messages.ts';
import { type PageServer, servePage } from './server.ts';

const cell = { cellId: 'a'.repeat(64), timeoutMs: 60_000, config: { suite: 'one' } } as PlannedCell;
const environment = browserEnvironment({ userAgent: 'Firefox/141.0', hardwareConcurrency: 4 }, null);
const never = new AbortController().signal;

let server: PageServer;
beforeEach(async () => {
  server = await servePage({ 'index.html': '<p>page</p>', 'page.js': 'run();' });
});
afterEach(() => server.close('over'));

const post = (path: string, content: unknown): Promise<Response> =>
  fetch(server.address + path, { method: 'POST', body: JSON.stringify(content) });
const hello = async (): Promise<string> =>
  ((await (await post('hello', environment)).json()) as { page: string }).page;
const next = async (page: string): Promise<ToPage> =>
  (await (await fetch(`${server.address}next?page=${page}`)).json()) as ToPage;

describe('the server of a page', () => {
  it('serves its files below a path that nobody guesses, and lets nothing else in', async () => {
    const page = await fetch(server.address);
    expect(await page.text()).toBe('<p>page</p>');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect((await fetch(`${server.address}page.js`)).headers.get('content-type')).toContain('javascript');
    for (const path of ['secret.txt', 'toString', '../package.json'])
      expect((await fetch(server.address + path)).status, path).toBe(404);
    const { origin } = new URL(server.address);
    const outside = await fetch(`${origin}/next?page=1`);
    expect(outside.status).toBe(404);
    expect(await outside.text()).toContain('Open the whole address');
  });

  it('hands a cell to the page and takes what it came to, held against the schema', async () => {
    const page = await hello();
    expect(await server.environment).toEqual(environment);
    const outcome = server.executor.run(cell, never);
    expect(await next(page)).toMatchObject({ kind: 'cell', cell: { cellId: cell.cellId } });
    const measurement = { status: 'ok', counters: { dispatches: 3 } };
    await post(`outcome?page=${page}`, {
      cellId: cell.cellId,
      outcome: { kind: 'measured', measurement, cost: { wallMs: 5 } },
    });
    expect(await outcome).toEqual({ kind: 'measured', measurement, cost: { wallMs: 5 } });
    const wrong = server.executor.run(cell, never);
    await next(page);
    await post(`outcome?page=${page}`, {
      cellId: cell.cellId,
      outcome: { kind: 'measured', measurement: { status: 'fine' } },
    });
    expect(await wrong).toMatchObject({ kind: 'malformed' });
  });

  it('gives the cell to the page that is opened next, where one was closed in the middle', async () => {
    const first = await hello();
    const outcome = server.executor.run(cell, never);
    await next(first);
    const second = await hello();
    expect(await next(second)).toMatchObject({ kind: 'cell' });
    const late = await fetch(`${server.address}next?page=${first}`);
    expect(late.status).toBe(409);
    expect(await late.text()).toContain('Another page has taken over');
    const said = (page: string, status: string) =>
      post(`outcome?page=${page}`, {
        cellId: cell.cellId,
        outcome: { kind: 'measured', measurement: { status, reason: page } },
      });
    await said(first, 'oom');
    await said(second, 'unsupported');
    expect(await outcome).toMatchObject({ measurement: { status: 'unsupported', reason: second } });
  });

  it('tells the page to stop a cell where the run is interrupted', async () => {
    const page = await hello();
    const interrupt = new AbortController();
    const outcome = server.executor.run(cell, interrupt.signal);
    await next(page);
    interrupt.abort();
    expect(await outcome).toEqual({ kind: 'interrupted' });
    expect(await next(page)).toEqual({ kind: 'stop', cellId: cell.cellId });
  });

  it('says in its own words what a page cannot do, without what would move a cursor', async () => {
    await post('refused', { sentence: 'This page has no WebGPU.\u001b[2J' });
    await expect(server.environment).rejects.toThrow(
      'The browser runs no cells: This page has no WebGPU.␛[2J',
    );
  });

  it('refuses what is no description of a browser', async () => {
    const answer = await post('hello', { ...environment, fingerprint: 'none' });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('must be a SHA-256');
    expect((await fetch(`${server.address}hello`, { method: 'POST', body: '{' })).status).toBe(400);
  });

  it('ends a cell with a sentence where the browser is gone', async () => {
    await hello();
    const outcome = server.executor.run(cell, never);
    server.fail('The browser ended.');
    const ended = { kind: 'measured', measurement: { status: 'error', reason: 'The browser ended.' } };
    expect(await outcome).toEqual(ended);
    expect(await server.executor.run(cell, never)).toEqual(ended);
  });

  it('says that a port is taken', async () => {
    const { port } = new URL(server.address);
    await expect(servePage({}, Number(port))).rejects.toThrow(/cannot be served on port \d+: .*--port/);
  });
});

it('a browser is called by its name and the first number of its version', () => {
  const brands = [
    { brand: 'Not)A;Brand', version: '8' },
    { brand: 'Chromium', version: '156' },
    { brand: 'Microsoft Edge', version: '156' },
  ];
  expect(browserName({ userAgent: '', userAgentData: { brands } })).toBe('Microsoft Edge 156');
  expect(browserName({ userAgent: '', userAgentData: { brands: brands.slice(0, 2) } })).toBe('Chromium 156');
  expect(browserName({ userAgent: 'Mozilla/5.0 (X11) Gecko/20100101 Firefox/141.0' })).toBe('Firefox 141');
  const safari = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/26.0 Safari/605.1.15';
  expect(browserName({ userAgent: safari })).toBe('Safari 26');
  expect(browserEnvironment({ userAgent: safari }, null).stable.os.platform).toBe('Mac OS X');
  expect(browserName({ userAgent: 'curl' })).toBe('an unknown browser');
});
