import { describe, expect, it } from 'vitest';
import type { PlannedCell } from '../cell/cell-list.ts';
import { CellFailure, type RunCell } from '../run/cell-runner.ts';
import { serveCellsInWorker, type WorkerScope } from './serve-worker.ts';
import { type WorkerLike, workerExecutor } from './worker-executor.ts';

const cell = (timeoutMs = 5000): PlannedCell =>
  ({
    cellId: 'a'.repeat(64),
    timeoutMs,
    config: {},
    seeds: { derived: { data: 7 }, axes: {} },
  }) as unknown as PlannedCell;
const never = new AbortController().signal;

/** A worker and its page, joined by the messages that both would clone. */
function joined(runCell: RunCell, describeAdapter = async () => null) {
  let started = 0;
  const start = (): WorkerLike => {
    started++;
    const page: WorkerLike = {
      postMessage: (data) => void queueMicrotask(() => scope.onmessage?.({ data: structuredClone(data) })),
      terminate: () => {
        scope.onmessage = null;
      },
      onmessage: null,
      onerror: null,
    };
    const scope: WorkerScope = {
      navigator: { userAgent: 'Firefox/141.0' },
      postMessage: (data) => void queueMicrotask(() => page.onmessage?.({ data: structuredClone(data) })),
      onmessage: null,
    };
    serveCellsInWorker(scope, { runCell, describeAdapter });
    return page;
  };
  return { executor: workerExecutor(start), started: () => started };
}

describe('cells in a worker of a page', () => {
  it('come to what they come to elsewhere, with the seeds of their list', async () => {
    const { executor, started } = joined(async (_, { seeds }) => ({
      status: 'ok',
      counters: { seed: seeds.data! },
    }));
    expect((await executor.describe()).stable).toMatchObject({ browser: 'Firefox 141', adapter: null });
    const outcome = await executor.run(cell(), never);
    expect(outcome).toMatchObject({ kind: 'measured', measurement: { status: 'ok', counters: { seed: 7 } } });
    await executor.run(cell(), never);
    expect(started()).toBe(1);
  });

  it('may fail, and the next one runs in the same worker', async () => {
    let calls = 0;
    const { executor, started } = joined(async () => {
      if (calls++ === 0) throw new CellFailure('oom', 'needs 3 GiB of 2');
      return { status: 'ok' };
    });
    expect(await executor.run(cell(), never)).toMatchObject({ measurement: { status: 'oom' } });
    expect(await executor.run(cell(), never)).toMatchObject({ measurement: { status: 'ok' } });
    expect(started()).toBe(1);
  });

  it('that hang are ended with their worker, and an interruption ends them at once', async () => {
    const { executor, started } = joined(() => new Promise(() => {}));
    expect(await executor.run(cell(20), never)).toMatchObject({ measurement: { status: 'timeout' } });
    const interrupt = new AbortController();
    setTimeout(() => interrupt.abort(), 10);
    expect(await executor.run(cell(), interrupt.signal)).toEqual({ kind: 'interrupted' });
    expect(started()).toBe(2);
  });

  it('do not begin where there is no device: the page is told why', async () => {
    const { executor } = joined(
      async () => ({ status: 'ok' }),
      () => Promise.reject(new Error('No WebGPU adapter was found.')),
    );
    await expect(executor.describe()).rejects.toThrow('No WebGPU adapter was found.');
  });

  it('end with a sentence where their worker cannot be loaded', async () => {
    const executor = workerExecutor(() => {
      const worker: WorkerLike = {
        postMessage: () => {},
        terminate: () => {},
        onmessage: null,
        onerror: null,
      };
      setTimeout(() => worker.onerror?.({}));
      return worker;
    });
    await expect(executor.describe()).rejects.toThrow('its module could not be loaded');
    expect(await executor.run(cell(), never)).toMatchObject({
      measurement: { status: 'error', reason: 'its worker ended: its module could not be loaded.' },
    });
  });
});
