import { expect, it } from 'vitest';
import { defineSuite } from '../../cell/suite.ts';
import { fixtureRecord } from '../../record/fixture/records.ts';
import type { CellRecord } from '../../record/record.ts';
import { leaderboardRows } from '../rows.ts';
import { answersOf } from './index.ts';

const problems = ['north', 'south', 'east', 'west', 'few'];
const named = {
  name: 'duels',
  title: 'Duels',
  description: 'Two methods on problems where one, the other or neither is better.',
  measureVersion: 1,
  problems: problems.map((name) => ({ name, title: name.toUpperCase() })),
  methods: [{ name: 'new' }, { name: 'old' }, { name: 'third' }],
  passes: ['training'],
  profiles: { quick: { horizons: [10, 20], dimensions: [1, 2], seeds: [0] } },
  metric: { name: 'loss', title: 'Loss', direction: 'lower' as const },
};
const suite = defineSuite({ ...named, rivals: ['new', 'old'] });

/** A training that ended at a loss. */
function ended(method: string, problem: string, seed: number, loss: number, horizon = 20, dimension = 1) {
  return fixtureRecord(
    {
      status: 'ok',
      training: { curve: [{ step: 0, metrics: { loss: 9 } }], final: { loss } },
    },
    { suite: 'duels', problem, method, seed, horizon, dimension, pass: 'training' },
  );
}

/** Seeds differ by a factor of two and more; what is told apart is so seed by seed. */
const noise = [1, 2, 0.5, 1.3, 0.8, 1.7];
const pair = (problem: string, ratios: readonly number[], horizon = 20, dimension = 1): CellRecord[] =>
  ratios.flatMap((ratio, seed) => [
    ended('new', problem, seed, noise[seed]! * ratio, horizon, dimension),
    ended('old', problem, seed, noise[seed]!, horizon, dimension),
  ]);
const said = (records: readonly CellRecord[], of = suite) =>
  answersOf({ suite: of, rows: leaderboardRows(records, [of]) }).find(({ question }) =>
    question.endsWith('?'),
  );

it('says on which problems training with one of two methods ends better, with the other, and where nothing is shown', () => {
  const records = [
    ...pair('north', [0.5, 0.52, 0.49, 0.5, 0.51, 0.5]),
    ...pair('south', [1.5, 1.55, 1.45, 1.5, 1.52, 1.5]),
    ...pair('east', [0.7, 1.4, 0.8, 1.2, 1.1, 0.9]),
    ...pair('few', [0.5, 0.5, 0.5, 0.5]),
    ended('third', 'west', 0, 1),
    ended('new', 'west', 0, 1),
  ];
  expect(said(records)).toEqual({
    question: 'new or old?',
    sentences: [
      'Where training ends, over paired seeds; right at 95 % for all problems together.',
      'new ends better: NORTH (T = 20, p = 1, 6 seeds).',
      'old ends better: SOUTH (T = 20, p = 1, 6 seeds).',
      'No difference is shown: EAST (T = 20, p = 1, 6 seeds).',
      'Too few seeds to tell: FEW (T = 20, p = 1, 4 seeds).',
    ],
  });
});

it('looks at the longest T, then the largest p, that both were trained at', () => {
  const records = [
    ...pair('north', [0.5, 0.52, 0.49, 0.5, 0.51], 10, 2),
    ...pair('north', [0.5, 0.52, 0.49, 0.5, 0.51], 20, 1),
    ...pair('north', [2, 2.1, 1.9, 2, 2.05], 20, 2),
    ended('new', 'north', 0, 1, 20, 3),
  ];
  expect(said(records)?.sentences.slice(1)).toEqual(['old ends better: NORTH (T = 20, p = 2, 5 seeds).']);
});

it('claims no more than it may over many problems: what one problem would show, five do not', () => {
  // Alone, a p-value between 0.01 and 0.05.
  const ratios = [0.7, 0.9, 0.75, 0.95, 0.85];
  const alone = said(pair('north', ratios))?.sentences.slice(1);
  expect(alone).toEqual(['new ends better: NORTH (T = 20, p = 1, 5 seeds).']);
  const others = problems.slice(1).flatMap((problem) => pair(problem, [0.7, 1.4, 0.8, 1.2, 1.1]));
  const where = ['EAST', 'FEW', 'NORTH', 'SOUTH']
    .map((name) => `${name} (T = 20, p = 1, 5 seeds)`)
    .join(', ');
  expect(said([...pair('north', ratios), ...others])?.sentences.slice(1)).toEqual([
    `No difference is shown: ${where} and WEST (T = 20, p = 1, 5 seeds).`,
  ]);
});

it('is silent where all have few seeds, where a seed failed, and in suites that name no two', () => {
  expect(said(pair('north', [0.5, 0.5]))?.sentences).toEqual([]);
  const diverged = fixtureRecord(
    { status: 'diverged', reason: 'NaN' },
    { suite: 'duels', problem: 'north', method: 'new', seed: 0, horizon: 20, dimension: 1, pass: 'training' },
  );
  const failing = [
    ...pair('north', [1, 0.5, 0.5, 0.5, 0.5]).filter(
      ({ config }) => !(config.method === 'new' && config.seed === 0),
    ),
    diverged,
  ];
  expect(said(failing)?.sentences).toEqual([]);
  expect(said(pair('north', [0.5, 0.5, 0.5, 0.5, 0.5]), defineSuite(named))).toBeUndefined();
});
