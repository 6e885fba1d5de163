/** @file What follows from a roof, where it is kept, and that one is measured. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openDevice } from '@longhorizon/tensor';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { attainable, ceiling, floorFault, peakBytes, type Roof } from '../../../measurements/roof/roof.ts';
import { processorName, readRoof, roofFiles, writeRoof } from '../../../measurements/roof/store.ts';
import { rowsOf } from '../rows.ts';
import { dotsOf } from './dots.ts';
import { measureRoof } from './measure-roof.ts';
import { roofPage } from './page.ts';
import { shareOfRoof } from './share.ts';
import { dotLine, ridge, roofText } from './text.ts';

const rate = (perSecond: number) => ({ perSecond, perCpuSecond: null, kernel: 'a kernel' });
const roof: Roof = {
  format: 2,
  adapter: 'An <adapter>',
  driver: 'A driver 1.2',
  date: '2026-11-29',
  processor: null,
  processors: 4,
  load: 0.5,
  memory: rate(1e10),
  cache: rate(4e10),
  fused: rate(2e11),
  unfused: rate(1e11),
  workgroup: rate(3e10),
  shuffle: null,
  dispatchMs: 0.02,
  launchMs: 0.1,
  compileMs: 20,
};

const folder = mkdtempSync(join(tmpdir(), 'longhorizon-roofs-'));
beforeAll(() => vi.stubEnv('XDG_CONFIG_HOME', folder));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('what can be attained', () => {
  it.each([
    // 4e9 operations at 2e11 a second; 1e9 bytes at 1e10; nothing to do.
    [
      { operations: 4e9, bytes: 1e6 },
      { ms: 20, regime: 'compute' },
    ],
    [
      { operations: 1e6, bytes: 1e9 },
      { ms: 100, regime: 'memory' },
    ],
    [
      { operations: 0, bytes: 0 },
      { ms: 0.02, regime: 'dispatch' },
    ],
    // What a cache holds is held to the cache: 4e6 bytes at 4e10 a second.
    [
      { operations: 0, bytes: 4e6 },
      { ms: 0.1, regime: 'memory' },
    ],
  ])('%j takes %j', (work, found) => {
    const { ms, regime } = attainable(roof, work);
    expect(ms).toBeCloseTo(found.ms, 9);
    expect(regime).toBe(found.regime);
  });

  it('CPU time counts where it says more than the wall clock on a busy machine', () => {
    expect(ceiling({ perSecond: 5, perCpuSecond: 3, kernel: '' }, 4)).toBe(12);
    expect(ceiling({ perSecond: 5, perCpuSecond: 1, kernel: '' }, 4)).toBe(5);
    expect(peakBytes(roof, 2 ** 26)).toBe(1e10);
    expect(ridge(roof)).toBe(20);
  });

  it('a time below half of what can be attained is a measuring fault', () => {
    const work = { operations: 4e9, bytes: 1e6 };
    expect(floorFault(roof, work, 20)).toBeUndefined();
    expect(floorFault(roof, work, 10)).toBeUndefined();
    expect(floorFault(roof, work, 9.9)).toMatch(
      /^a measuring fault: 9\.90 ms for 4\.00e\+9 operations .* needs at least 10\.0 ms for by its roof of 2026-11-29/,
    );
    // A dispatch of nothing may be as short as it likes.
    expect(floorFault(roof, { operations: 0, bytes: 0 }, 1e-6)).toBeUndefined();
  });
});

describe('where roofs are kept', () => {
  const owner = { device: roof.adapter, description: roof.driver };

  it('a roof is read back for its adapter and driver alone', () => {
    expect(readRoof(owner)).toEqual({});
    expect(shareOfRoof(owner, { operations: 4e9, bytes: 1e6, ms: 40 })).toEqual({});
    expect(writeRoof(roof)).toBe(roofFiles(owner)[0]);
    expect(readRoof(owner).roof).toEqual(roof);
    expect(readRoof({ ...owner, description: 'A driver 1.3' })).toEqual({});
    expect(shareOfRoof(owner, { operations: 4e9, bytes: 1e6, ms: 40 }).share).toBeCloseTo(0.5);
    expect(shareOfRoof(owner, { operations: 4e9, bytes: 1e6, ms: 1 }).fault).toContain('a measuring fault');
  });

  it('a roof of another processor is not looked at, where the adapter computes on it', () => {
    const host = { device: 'software', description: 'a driver' };
    const own = {
      ...roof,
      adapter: host.device,
      driver: host.description,
      processor: processorName(),
      processors: availableParallelism(),
    };
    for (const [held, found] of [
      [own, own],
      [{ ...own, processors: own.processors + 1 }, undefined],
      [{ ...own, processor: 'another one' }, undefined],
    ] as const) {
      writeRoof(held);
      expect(readRoof(host).roof).toEqual(found);
    }
  });

  it.each([
    ['half a file', '{ "format": 1,', 'is no JSON; measure the roof again'],
    ['another format', JSON.stringify({ ...roof, format: 1 }), 'is no roof (format: '],
    ['a ceiling of zero', JSON.stringify({ ...roof, dispatchMs: 0 }), 'is no roof (dispatchMs: '],
  ])('%s gets a sentence', (name, text, sentence) => {
    const other = { device: name, description: 'broken' };
    const [file] = roofFiles(other);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    expect(readRoof(other).roof).toBeUndefined();
    expect(readRoof(other).problem).toContain(sentence);
  });
});

it('ceilings are measured, and the dispatches of a plan are held to them', async () => {
  const device = await openDevice({ warmPipelines: false, timestampQuantization: false });
  try {
    const said: string[] = [];
    const measured = await measureRoof(device, (name) => said.push(name), '2026-11-29');
    expect(said).toEqual(['memory', 'cache', 'fused', 'unfused', 'workgroup', 'shuffle', 'latency']);
    expect(measured.driver).toBe(device.adapter.description);
    // No processor of today does more than 10¹⁶ operations a second, and none that runs a test less than 10⁷.
    for (const one of [measured.fused, measured.unfused]) {
      expect(one.perSecond).toBeGreaterThan(1e7);
      expect(one.perSecond).toBeLessThan(1e16);
    }
    const names = ['matmul-64', 'sgd-step-sine', 'maml-gradient-sine', 'horizon-100', 'rates-exact-reverse'];
    const rows = rowsOf('quick').filter(({ name }) => names.includes(name));
    const dots = await dotsOf(device, rows, measured, () => {});
    expect(dots.filter(({ plan }) => plan === 'sgd-step-sine').length).toBeGreaterThan(3);
    const product = dots.find(({ plan }) => plan === 'matmul-64')!;
    expect([product.operations, product.bytes]).toEqual([2 * 64 ** 3, 3 * 4 * 64 ** 2]);
    expect(product.issued).toBeGreaterThanOrEqual(product.bytes);
    const shares = dots.filter(({ plan }) => plan === 'sgd-step-sine').map(({ share }) => share);
    expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    // How often each kernel runs: once a step forward, once a step back, once at the end.
    const runs = (row: string) => [
      ...new Set(dots.filter(({ plan }) => plan === row).map((dot) => dot.runs)),
    ];
    expect(runs('maml-gradient-sine')).toEqual([5, 1]);
    expect(runs('horizon-100')).toEqual([100]);
    expect(runs('rates-exact-reverse')).toContain(1000);
    expect(dotLine(product)).toMatch(/matmul-64 0 .*% of the roof {2}\(.*issues \d/);
    expect(roofText(measured)).toContain('ridge');
    const page = await roofPage({ ...measured, adapter: roof.adapter }, dots);
    expect(page).toContain('<svg');
    expect(page).toContain('>bytes that have to move<');
    expect(page).toContain('Roofline of An &lt;adapter&gt;');
    expect(page.match(/<tr><td>[a-z0-9-]+ \d+<\/td>/g)).toHaveLength(dots.length);
  } finally {
    await device.close();
  }
});
