import type { CellRecord } from '@longhorizon/harness';
import { expect, it } from 'vitest';
import { type Report, tablesOf } from './tables.ts';

type Final = Readonly<Record<string, number>>;
const record = (method: string, seed: number, final: Final, problem = 'faces'): CellRecord =>
  ({
    config: { suite: 'attack', problem, method, seed, pass: 'training' },
    status: 'ok',
    training: { curve: [], final },
  }) as unknown as CellRecord;

const report: Report = {
  suite: {
    name: 'attack',
    metric: { name: 'success', title: 'Success', direction: 'higher', share: true },
    moreMetrics: [
      { name: 'distance', title: 'Distance', direction: 'lower' },
      { name: 'queries', title: 'Queries', direction: 'lower' },
    ],
    methods: ['zeroth-order', 'random-attacker', 'reptile-attacker'].map((name) => ({ name })),
  },
  pairs: [['reptile-attacker', 'random-attacker']],
};

it('a method has a line, and a pair the difference on the seeds that both have', () => {
  const records = [
    record('zeroth-order', 0, { success: 1, distance: 0.25, queries: 1234 }),
    record('random-attacker', 0, { success: 0.9, distance: 2, queries: 150 }),
    record('random-attacker', 1, { success: 0.9, distance: 2, queries: 160 }),
    record('reptile-attacker', 0, { success: 0.95, distance: 1.5, queries: 120 }),
    record('reptile-attacker', 1, { success: 0.95, distance: 1.5, queries: 130 }),
    record('reptile-attacker', 2, { success: 0.05, distance: 9, queries: 999 }),
  ];
  expect(tablesOf(records.slice(0, 5), report)).toMatchInlineSnapshot(`
    "### faces

    |  | Success, % | Distance | Queries | seeds |
    | --- | --- | --- | --- | --- |
    | zeroth-order | 100.0 | 0.25 | 1234 | 1 |
    | random-attacker | 90.0 ± 0.0 | 2.00 ± 0.00 | 155 ± 64 | 2 |
    | reptile-attacker | 95.0 ± 0.0 | 1.50 ± 0.00 | 125 ± 64 | 2 |
    | reptile-attacker − random-attacker | +5.0 ± 0.0 | -0.50 ± 0.00 | -30.00 ± 0.00 | 2 |
    "
  `);
  // A seed that the other method lacks changes a mean, and no difference.
  const difference = (some: readonly CellRecord[]) =>
    tablesOf(some, report)
      .split('\n')
      .find((line) => line.includes(' − '));
  expect(difference(records)).toBe(difference(records.slice(0, 5)));
});

it('problems have a table each, in order; records of other suites have no part', () => {
  const records = [
    record('zeroth-order', 0, { queries: 10 }, 'two'),
    record('zeroth-order', 0, { queries: 20 }, 'one'),
  ];
  const other = { ...records[0]!, config: { ...records[0]!.config, suite: 'long-tailed', problem: 'three' } };
  const heads = tablesOf([...records, other], report).match(/^### .*$/gm);
  expect(heads).toEqual(['### one', '### two']);
});
