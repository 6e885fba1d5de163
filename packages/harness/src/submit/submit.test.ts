import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listCells } from '../cell/cell-list.ts';
import { hashOf } from '../cell/identity.ts';
import { defineSuite } from '../cell/suite.ts';
import { benchCommand } from '../command/bench-command.ts';
import { fixtureDefinition } from '../command/fixture/definition.ts';
import { makeRecord } from '../record/build.ts';
import { fixtureAdapter, fixtureContext, fullMeasurement } from '../record/fixture/records.ts';
import type { Phase } from '../record/measurement.ts';
import type { CellRecord } from '../record/record.ts';
import { versionsOf } from '../run/answers.ts';

const suite = defineSuite({
  name: 'costs',
  title: 'Costs',
  description: '',
  measureVersion: 1,
  problems: [{ name: 'quadratic' }],
  methods: [{ name: 'exact', role: 'reference' }, { name: 'near' }],
  passes: ['gradient', 'time'],
  metric: { name: 'accuracy', title: 'Accuracy', direction: 'higher' },
  profiles: { quick: { horizons: [1, 10], dimensions: [5], seeds: [0, 1] } },
});
const codeHash = 'd'.repeat(64);
const environment = { ...fixtureContext.environment, fingerprint: hashOf(fixtureContext.environment.stable) };
const versions = versionsOf(codeHash, () => environment);
const { cells } = listCells([suite], { profile: 'quick' });
const { kernel: _, ...measurement } = fullMeasurement;
const gradient = { reference: 'closed form', cosine: 0.6, relativeError: 0.8, normRatio: 0.6 };

/** Every cell of the suite, as another machine would measure it. */
const records: readonly CellRecord[] = cells.map((cell) => {
  const isExact = cell.config.method === 'exact';
  const exact = { ...gradient, cosine: 1, relativeError: 0, normRatio: 1 };
  return makeRecord(
    cell,
    { ...measurement, gradient: isExact ? exact : gradient },
    {
      ...fixtureContext,
      environment,
      versionId: versions.idOf(cell),
      codeHash,
      durationMs: 1000,
    },
  );
});
const near = records.find(({ config }) => config.method === 'near') as CellRecord;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'harness-submit-'));
  file = join(folder, 'theirs.jsonl');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = undefined;
});

const lines = (all: readonly unknown[]): string => all.map((one) => `${JSON.stringify(one)}\n`).join('');

/** Runs `bench` with words. */
async function bench(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  await benchCommand({
    ...fixtureDefinition,
    suites: [suite],
    codeHash,
    community: { folder: join(folder, 'records', 'community'), known: () => [] },
    output: { write: (text) => (out += text) },
    errors: { write: (text) => (err += text) },
  }).parseAsync(words, { from: 'user' });
  return { code: Number(process.exitCode ?? 0), out, err };
}

/** What is said against a file. */
async function saidOf(content: string | Uint8Array): Promise<string> {
  writeFileSync(file, content);
  const { code, out, err } = await bench('submit', file);
  expect([code, out]).toEqual([2, '']);
  expect(existsSync(join(folder, 'records'))).toBe(false);
  expect(Buffer.from(content).equals(readFileSync(file))).toBe(true);
  expect(err).toContain('was not filed, and is as it was:');
  expect(err).not.toMatch(/[^\P{Cc}\n]/u);
  return err;
}

