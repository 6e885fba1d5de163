/** @file How a row is measured: libraries are stood in for by connections that answer with known results and times. */
import { describe, expect, it } from 'vitest';
import { type CopyArm, calibrate, measureRow, type SamplingBudget } from './measure.ts';
import type { LibraryName } from './peers/library.ts';
import { LibraryError, type LibraryProcess } from './peers/library-process.ts';
import { expectedOf } from './reference-cache.ts';
import type { Row } from './rows.ts';

const row: Row = {
  name: 'small',
  group: 'bandwidth',
  title: 'small',
  work: { kind: 'pointwise', expression: 'add', elements: 8 },
  tolerance: 1e-6,
};
const right = (await expectedOf(row.work)).map((values) => Float32Array.from(values));

const budget: SamplingBudget = {
  budgetMs: 100,
  sampleMs: 8,
  fewestRounds: 6,
  mostRounds: 10,
  slowMs: 50,
  slowRounds: 2,
  coldStarts: 1,
  firstTimeoutMs: 1000,
};

/** A library whose calls take so long. */
function answering(
  library: LibraryName,
  ms: number,
  { outputs = right, prepare }: { outputs?: readonly Float32Array[]; prepare?: () => never } = {},
) {
  const said: string[] = [];
  const connection: LibraryProcess = {
    library,
    open: async () => ({ vendor: '', architecture: '', device: '', description: '' }),
    close: async () => {},
    prepare: async () => {
      said.push('prepare');
      prepare?.();
      return { firstMs: 40, outputs, facts: {} };
    },
    sample: async (times: number) => {
      said.push(`sample ${times}`);
      return { ms, dispatches: 2, submissions: 1 };
    },
    release: async () => {
      said.push('release');
      return { peakBytes: 96 };
    },
  };
  return { connection, said };
}

describe('a sample', () => {
  const timesOf = async (ms: number) => {
    const { connection, said } = answering('jax-js', ms);
    return { ...(await calibrate(connection, budget)), said };
  };

  it('repeats short work until it takes about as long as was asked, with a bound, and long work never', async () => {
    expect((await timesOf(1)).times).toBe(8);
    expect((await timesOf(3)).times).toBe(3);
    expect((await timesOf(0.001)).times).toBe(128);
    expect((await timesOf(8)).times).toBe(1);
    const long = await timesOf(9);
    expect(long).toMatchObject({ times: 1, eachMs: 9, dispatches: 2, submissions: 1 });
    expect(long.said).toEqual(['sample 1']);
  });
});

describe('a row', () => {
  it('has for each library its times, its first call, its error and its commands, in the order of the table', async () => {
    const own = answering('longhorizon', 4);
    const other = answering('jax-js', 2);
    const { arms } = await measureRow(row, [own.connection, other.connection], budget);
    expect(arms.map(({ library, status }) => [library, status])).toEqual([
      ['longhorizon', 'ok'],
      ['jax-js', 'ok'],
    ]);
    // A sample is of 2 and of 4 calls, so that a round takes 16 ms; 100 ms hold 6 rounds.
    expect(arms[0]).toMatchObject({
      firstMs: 40,
      error: 0,
      dispatches: 2,
      facts: { peakBytes: 96 },
      phase: { samples: [4, 4, 4, 4, 4, 4], innerIterations: 2 },
    });
    expect(arms[1]?.phase).toMatchObject({ samples: [2, 2, 2, 2, 2, 2], innerIterations: 4 });
    expect(own.said.at(-1)).toBe('release');
  });

  it('whose result is wrong is not timed, and the library is asked no more', async () => {
    const wrong = right.map((values) => values.map((value, k) => (k === 3 ? value + 1 : value)));
    const { connection, said } = answering('gpu.js', 4, { outputs: wrong });
    const { arms } = await measureRow(row, [connection, answering('jax-js', 4).connection], budget);
    expect(arms[0]).toMatchObject({
      library: 'gpu.js',
      status: 'error',
      firstMs: 40,
      reason: expect.stringContaining('differs from float64'),
    });
    expect(arms[0]).not.toHaveProperty('phase');
    expect(said).toEqual(['prepare', 'release']);
    expect(arms[1]?.status).toBe('ok');
  });

  it('that a library cannot do says why; any other error is ours', async () => {
    const failing = (error: Error) =>
      answering('gpu.js', 4, {
        prepare: () => {
          throw error;
        },
      }).connection;
    const cannot = failing(new LibraryError('timeout', 'it took longer than 1 s'));
    const { arms } = await measureRow(row, [cannot], budget);
    expect(arms).toEqual([{ library: 'gpu.js', status: 'timeout', reason: 'it took longer than 1 s' }]);
    await expect(measureRow(row, [failing(new TypeError('ours'))], budget)).rejects.toThrow('ours');
  });

  it('refuses a time in which the work cannot have been done, whichever library gave it', async () => {
    const floor = (ms: number) => (ms < 5 ? `a measuring fault: ${ms} ms` : undefined);
    const libraries = [answering('longhorizon', 4), answering('jax-js', 6), answering('pytorch', 4)];
    const { arms } = await measureRow(
      row,
      libraries.map(({ connection }) => connection),
      budget,
      undefined,
      floor,
    );
    expect(arms.map(({ library, status, reason }) => [library, status, reason])).toEqual([
      ['longhorizon', 'error', 'a measuring fault: 4 ms'],
      ['jax-js', 'ok', undefined],
      // It computes without the adapter.
      ['pytorch', 'ok', undefined],
    ]);
    expect(arms[0]!.phase).toBeUndefined();
  });

  it('a slow library takes part in a few rounds, and does not eat the time of the others', async () => {
    const slow = answering('tfjs-webgpu', 60);
    const quick = answering('longhorizon', 4);
    const { arms } = await measureRow(row, [slow.connection, quick.connection], budget);
    expect(arms[0]?.phase?.samples).toEqual([60, 60]);
    // Two rounds beside the slow one; then 100 ms hold 12 rounds of 8 ms, of which 10 are taken.
    expect(arms[1]?.phase?.samples).toHaveLength(2 + 10);
  });

  it('has the copy kernel as an arm of its own, timed among the others', async () => {
    const { connection } = answering('copy', 1);
    const copy: CopyArm = { connection, times: 8, eachMs: 1, facts: { notes: ['tuned'] } };
    const { arms } = await measureRow(row, [answering('longhorizon', 4).connection], budget, copy);
    expect(arms.map(({ library }) => library)).toEqual(['longhorizon', 'copy']);
    expect(arms[1]).toMatchObject({ status: 'ok', dispatches: 1, facts: { notes: ['tuned'] } });
    expect(arms[1]?.phase?.innerIterations).toBe(8);
    expect(arms[1]?.phase?.samples.every((ms) => ms === 1)).toBe(true);
  });
});
