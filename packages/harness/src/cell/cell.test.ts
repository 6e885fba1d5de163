import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { listCells } from './cell-list.ts';
import type { CellConfig } from './config.ts';
import { canonicalJson, cellIdOf, versionIdOf } from './identity.ts';
import { deriveSeed, deriveSeeds } from './seeds.ts';
import { parseShard, takeShard } from './shard.ts';
import { hashSources } from './sources.ts';
import { defineSuite, type Suite } from './suite.ts';

const config: CellConfig = {
  suite: 'gradient',
  problem: 'quadratic',
  method: 'exact',
  horizon: 100,
  dimension: 10,
  seed: 0,
  profile: 'quick',
  pass: 'time',
  parameters: { batch: 32 },
};

const suite: Suite = defineSuite({
  name: 'gradient',
  title: 'Gradients',
  description: 'How good a gradient is and what it costs.',
  measureVersion: 1,
  problems: [
    { name: 'quadratic', dimension: { minimum: 1, maximum: 1000 } },
    { name: 'cleaning', dimension: { minimum: 10, maximum: 1e6, because: 'p is the number of samples' } },
  ],
  methods: [
    { name: 'exact', role: 'reference' },
    { name: 'forward', dimension: { minimum: 1, maximum: 100, because: 'one tangent per hyperparameter' } },
    { name: 'online', problems: ['quadratic'] },
  ],
  passes: ['gradient', 'memory', 'time'],
  profiles: {
    quick: {
      horizons: [1, 10],
      dimensions: [1, 1000],
      seeds: [0, 1],
      overrides: [{ where: { passes: ['memory'] }, seeds: [0], parameters: { rounds: 1 } }],
      timeoutSeconds: 60,
    },
    full: {
      horizons: [1],
      dimensions: [10],
      seeds: [0],
      parameterAxes: { batch: [16, 32], rate: [0.1, 0.2] },
    },
  },
  isolation: { memory: 'process' },
});

describe('identity', () => {
  it('does not depend on the order of keys', () => {
    const reordered = Object.fromEntries(Object.entries(config).reverse()) as unknown as CellConfig;
    expect(cellIdOf(reordered)).toBe(cellIdOf(config));
    expect(canonicalJson({ b: 1e21, a: -0 })).toBe('{"a":0,"b":1e+21}');
  });

  it('changes with every field', () => {
    const changed: readonly CellConfig[] = [
      { ...config, horizon: 101 },
      { ...config, pass: 'memory' },
      { ...config, parameters: { batch: 33 } },
      { ...config, profile: 'full' },
    ];
    expect(new Set([config, ...changed].map(cellIdOf)).size).toBe(5);
  });

  it('refuses numbers that JSON cannot say', () => {
    expect(() => cellIdOf({ ...config, parameters: { rate: Number.NaN } })).toThrow(/NaN/);
  });

  it('separates answers by code, device and measure version', () => {
    const version = { measureVersion: 1, codeHash: 'a', device: null };
    const ids = [
      version,
      { ...version, codeHash: 'b' },
      { ...version, device: 'x' },
      { ...version, measureVersion: 2 },
    ];
    expect(new Set(ids.map(versionIdOf)).size).toBe(4);
  });
});

describe('hashes of sources', () => {
  const folder = mkdtempSync(join(tmpdir(), 'harness-sources-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const write = (root: string, files: Readonly<Record<string, string>>): string => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, root, name)), { recursive: true });
      writeFileSync(join(folder, root, name), text);
    }
    return hashSources([join(folder, root)], join(folder, root));
  };

  it('change with contents and names, not with place, tests or other files', () => {
    const hash = write('a', { 'x.ts': '1', 'below/y.wgsl': '2' });
    expect(write('b', { 'x.ts': '1', 'below/y.wgsl': '2', 'x.test.ts': '3', 'notes.md': '4' })).toBe(hash);
    expect(write('c', { 'x.ts': '1', 'below/y.wgsl': '3' })).not.toBe(hash);
    expect(write('d', { 'z.ts': '1', 'below/y.wgsl': '2' })).not.toBe(hash);
  });
});