const filed = (): readonly string[] =>
  readdirSync(join(folder, 'records'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.jsonl'),
  );

describe('bench submit', () => {
  it('files records by their device, once, and other commands keep them apart', async () => {
    writeFileSync(file, lines(records));
    expect((await bench('submit', file, '--dry-run')).out).toContain('16 records of');
    expect(existsSync(join(folder, 'records'))).toBe(false);
    expect((await bench('submit', file)).out).toMatch(/^16 records filed: .*\.jsonl\.\n$/);
    const [path = '', ...others] = filed();
    expect(path).toMatch(
      /^community\/fixture-adapter-nothing-measured-[a-z0-9-]+\/2000-01-01-[0-9a-f]{12}\.jsonl$/,
    );
    expect(others).toEqual([]);
    writeFileSync(file, lines([...records].reverse()));
    expect((await bench('submit', file)).out).toBe(
      '0 records filed: nothing new to file. 16 records lay there before.\n',
    );
    expect(filed()).toEqual([path]);

    const apart = await bench('show', join(folder, 'records'));
    expect(apart.err).toContain('There are no records yet');
    const asked = await bench('show', join(folder, 'records', 'community'));
    expect(asked.out).toContain('near');
  });

  it('shows them on a page of their own, where nothing that they say is markup', async () => {
    const records = join(folder, 'records');
    mkdirSync(join(records, 'community'), { recursive: true });
    writeFileSync(join(records, 'ours.jsonl'), lines([near]));
    // As if somebody had put it there without the command.
    const adapter = { ...fixtureAdapter, description: '<img src=x onerror=alert(1)>' };
    const stable = { ...environment.stable, node: '<script>alert(1)</script>', adapter };
    const theirs = { ...near, environment: { ...environment, stable, fingerprint: hashOf(stable) } };
    writeFileSync(join(records, 'community', 'theirs.jsonl'), lines([theirs]));
    const { err } = await bench('site', records, '--out', join(folder, 'site'));
    expect(err).toBe('');
    const page = (name: string): string => readFileSync(join(folder, 'site', name), 'utf8');
    expect(page('community.html')).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page('community.html')).not.toMatch(/<script>|<img/);
    expect(page('index.html')).toContain('<a href="community.html">Community</a>');
    expect(page('machines.html')).not.toContain('onerror');
  });

  it('does not file a record that contradicts one that lies there', async () => {
    writeFileSync(file, lines([near]));
    await bench('submit', file);
    writeFileSync(file, lines([{ ...near, counters: { dispatches: 7 } }]));
    const { code, err } = await bench('submit', file);
    expect(code).toBe(2);
    expect(err).toMatch(
      /A record of cell [0-9a-f]{12}… .* lies in .* already, with other results\. Nothing was filed/,
    );
    expect(filed()).toHaveLength(1);
  });

  it('says which lines are wrong, and files none of the others', async () => {
    const said = await saidOf(`${lines(records.slice(0, 2))}rubbish\n\n${lines([near]).slice(0, 500)}\n`);
    expect(said).toMatch(/line 3: no record: not JSON/);
    expect(said).toMatch(/line 5: no record: not JSON/);
  });
});

describe('a file that is none', () => {
  it.each([
    ['is not there', () => {}, /There is no .*theirs\.jsonl\./],
    ['is a folder', () => mkdirSync(file), /is no file\. Give the \.jsonl file/],
    ['is empty', () => writeFileSync(file, ' \n'), /is empty\. A file of records has one record a line/],
    [
      'is huge',
      () => writeFileSync(file, Buffer.alloc(65 * 2 ** 20, 32)),
      /has 65 MiB, and at most 64 MiB are read/,
    ],
    [
      'has too many lines',
      () => writeFileSync(file, '\n'.repeat(20_001)),
      /has more than 20,000 lines\. Split it/,
    ],
  ])('because it %s', async (_, make, sentence) => {
    make();
    const { code, err } = await bench('submit', file);
    expect(code).toBe(2);
    expect(err).toMatch(sentence);
  });

  it('because a line is too long, its bytes are damaged, or it is nested without end', async () => {
    expect(await saidOf(`${'x'.repeat(2 ** 20 + 1)}\n`)).toContain('longer than 1 MiB, which no record is');
    const bytes = Buffer.from(lines([near]));
    bytes[bytes.indexOf('quick')] = 0xff;
    expect(await saidOf(bytes)).toContain('not UTF-8');
    const nested = (levels: number) =>
      lines([{ ...near, details: { deep: 'here' } }]).replace(
        '"here"',
        `${'['.repeat(levels)}${']'.repeat(levels)}`,
      );
    expect(await saidOf(nested(20_000))).toContain('nested too deeply');
    expect(await saidOf(nested(40))).toContain('nested more than 24 levels deep');
  });

  it('because a newer program wrote it', async () => {
    const said = await saidOf(
      lines([
        { ...near, schemaVersion: 3 },
        { ...near, colour: 'red' },
      ]),
    );
    expect(said).toContain('line 1: written by a newer program (schemaVersion 3; this one reads 2)');
    expect(said).toMatch(/line 2: written by a newer program .*colour.*Update this checkout and submit/);
  });
});

