import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deviceKey } from './device-key.ts';
import { captureCode, captureEnvironment } from './environment.ts';
import { fixtureAdapter, fixtureRecord, fullMeasurement } from './fixture/records.ts';
import { measurementSchema } from './measurement.ts';
import { check, checkRecord, recordJsonSchema } from './record.ts';
import { stableContent, stableDigest } from './stable.ts';
import { schemaFile, schemaText } from './write-schema.ts';

describe('the schema', () => {
  it('is published as it is', () => {
    expect(readFileSync(schemaFile, 'utf8'), 'run `npm run schema` in packages/harness').toBe(schemaText());
  });

  it('accepts a full record and survives JSON', () => {
    const record = fixtureRecord(fullMeasurement);
    expect(checkRecord(JSON.parse(JSON.stringify(record)))).toEqual({ ok: true, value: record });
  });

  it('reads a record of version 1, whose control has an earlier name', () => {
    const record = fixtureRecord(fullMeasurement);
    const { control, ...others } = record.noise!;
    const first = { ...record, schemaVersion: 1, noise: { canary: control, ...others } };
    expect(checkRecord(first)).toEqual({ ok: true, value: record });
    const { noise, ...silent } = record;
    expect(checkRecord({ ...silent, schemaVersion: 1 })).toEqual({ ok: true, value: silent });
    // Names of one version in the other make no record.
    expect(checkRecord({ ...first, schemaVersion: 2 })).toMatchObject({ ok: false });
    expect(checkRecord({ ...record, schemaVersion: 1 })).toMatchObject({ ok: false });
  });

  it('says in words what is wrong', () => {
    const problemsOf = (value: unknown) => {
      const result = checkRecord(value);
      return result.ok ? [] : result.problems;
    };
    const record = fixtureRecord(fullMeasurement);
    expect(problemsOf({ ...record, schemaVersion: 3 })[0]).toContain('schemaVersion');
    expect(problemsOf({ ...record, color: 'red' })[0]).toContain('color');
    const negative = { ...record, memory: { ...record.memory, peakBytes: -1 } };
    expect(problemsOf(negative)[0]).toContain('memory.peakBytes');
    const infinite = { ...record, counters: { dispatches: Number.POSITIVE_INFINITY } };
    expect(problemsOf(infinite)[0]).toContain('counters.dispatches');
    expect(problemsOf('nonsense')[0]).toContain('the whole');
  });

  it('wants a reason for everything that is not ok', () => {
    expect(check(measurementSchema, { status: 'oom' })).toEqual({
      ok: false,
      problems: ['the whole: a status other than ok needs a reason'],
    });
    expect(check(measurementSchema, { status: 'oom', reason: 'needs 3 GiB of 2' }).ok).toBe(true);
  });
});

describe('stable content', () => {
  it('leaves out exactly what may differ from run to run', () => {
    expect(volatilePaths(recordJsonSchema())).toMatchInlineSnapshot(`
      [
        "identity.attempt",
        "reason",
        "time",
        "memory.hostRssPeakBytes",
        "memory.javascriptHeapPeakBytes",
        "training.curve.#.timeMs",
        "training.reachedTargetAtMs",
        "kernel.peakFlopsPerSecond",
        "kernel.peakBytesPerSecond",
        "noise",
        "notes",
        "environment.volatile",
        "code",
        "run",
      ]
    `);
  });

  it('is the same for two runs that differ in times, machine load and prose only', () => {
    const first = fixtureRecord(fullMeasurement);
    const slower = structuredClone(fullMeasurement);
    if (slower.time !== undefined) slower.time.compileMs = 999;
    for (const point of slower.training?.curve ?? []) point.timeMs = 77;
    const second = fixtureRecord(
      { ...slower, notes: ['other'], noise: undefined },
      {},
      {
        startedAt: '2001-01-01T00:00:00.000Z',
        durationMs: 5,
        isolation: 'process',
        code: { commit: null, dirty: null },
      },
    );
    second.identity.attempt = 2;
    expect(stableContent(second)).toEqual(stableContent(first));
    expect(stableDigest(second)).toBe(stableDigest(first));
  });

  it.each([
    ['a counter', { counters: { dispatches: 43, submits: 3 } }],
    ['the gradient', { gradient: { reference: 'exact', cosine: 0.98, relativeError: 0.01 } }],
    ['the last bit of a metric', { training: { curve: [], final: { accuracy: 0.6 + 2 ** -53 } } }],
    ['the peak', { memory: { peakBytes: 4100 } }],
    ['the status', { status: 'diverged', reason: 'not a number at step 3' }],
  ] as const)('differs with %s', (_, change) => {
    const changed = fixtureRecord({ ...fullMeasurement, ...change } as typeof fullMeasurement);
    expect(stableDigest(changed)).not.toBe(stableDigest(fixtureRecord(fullMeasurement)));
  });
});

describe('the environment', () => {
  const packages = { zod: import.meta.dirname, 'not-installed': import.meta.dirname };
  const environment = captureEnvironment({ adapter: fixtureAdapter, packages });

  it('has a fingerprint that two captures share', () => {
    expect(captureEnvironment({ adapter: fixtureAdapter, packages }).fingerprint).toBe(
      environment.fingerprint,
    );
    expect(captureEnvironment({ adapter: null }).fingerprint).not.toBe(environment.fingerprint);
  });

  it('names versions, machine and adapter', () => {
    expect(environment.stable.packages).toEqual({ zod: expect.stringMatching(/^\d+\./) });
    expect(environment.stable.node).toBe(process.version);
    expect(environment.stable.cpu.logicalCores).toBeGreaterThan(0);
    expect(deviceKey(environment).adapter).not.toHaveProperty('limits');
    expect(deviceKey(environment).adapter).toMatchObject({ description: fixtureAdapter.description });
  });

  it('names the version that the importing workspace has, wherever somebody stands', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const here = captureEnvironment({ adapter: null, packages: { tinybench: import.meta.dirname } });
    // Another workspace has another version of it.
    expect(here.stable.packages).toEqual({ tinybench: manifest.dependencies.tinybench });
    const before = process.cwd();
    process.chdir('/');
    try {
      const there = captureEnvironment({ adapter: null, packages: { tinybench: import.meta.dirname } });
      expect(there.fingerprint).toBe(here.fingerprint);
    } finally {
      process.chdir(before);
    }
  });

  it('knows the commit, and knows when there is none', () => {
    expect(captureCode(import.meta.dirname).commit).toMatch(/^[0-9a-f]{40}$/);
    expect(captureCode('/')).toEqual({ commit: null, dirty: null });
  });
});

/** All places of a schema that are marked as volatile. */
function volatilePaths(node: unknown, path = ''): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { volatile, properties, additionalProperties, items, anyOf } = node as Record<string, unknown>;
  if (volatile === true) return [path];
  const below = (child: unknown, name: string): string[] =>
    volatilePaths(child, path === '' ? name : `${path}.${name}`);
  return [
    ...Object.entries((properties ?? {}) as object).flatMap(([name, child]) => below(child, name)),
    ...below(additionalProperties, '*'),
    ...below(items, '#'),
    ...((anyOf ?? []) as unknown[]).flatMap((child) => volatilePaths(child, path)),
  ];
}
