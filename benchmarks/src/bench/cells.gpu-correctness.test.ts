import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CellRecord, runBench, type Selection, type Suite, stableContent } from '@longhorizon/harness';
import { afterAll, expect, it } from 'vitest';
import { closeDevices, describeDevice, sharedDevice } from '../measurements/device.ts';
import { classifyError } from '../measurements/failures.ts';
import { suites as all, runCell } from '../suites/index.ts';

const suites = all.map(({ suite }) => suite);

const folder = mkdtempSync(join(tmpdir(), 'bench-cells-'));
afterAll(async () => {
  await closeDevices();
  rmSync(folder, { recursive: true, force: true });
});

async function run(name: string, selection: Omit<Selection, 'profile'>, of: readonly Suite[] = suites) {
  const adapter = describeDevice(await sharedDevice(undefined));
  const { records } = await runBench({
    suites: of,
    selection: { profile: 'quick', ...selection },
    runCell,
    classifyError,
    outputFolder: join(folder, name),
    adapter,
    codeHash: 'this test',
    isolation: 'in-process',
  });
  return records;
}

/** What must repeat, without the name of the attempt. */
const stable = (records: readonly CellRecord[]) => records.map((record) => stableContent(record));

const small = { suites: ['hypergradient'], problems: ['tracking'], dimensions: [10], seeds: [0] };

it('two runs with the same seeds agree bit for bit in all that is no time', async () => {
  const selection = { ...small, methods: ['exact-reverse', 'one-step', 'hyperdistill'], horizons: [12] };
  const [first, second] = [await run('first', selection), await run('second', selection)];
  expect(first.map(({ status }) => status)).toEqual(first.map(() => 'ok'));
  expect(first.map(({ config }) => config.pass)).toContain('training');
  expect(stable(second)).toEqual(stable(first));
});

it('exact methods are exact, and memory is what was predicted', async () => {
  const records = await run('exact', {
    ...small,
    methods: ['exact-reverse', 'forward', 'truncated-reverse', 'drmad'],
    horizons: [10],
    passes: ['gradient', 'memory'],
  });
  for (const { gradient, memory, details } of records) {
    if (gradient !== undefined) {
      expect(gradient.reference).toBe('closed form');
      expect(gradient.relativeError).toBeLessThan(1e-5);
      expect(details?.weightsError).toBeLessThan(1e-5);
    }
    if (memory !== undefined) {
      expect(memory.peakBytes).toBe(memory.predictedPeakBytes);
      expect(memory.peakBytesByClass).toEqual(memory.predictedBytesByClass);
    }
  }
  expect(records.filter(({ memory }) => memory !== undefined)).toHaveLength(4);
});

it('what cannot be measured is a result with its reason', async () => {
  const refused = await run('refused', {
    ...small,
    methods: ['first-order', 'truncated-reverse'],
    horizons: [2],
    passes: ['gradient'],
  });
  expect(refused.map(({ status }) => status)).toEqual(['unsupported', 'unsupported']);
  const reasons = refused.map(({ reason }) => reason).join('\n');
  expect(reasons).toMatch(/λ does not enter the outer loss/);
  expect(reasons).toMatch(/looks back on 10 steps/);
});

it('more bytes than there are is out of memory, before anything is allocated', async () => {
  const selection = {
    suites: ['few-shot'],
    problems: ['anil-glyphs'],
    methods: ['forward'],
    passes: ['memory'],
  };
  const every = suites.map((suite) => ({
    ...suite,
    profiles: Object.fromEntries(
      Object.entries(suite.profiles).map(([name, { methods: _, overrides: __, ...profile }]) => [
        name,
        profile,
      ]),
    ),
  }));
  const device = await sharedDevice(undefined);
  // Uploads count until the queue has caught up; they are nobody's memory.
  const held = () => device.ledger.live - device.ledger.liveByClass().staging;
  const live = held();
  const [record] = await run(
    'large',
    { ...selection, horizons: [10], dimensions: [16_768], seeds: [0] },
    every,
  );
  expect(record?.status).toBe('oom');
  expect(record?.reason).toMatch(/GiB|bytes/);
  expect(held()).toBe(live);
});

it('after its device is lost, the next cell gets a new one', async () => {
  const first = await sharedDevice(undefined);
  expect(await sharedDevice(undefined)).toBe(first);
  first.gpu.destroy();
  await first.lost;
  const second = await sharedDevice(undefined);
  expect(second).not.toBe(first);
  const [record] = await run('anew', {
    ...small,
    methods: ['one-step'],
    horizons: [1],
    passes: ['gradient'],
  });
  expect(record?.status).toBe('ok');
});