describe('a text in a record', () => {
  const withNote = (note: string): string => lines([{ ...near, notes: [note] }]);

  it.each([
    ['<script>alert(1)</script>', 'markup'],
    ['x<img src=x onerror=alert(1)>', 'markup'],
    ['&#60;b', 'markup'],
    ['JavaScript:alert(1)', 'markup'],
    ['array<script>', 'markup', false],
    ['clear\u001b[2Jscreen', 'control characters'],
    ['two\nlines', 'control characters'],
    ['evil\u202etxt', 'control characters'],
    ['x'.repeat(2001), '2001 characters, where at most 2000 may stand'],
  ])('may not be %j', async (text, sentence, isRefused = true) => {
    if (isRefused)
      expect(await saidOf(withNote(text))).toContain(
        `notes[0]: a text ${sentence.startsWith('2') ? 'of' : 'with'} ${sentence}`,
      );
    const said = await saidOf(lines([{ ...near, details: { [`<b>${text}`]: 1 } }]));
    expect(said).toMatch(/details\.\S* ?.*: a text with/);
  });

  it('may hold the types of WGSL and the signs of mathematics', async () => {
    const notes = [
      'no matching call to max(vec4<f32>, i32) in array<vec4<f32>, 8>',
      '1 < 2 > 0 && a',
      'λ − µ ≤ ∞',
    ];
    writeFileSync(file, lines([{ ...near, notes }]));
    expect((await bench('submit', file)).out).toContain('1 record filed');
  });

  it('is nothing that becomes a path', async () => {
    const stable = {
      ...environment.stable,
      adapter: { ...environment.stable.adapter!, description: '../../../escaped' },
    };
    const theirs = { ...environment, stable, fingerprint: hashOf(stable) };
    const versionId = versionsOf(codeHash, () => theirs).idOf(
      cells.find(({ cellId }) => cellId === near.identity.cellId)!,
    );
    writeFileSync(file, lines([{ ...near, environment: theirs, identity: { ...near.identity, versionId } }]));
    expect((await bench('submit', file)).out).toContain('1 record filed');
    expect(filed()[0]).toMatch(/^community\/escaped-/);
  });
});

