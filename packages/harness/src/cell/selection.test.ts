import { describe, expect, it } from 'vitest';
import { nearest, unknownName } from '../nearest.ts';
import { listCells } from './cell-list.ts';
import { defineSuite, type ProblemSpec } from './suite.ts';

const network: ProblemSpec = { name: 'my-net', dimension: { minimum: 81, maximum: 81 } };
const suite = defineSuite({
  name: 'costs',
  title: 'Costs',
  description: '',
  measureVersion: 1,
  problems: [
    { name: 'quadratic' },
    { name: 'waves', dimension: { minimum: 20, maximum: 240, values: [20, 240] } },
    { name: 'pictures', absent: 'its data set is not here' },
    network,
  ],
  methods: [
    { name: 'exact', id: 'hyper/exact' },
    { name: 'slow', id: 'hyper/slow' },
    { name: 'dear', id: 'hyper/dear' },
    { name: 'narrow', problems: ['quadratic'] },
  ],
  passes: ['gradient', 'time'],
  profiles: {
    quick: {
      problems: ['quadratic', 'waves', 'my-net'],
      methods: ['exact', 'slow', 'narrow'],
      passes: ['gradient'],
      horizons: [1, 10],
      dimensions: [1, 100],
      seeds: [0],
      overrides: [{ where: { problems: ['quadratic'], methods: ['slow'] }, seeds: [] }],
    },
    full: {
      horizons: [1],
      dimensions: [1, 20],
      seeds: [0, 1],
      overrides: [{ where: { passes: ['time'], problems: ['quadratic'] }, seeds: [] }],
    },
  },
});
const other = defineSuite({
  ...suite,
  name: 'starts',
  problems: [{ name: 'glyphs' }],
  methods: [{ name: 'maml' }],
  profiles: { quick: { horizons: [1], dimensions: [1], seeds: [0] } },
});

type Filters = Omit<Parameters<typeof listCells>[1], 'profile'>;
const cellsOf = (filters: Filters, profile = 'quick') =>
  listCells([suite, other], { profile, ...filters }).cells.map(({ config }) => config);