describe('seeds', () => {
  it('share what the axes leave out and differ in what they name', () => {
    const other = { ...config, method: 'online', horizon: 1 };
    const ours = deriveSeeds(config).derived;
    const theirs = deriveSeeds(other).derived;
    expect(theirs.data).toBe(ours.data);
    expect(theirs.initialisation).toBe(ours.initialisation);
    expect(theirs.noise).not.toBe(ours.noise);
    expect(ours.data).not.toBe(ours.initialisation);
    expect(deriveSeeds({ ...config, seed: 1 }).derived.data).not.toBe(ours.data);
  });

  it('are unsigned 32-bit numbers that stay the same for ever', () => {
    expect(deriveSeed('data', config, ['suite', 'problem', 'seed'])).toMatchInlineSnapshot(`4250402422`);
    expect(deriveSeed('data', config, ['seed', 'problem', 'suite'])).toBe(
      deriveSeed('data', config, ['suite', 'problem', 'seed']),
    );
  });
});

describe('planning', () => {
  it('goes pass by pass with the methods innermost', () => {
    const { cells } = listCells([suite], {
      profile: 'quick',
      problems: ['quadratic'],
      seeds: [0],
      horizons: [1],
      dimensions: [1],
    });
    expect(cells.map(({ config: { pass, method } }) => `${pass} ${method}`)).toEqual([
      'gradient exact',
      'gradient forward',
      'gradient online',
      'memory exact',
      'memory forward',
      'memory online',
      'time exact',
      'time forward',
      'time online',
    ]);
  });

  it('applies overrides, isolation and time limits', () => {
    const { cells } = listCells([suite], { profile: 'quick' });
    const memory = cells.filter((cell) => cell.config.pass === 'memory');
    expect(new Set(memory.map((cell) => cell.config.seed))).toEqual(new Set([0]));
    expect(memory.every((cell) => cell.isolation === 'process' && cell.config.parameters.rounds === 1)).toBe(
      true,
    );
    expect(cells.every((cell) => cell.timeoutMs === 60_000)).toBe(true);
    expect(cells.find((cell) => cell.config.pass === 'time')?.isolation).toBe('in-process');
  });

  it('leaves out values a problem does not have and marks those a method does not admit', () => {
    const { cells, leftOut } = listCells([suite], { profile: 'quick' });
    expect(leftOut.map((left) => left.reason)).toEqual([
      'gradient/cleaning has no dimension 1: possible are 10 to 1000000 (p is the number of samples).',
    ]);
    const forward = cells.filter(
      (cell) => cell.config.method === 'forward' && cell.config.dimension === 1000,
    );
    expect(forward.length).toBeGreaterThan(0);
    expect(forward[0]?.unsupported).toBe(
      'forward admits p 1 to 100 (one tangent per hyperparameter); p=1000 was asked for.',
    );
    expect(cells.some((cell) => cell.config.method === 'online' && cell.config.problem === 'cleaning')).toBe(
      false,
    );
  });

  it('takes the cross product of free axes', () => {
    const { cells } = listCells([suite], {
      profile: 'full',
      methods: ['exact'],
      problems: ['cleaning'],
      passes: ['time'],
    });
    expect(cells.map((cell) => cell.config.parameters)).toEqual([
      { batch: 16, rate: 0.1 },
      { batch: 16, rate: 0.2 },
      { batch: 32, rate: 0.1 },
      { batch: 32, rate: 0.2 },
    ]);
  });

  it('names what is known when a name is not', () => {
    const listing = (selection: object) => () => listCells([suite], { profile: 'quick', ...selection });
    expect(listing({ suites: ['gradients'] })).toThrow('There is no suite gradients. Known are gradient.');
    expect(listing({ methods: ['exact', 'maml'] })).toThrow(
      'There is no method maml. Known are exact, forward and online.',
    );
    expect(listing({ profile: 'slow' })).toThrow('There is no profile slow. Known are full and quick.');
    expect(listing({ suites: ['nothing'] })).toThrow(UsageError);
  });

  it('names the range when a value is impossible, even beside possible ones', () => {
    expect(() => listCells([suite], { profile: 'quick', dimensions: [10, 2_000_000] })).toThrow(
      'gradient/quadratic has no dimension 2000000: possible are 1 to 1000.\n' +
        'gradient/cleaning has no dimension 2000000: possible are 10 to 1000000 (p is the number of samples).',
    );
    expect(() => listCells([suite], { profile: 'quick', horizons: [0] })).toThrow(
      'possible are 1 to 1000000000',
    );
  });

  it('gives every cell its own identity', () => {
    const { cells } = listCells([suite], { profile: 'quick' });
    expect(new Set(cells.map((cell) => cell.cellId)).size).toBe(cells.length);
  });

  it("adds a method's measure version to the suite's, so that either asks for new answers", () => {
    const versions = (ofSuite: number, ofMethod: number) => {
      const methods = suite.methods.map((one) =>
        one.name === 'online' ? { ...one, measureVersion: ofMethod } : one,
      );
      const { cells } = listCells([{ ...suite, measureVersion: ofSuite, methods }], { profile: 'quick' });
      return Object.fromEntries(
        cells.map(({ config: { method }, measureVersion }) => [method, measureVersion]),
      );
    };
    expect(versions(1, 0)).toEqual({ exact: 1, forward: 1, online: 1 });
    expect(versions(1, 2)).toEqual({ exact: 1, forward: 1, online: 3 });
    expect(versions(2, 2)).toEqual({ exact: 2, forward: 2, online: 4 });
  });
});

