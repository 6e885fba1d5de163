import { describe, expect, it } from 'vitest';
import { defineSuite } from '../cell/suite.ts';
import { listText } from './list.ts';

const suite = defineSuite({
  name: 'costs',
  title: 'Costs',
  description: '',
  measureVersion: 1,
  problems: [
    { name: 'quadratic', title: 'A quadratic' },
    { name: 'waves', dimension: { minimum: 20, maximum: 240, values: [20, 240] } },
    { name: 'pictures', absent: 'its data set is not here' },
  ],
  methods: [
    { name: 'exact', id: 'hyper/exact', role: 'reference', title: 'Exact' },
    { name: 'slow', horizon: { minimum: 5, maximum: 1e9 } },
    { name: 'narrow', problems: ['quadratic'] },
  ],
  passes: ['gradient', 'time'],
  metric: { name: 'loss', title: 'Loss', direction: 'lower' },
  profiles: {
    quick: {
      problems: ['quadratic', 'waves'],
      horizons: [1, 10],
      dimensions: [1, 20],
      seeds: [0],
      overrides: [{ where: { problems: ['waves'], methods: ['slow'] }, seeds: [] }],
    },
    full: { horizons: [1], dimensions: [20], seeds: [0, 1], methods: ['exact'] },
  },
});
const other = defineSuite({
  ...suite,
  name: 'other',
  profiles: { quick: { horizons: [1], dimensions: [20], seeds: [0] } },
});

describe('bench list', () => {
  it('names suites with their passes and the cells of every profile', () => {
    expect(listText([suite, other], 'suites', {})).toMatchInlineSnapshot(`
      "suite  what   passes          problems  methods  quick: cells  full: cells
      ──────────────────────────────────────────────────────────────────────────
      costs  Costs  gradient, time         3        3            28           12
      other  Costs  gradient, time         3        3            14"
    `);
  });

  it('names problems with their sizes, and says what is not here', () => {
    expect(listText([suite, other], 'problems', { suites: ['costs'] })).toMatchInlineSnapshot(`
      "suite  problem    T  p        measured by  quick: cells  full: cells  what
      ──────────────────────────────────────────────────────────────────────────────────────────────
      costs  quadratic              Loss                   24            4  A quadratic
      costs  waves         20, 240  Loss                    4            4
      costs  pictures               Loss                                 4  its data set is not here"
    `);
  });

  it('names methods with their ids, and the rules that leave them out of a profile', () => {
    expect(listText([suite], 'methods', {})).toMatchInlineSnapshot(`
      "suite  method  id           role       T       p  quick: problems  full: problems  what
      ────────────────────────────────────────────────────────────────────────────────────────
      costs  exact   hyper/exact  reference                      2 of 3          3 of 3  Exact
      costs  slow                 method     from 5              1 of 3
      costs  narrow               method                         1 of 3

      --profile says which rules leave methods out; one that is chosen by --method runs wherever it can."
    `);
    expect(listText([suite], 'methods', { profile: 'quick' })).toMatchInlineSnapshot(`
      "suite  method  id           role       T       p  quick: problems  what
      ────────────────────────────────────────────────────────────────────────
      costs  exact   hyper/exact  reference                      2 of 3  Exact
      costs  slow                 method     from 5              1 of 3
      costs  narrow               method                         1 of 3

      Without cells in quick:
        narrow is not compared on waves in costs; it is on quadratic.
        quick of costs leaves out the problem pictures: its data set is not here.
        quick of costs has no seeds in gradient and time on waves for slow."
    `);
  });

  it('names profiles with their axes', () => {
    expect(listText([suite, other], 'profiles', {})).toMatchInlineSnapshot(`
      "suite  profile  passes          T     p     seeds  problems  methods  cells  s a cell
      ─────────────────────────────────────────────────────────────────────────────────────
      costs  quick    gradient, time  1 10  1 20  0             2        3     28       600
      costs  full     gradient, time  1     20    0 1           3        1     12       600
      other  quick    gradient, time  1     20    0             3        3     14       600"
    `);
  });

  it('refuses lists, suites and profiles that there are not', () => {
    expect(() => listText([suite], 'problem', {})).toThrow(
      'There is no list problem. Known are methods, problems, profiles and suites.',
    );
    expect(() => listText([suite], 'suites', { suites: ['cost'] })).toThrow('There is no suite cost.');
    expect(() => listText([suite, other], 'suites', { suites: ['other'], profile: 'full' })).toThrow(
      'There is no profile full. Known are quick.',
    );
  });
});
