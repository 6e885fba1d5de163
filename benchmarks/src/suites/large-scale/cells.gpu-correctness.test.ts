/** @file Cells of the suite `large-scale`, end to end on small problems. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBench, type Selection, stableContent } from '@longhorizon/harness';
import { afterAll, expect, it } from 'vitest';
import { closeDevices, describeDevice, sharedDevice } from '../../measurements/device.ts';
import { classifyError } from '../../measurements/failures.ts';
import { largeScale } from './index.ts';
import { largeScaleSuite } from './suite.ts';
import { tunedFor } from './tuned.ts';

const folder = mkdtempSync(join(tmpdir(), 'initialisation-cells-'));
afterAll(async () => {
  await closeDevices();
  rmSync(folder, { recursive: true, force: true });
});

async function run(name: string, selection: Omit<Selection, 'profile'>) {
  const { records } = await runBench({
    suites: [largeScale.suite],
    selection: {
      profile: 'quick',
      suites: ['large-scale'],
      problems: ['quadratics'],
      seeds: [0],
      ...selection,
    },
    runCell: largeScale.runCell,
    classifyError,
    outputFolder: join(folder, name),
    adapter: describeDevice(await sharedDevice(undefined)),
    codeHash: 'this test',
    isolation: 'in-process',
  });
  return records;
}

const small = { dimensions: [10], horizons: [10] };
const methods = ['trajectory-shifting', 'reptile', 'scratch'];

it('measure bytes as predicted, seconds in turns, and what is learned, the same every time', async () => {
  const [first, second] = [
    await run('first', { ...small, methods }),
    await run('second', { ...small, methods }),
  ];
  expect(first.map(({ status }) => status)).toEqual(first.map(() => 'ok'));
  expect(second.map((record) => stableContent(record))).toEqual(first.map((record) => stableContent(record)));
  const of = (pass: string, method: string) =>
    first.find(({ config }) => config.pass === pass && config.method === method)!;
  for (const method of methods) {
    const { memory } = of('memory', method);
    expect(memory?.peakBytes).toBe(memory?.predictedPeakBytes);
    expect(memory?.peakBytesByClass).toEqual(memory?.predictedBytesByClass);
    expect(Object.keys(of('time', method).time?.phases ?? {})).toEqual([
      'inner step with the method',
      'inner step alone',
    ]);
  }
  // From scratch nothing is trained, so φ is judged the same throughout.
  const scratch = of('training', 'scratch').training!;
  const judged = scratch.curve.map(({ metrics }) => metrics.testLoss).filter((loss) => loss !== undefined);
  expect(new Set(judged).size).toBe(1);
  for (const method of ['trajectory-shifting', 'reptile']) {
    const { training, details } = of('training', method);
    expect(training!.final.testLoss!).toBeLessThan(0.7 * judged[0]!);
    expect(training!.finalSamples?.testLoss).toHaveLength(8);
    expect(details?.metaStepSize).toBe(tunedFor('quadratics', method, 10)!.beta);
    expect(details?.trainingLossOfEach).toHaveLength(4);
  }
});

it('refuse in a sentence what a problem does not have', async () => {
  await expect(
    run('plane', { methods: ['reptile'], problems: ['himmelblau'], dimensions: [3] }),
  ).rejects.toThrow('it is the plane');
});

it('have a β for every method that needs one, chosen from as many values as for every other', () => {
  for (const { name, rates } of largeScaleSuite.methods) {
    if (rates === undefined) continue;
    expect(rates).toHaveLength(4);
    for (const problem of ['quadratics', 'himmelblau'])
      expect(tunedFor(problem, name, 100)?.rates).toEqual(rates);
  }
});