describe('shards', () => {
  const { cells } = listCells([suite], { profile: 'quick' });

  it('together are all cells, and no cell is in two', () => {
    const shards = [1, 2, 3].map((index) => takeShard(cells, { index, count: 3 }));
    expect(
      shards
        .flat()
        .map((cell) => cell.cellId)
        .sort(),
    ).toEqual(cells.map((cell) => cell.cellId).sort());
    expect(shards.every((shard) => shard.length > 0)).toBe(true);
  });

  it('keep the methods of one comparison together', () => {
    const [first] = [takeShard(cells, { index: 1, count: 2 })];
    const point = first?.[0]?.config;
    const same = ({ config: other }: { config: CellConfig }) =>
      JSON.stringify({ ...other, method: '' }) === JSON.stringify({ ...point, method: '' });
    expect(first?.filter(same).length).toBe(cells.filter(same).length);
  });

  it('refuse what is not i/n', () => {
    expect(parseShard('2/4')).toEqual({ index: 2, count: 4 });
    for (const wrong of ['0/4', '5/4', '1', '1/0', 'a/b'])
      expect(() => parseShard(wrong)).toThrow(/write i\/n/);
  });
});

describe('declaring a suite', () => {
  it.each([
    [{ passes: [] }, 'there are no passes'],
    [{ problems: [{ name: 'a' }, { name: 'a' }] }, 'the problems name a twice'],
    [{ methods: [{ name: 'A b' }] }, 'the name A b among the methods'],
    [
      { methods: [{ name: 'exact', problems: ['nowhere'] }] },
      'method exact names nowhere; known are quadratic, cleaning',
    ],
    [
      { methods: [{ name: 'exact', measureVersion: -1 }] },
      'method exact: measureVersion must be a whole number from 0',
    ],
    [
      { profiles: { quick: { horizons: [1.5], dimensions: [1], seeds: [0] } } },
      'profile quick: horizons holds 1.5',
    ],
    [
      { profiles: { quick: { horizons: [1], dimensions: [1], seeds: [0], passes: ['x'] } } },
      'profile quick names x',
    ],
    [{ isolation: { speed: 'process' } }, 'isolation names speed'],
  ] as const)('refuses %j', (change, message) => {
    expect(() => defineSuite({ ...suite, ...change } as Suite)).toThrow(message);
  });
});