const refusal = (filters: Filters, profile = 'quick'): string => {
  try {
    cellsOf(filters, profile);
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
};

describe('what a selection has', () => {
  it('is a problem of one size at that size, whatever the profile has for others', () => {
    expect(new Set(cellsOf({ problems: ['my-net'] }).map(({ dimension }) => dimension))).toEqual(
      new Set([81]),
    );
    const { leftOut } = listCells([suite], { profile: 'quick', problems: ['my-net'] });
    expect(leftOut).toEqual([]);
  });

  it('is a method that is named where rules for single methods leave it out, and no other', () => {
    const methodsOn = (filters: Filters) => [
      ...new Set(cellsOf({ problems: ['quadratic'], ...filters }).map(({ method }) => method)),
    ];
    expect(methodsOn({})).toEqual(['exact', 'narrow']);
    expect(methodsOn({ methods: ['hyper/slow'] })).toEqual(['slow']);
    expect(methodsOn({ methods: ['dear', 'exact'] })).toEqual(['exact', 'dear']);
    expect(new Set(cellsOf({}).map(({ method }) => method))).not.toContain('dear');
  });
});

describe('a selection of nothing', () => {
  it.each([
    [
      { problems: ['waves'] },
      'Nothing to run:\n' +
        '  waves takes p = 20, 240; quick of costs asks for p = 1, 100: give --dim 20.\n' +
        '  Such cells are in --profile full (12 cells).',
    ],
    [
      { problems: ['my-net'], passes: ['time'] },
      'Nothing to run:\n' +
        '  quick of costs has no pass time; it has gradient.\n' +
        '  Such cells are in --profile full (6 cells).',
    ],
    [
      { problems: ['pictures'] },
      'Nothing to run:\n' +
        '  quick of costs leaves out the problem pictures: its data set is not here.\n' +
        '  Such cells are in --profile full (24 cells).',
    ],
    [
      { methods: ['narrow'], problems: ['my-net'] },
      'Nothing to run:\n  narrow is not compared on my-net in costs; it is on quadratic.',
    ],
    [
      { methods: ['maml'], problems: ['quadratic'] },
      'Nothing to run:\n  no suite has all of these: profile quick in costs and starts; problem quadratic in costs; method maml in starts.',
    ],
  ] as const)('says which rule leaves %j out, and what helps', (filters, message) => {
    expect(refusal(filters)).toBe(message);
  });

  it('never advises the profile that was given', () => {
    const message = refusal({ problems: ['quadratic'], passes: ['time'] }, 'full');
    expect(message).toBe(
      'Nothing to run:\n' +
        ['exact', 'slow', 'dear', 'narrow']
          .map((method) => `  full of costs has no seeds for ${method} on quadratic in the pass time.`)
          .join('\n'),
    );
  });

  it('says of an id that no cell begins with it', () => {
    expect(refusal({ cells: ['zzz'] })).toContain('No selected cell has an id that begins with zzz.');
  });
});

describe('a list that is too long', () => {
  it('is refused by its count, before a cell of it is made', () => {
    const seeds = Array.from({ length: 10_000 }, (_, seed) => seed);
    const horizons = Array.from({ length: 1000 }, (_, T) => T + 1);
    expect(refusal({ seeds, horizons })).toContain('That comes to 80,000,000 cells; at most 400,000');
  });

  it('is counted exactly', () => {
    const seeds = Array.from({ length: 13_334 }, (_, seed) => seed);
    const dimensions = [1, 2, 3, 4, 5];
    const count = seeds.length * dimensions.length * 2 * 3;
    expect(
      refusal({ seeds, dimensions, problems: ['quadratic'], methods: ['exact', 'slow', 'dear'] }),
    ).toContain(`That comes to ${count.toLocaleString('en')} cells`);
    expect(
      cellsOf({ seeds: seeds.slice(0, 10), dimensions, problems: ['quadratic'], methods: ['exact'] }),
    ).toHaveLength(100);
  });
});

describe('a name that is not known', () => {
  const names = ['neumann', 'maml', 'fomaml', 'exact-reverse', 'truncated-reverse', 'forward', 'reptile'];

  it('is answered with the nearest three: what begins with the word or holds it, then by edits', () => {
    expect(nearest('neuman', names)[0]).toBe('neumann');
    expect(nearest('Exact', names)[0]).toBe('exact-reverse');
    expect(nearest('reverse', names).slice(0, 2)).toEqual(['exact-reverse', 'truncated-reverse']);
    expect(nearest('mmal', names)[0]).toBe('maml');
    expect(unknownName('method', ['neuman'], names, 'bench list methods')).toMatch(
      /^There is no method neuman\. The nearest are neumann, \S+ and \S+\. "bench list methods" prints all 7\.$/,
    );
  });

  it('is answered as the file that it is', () => {
    expect(unknownName('problem', ['./mine.ts'], names)).toMatch(
      /^\.\/mine\.ts is a file, and problems are chosen by name here; let one of your own join a suite first/,
    );
  });

  it('is answered with all names where they are few', () => {
    expect(unknownName('profile', ['slow'], ['quick', 'full'])).toBe(
      'There is no profile slow. Known are full and quick.',
    );
  });

  it('is compared with ids where it is one', () => {
    const methods = Array.from({ length: 9 }, (_, k) => ({ name: `m${k}`, id: `hyper/m${k}` }));
    const wide = defineSuite({
      ...suite,
      methods,
      profiles: { quick: { horizons: [1], dimensions: [1], seeds: [0] } },
    });
    expect(() => listCells([wide], { profile: 'quick', methods: ['hyper/m9'] })).toThrow(
      /nearest are hyper\/m0, hyper\/m1 and hyper\/m2\. "bench list methods" prints all 9\./,
    );
  });
});
