/**
 * @file `bench browser` in a headless Chromium on SwiftShader beside the same cells under Node.js on SwiftShader: interrupted and resumed, they
 * come to the same counters, bytes and hypergradients, into one folder with one board.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CellRecord, readRecords } from '@longhorizon/harness';
import { findSecondDriver } from '@longhorizon/tools/second-driver';
import { afterAll, describe, expect, it } from 'vitest';
import { findChromium } from '../chromium.ts';

const root = join(import.meta.dirname, '../..');
const chromium = findChromium();
const driver = findSecondDriver(process.env);
const missing =
  chromium === undefined ? 'there is no Chromium' : driver.kind === 'absent' ? driver.why : undefined;
if (missing !== undefined) it.skip(`cells in a browser are not compared with those of Node.js: ${missing}`);

interface Ended {
  readonly code: number | null;
  readonly text: string;
}

/** Runs `bench` with some words. `until` is text after which it is interrupted as by ctrl-C. */
function bench(
  words: readonly string[],
  {
    environment = process.env,
    until,
  }: { readonly environment?: NodeJS.ProcessEnv; readonly until?: string } = {},
): Promise<Ended> {
  const child = spawn(
    process.execPath,
    ['--conditions=longhorizon-source', '--import', 'tsx', 'benchmarks/src/bench/main.ts', ...words],
    { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let text = '';
  let interrupted = false;
  const hear = (part: string): void => {
    text += part;
    if (interrupted || until === undefined || !text.includes(until)) return;
    interrupted = true; // once: a second ctrl-C ends the command at once, without its code
    child.kill('SIGINT');
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, text })));
}

describe.runIf(missing === undefined)('cells in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longhorizon-browser-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const chosen = [
    ...[
      '--suite',
      'hypergradient',
      '--problem',
      'tracking,rates',
      '--seeds',
      '1',
      '--pass',
      'gradient,memory',
    ],
    ...[
      '--method',
      'exact-reverse,forward,one-step,neumann,conjugate-gradient,drmad,hyperdistill,first-order',
    ],
    ...['--horizon', '10,100', '--dim', '100', '--no-site', '--out', folder],
  ];
  const inChromium = ['browser', ...chosen, '--chromium', chromium ?? '', '--software'];

  it('end when interrupted, and go on where they stopped', async () => {
    const first = await bench(inChromium, { until: '[ 5/' });
    expect(first.text).toContain('Interrupted. The same command goes on where this run stopped.');
    expect(first.code).toBe(130);
    const second = await bench(inChromium);
    expect(second.text).toMatch(/\d+ cells: (?:[5-9]|\d\d) had a result/);
    expect(second.text).toContain('in Chromium');
    expect(second.code).toBe(0);
  });

  it('have the counters, bytes, variants and hypergradients of Node.js on the same driver', async () => {
    const environment = driver.kind === 'found' ? driver.environment : {};
    const node = await bench(chosen, { environment });
    expect(node.code, node.text).toBe(0);
    const { records } = readRecords([folder]);
    const [browser, local] = [true, false].map((inBrowser) =>
      records.filter((one) => (one.environment.stable.browser !== undefined) === inBrowser),
    ) as [CellRecord[], CellRecord[]];
    expect(browser.length).toBeGreaterThan(25);
    const ids = (some: readonly CellRecord[]) => some.map((one) => one.identity.cellId).sort();
    expect(ids(browser)).toEqual(ids(local));
    for (const one of browser) {
      const other = local.find(({ identity }) => identity.cellId === one.identity.cellId)!;
      const what = `${one.config.problem} ${one.config.method} T=${one.config.horizon} ${one.config.pass}`;
      expect(one.run.isolation, what).toMatch(/browser|none/);
      for (const section of ['status', 'seeds', 'counters', 'kernelVariants', 'memory'] as const)
        expect(one[section], `${what}: ${section}`).toEqual(other[section]);
      expect(one.memory?.peakBytes, what).toBe(one.memory?.predictedPeakBytes ?? undefined);
      const apart = Math.abs((one.gradient?.relativeError ?? 0) - (other.gradient?.relativeError ?? 0));
      expect(apart, what).toBeLessThan(1e-5);
    }
    const shown = await bench(['show', folder]);
    expect(shown.text).toMatch(/in Chromium/);
    expect(shown.text).toMatch(/SwiftShader.* on /);
  });
});
