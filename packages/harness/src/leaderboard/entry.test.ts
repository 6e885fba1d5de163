import { expect, it } from 'vitest';
import { fixtureRecord, fullMeasurement } from '../record/fixture/records.ts';
import { syntheticRecords } from '../report/fixture/records.ts';
import { syntheticSuites } from '../report/fixture/suites.ts';
import { entryMaker } from './entry.ts';
import { leaderboardRows } from './rows.ts';

it('rows of entries are the rows of their records', () => {
  const records = syntheticRecords();
  const entries = records.map(entryMaker(syntheticSuites, { curves: true }));
  const numbersOf = (rows: ReturnType<typeof leaderboardRows>): unknown =>
    rows.map(({ records: _records, ...row }) => row);
  expect(numbersOf(leaderboardRows(entries, syntheticSuites))).toEqual(
    numbersOf(leaderboardRows(records, syntheticSuites)),
  );
});

it('an entry holds what is ranked and shares what is equal', () => {
  const entryOf = entryMaker([], { curves: false });
  const read = (): Parameters<typeof entryOf>[0] =>
    JSON.parse(JSON.stringify(fixtureRecord(fullMeasurement, { seed: 1 })));
  const [first, second] = [entryOf(read()), entryOf(read())];
  expect(first.environment.stable).toBe(second.environment.stable);
  expect(first.config.parameters).toBe(second.config.parameters);
  expect(first.memory?.peakBytesByClass).toBe(second.memory?.peakBytesByClass);
  expect(Object.keys(first.time?.phases ?? {})).toEqual([fullMeasurement.time?.primaryPhase]);
  expect(first.training).toMatchObject({ finalSamples: {} });
  // Where a curve begins is what its end is held against.
  expect(first.training?.curve).toHaveLength(1);
  expect(Object.keys(first)).not.toEqual(expect.arrayContaining(['details']));
  expect(JSON.stringify(first).length).toBeLessThan(JSON.stringify(read()).length / 2);
});