describe('a record is refused', () => {
  const phase = near.time?.phases.hypergradient as Phase;
  const inTime = (change: object): object => ({
    ...near,
    time: { ...near.time, phases: { ...near.time?.phases, hypergradient: { ...phase, ...change } } },
  });

  it.each([
    [
      'of other code',
      { identity: { ...near.identity, codeHash: 'e'.repeat(64) } },
      /measured by other code \(commit 0{12}\): its checksum is e{12}…, that of this checkout d{12}…/,
    ],
    [
      'of another measure version',
      { identity: { ...near.identity, measureVersion: 7 } },
      /measure version 7, and this checkout measures by version 1/,
    ],
    [
      'of another device than it names',
      { identity: { ...near.identity, versionId: 'a'.repeat(64) } },
      /identity\.versionId: not what .* gives; one of them was changed/,
    ],
    [
      'with an environment that was edited',
      { environment: { ...environment, stable: { ...environment.stable, memoryGiB: 9 } } },
      /environment\.fingerprint: not what the environment/,
    ],
    [
      'with a configuration that was edited',
      { config: { ...near.config, horizon: 3 } },
      /identity\.cellId: the configuration gives/,
    ],
    [
      'with other seeds',
      { seeds: { ...near.seeds, derived: { ...near.seeds.derived, data: 1 } } },
      /seeds: not what the configuration/,
    ],
    [
      'from the future',
      { run: { ...near.run, startedAt: '2999-01-01T00:00:00Z' } },
      /run\.startedAt: 2999-.* is in the future/,
    ],
    [
      'with a gradient that was edited',
      { gradient: { ...gradient, relativeError: 0.1 } },
      /gradient: cosine, relative error and ratio of lengths contradict/,
    ],
    [
      'with a cosine above 1',
      { gradient: { ...gradient, cosine: 1.5 } },
      /gradient\.cosine: 1\.5 is outside −1 to 1/,
    ],
    [
      'with a negative error',
      { gradient: { reference: 'x', cosine: null, relativeError: -1, signAgreement: 2 } },
      /signAgreement: 2 is outside.*[\s\S]*relativeError: -1 is below 0/,
    ],
    [
      'with too few bytes',
      { memory: { peakBytes: 16 } },
      /memory\.peakBytes: 16 bytes, and 5 numbers alone take 20/,
    ],
    [
      'with bytes that do not add up',
      { memory: { peakBytes: 64, peakBytesByClass: { weights: 60 } } },
      /64 bytes, and its classes add up to 60/,
    ],
    [
      'with an accuracy of 140 %',
      { training: { curve: [], final: { accuracy: 1.4 } } },
      /accuracy 1\.4, which is a share between 0 and 1/,
    ],
    ['with a field of none', { identity: { ...near.identity, attempt: 0 } }, /no record: identity\.attempt/],
  ])('%s', async (_, change, sentence) => {
    expect(await saidOf(lines([{ ...near, ...change }]))).toMatch(sentence);
  });

  it.each([
    [
      'faster than any device',
      { samples: [1e-5], summary: undefined },
      /0\.0000100 ms for 42 dispatches, which takes at least 0\.000840 ms/,
    ],
    ['of no time', { samples: [0] }, /a sample of zero or less/],
    [
      'whose statistics were edited',
      { summary: { ...phase.summary, median: 1 } },
      /summary: not what the samples give/,
    ],
    [
      'longer than its cell',
      { samples: [2000] },
      /its samples add up to 2000 ms, and the whole cell took 1000 ms/,
    ],
  ])('with a time %s', async (_, change, sentence) => {
    const { summarise } = await import('../record/summarise.ts');
    const summary =
      'summary' in change && change.summary ? change.summary : summarise(change.samples ?? phase.samples);
    expect(await saidOf(lines([inTime({ ...change, summary })]))).toMatch(sentence);
  });

  it('where an exact method is not exact, and where a known cell comes to something else', async () => {
    const exact = records.find(({ config }) => config.method === 'exact') as CellRecord;
    expect(await saidOf(lines([{ ...exact, gradient }]))).toMatch(
      /exact is exact, and 0\.8 is more than rounding/,
    );
    const own = join(folder, 'own.jsonl');
    writeFileSync(own, lines([near]));
    const { reviewFile } = await import('./review.ts');
    const other = { ...gradient, cosine: 0.8, relativeError: 0.6, normRatio: 0.8 };
    writeFileSync(file, lines([{ ...near, gradient: other }]));
    const expectations = { suites: [suite], codeHashOf: () => codeHash };
    expect(reviewFile(file, { ...expectations, known: [near] }).problems).toEqual([
      {
        line: 1,
        sentence: expect.stringMatching(
          /^gradient\.cosine: 0\.8, and the reference value of this cell is 0\.6/,
        ),
      },
      { line: 1, sentence: expect.stringMatching(/^gradient\.relativeError: 0\.6, and the reference value/) },
    ]);
    expect(reviewFile(own, { ...expectations, known: [near] }).problems).toEqual([]);
  });

  it('as no cell of this benchmark, with what there is', async () => {
    const { cellIdOf } = await import('../cell/identity.ts');
    const config = { ...near.config, method: 'nears' };
    const said = await saidOf(
      lines([{ ...near, config, identity: { ...near.identity, cellId: cellIdOf(config) } }]),
    );
    expect(said).toMatch(/no cell of this benchmark: There is no method nears/);
    const odd = { ...near.config, parameters: { rate: 7 } };
    const said2 = await saidOf(
      lines([{ ...near, config: odd, identity: { ...near.identity, cellId: cellIdOf(odd) } }]),
    );
    expect(said2).toContain('no cell of this benchmark: its parameters are none that the suite has');
  });

  it('when two lines are one attempt with two results', async () => {
    expect(await saidOf(lines([near, { ...near, counters: { dispatches: 41 } }]))).toContain(
      'line 2: the same attempt at the same cell',
    );
  });
});
