/** @file An answer that came in time counts, however late it is read. */
import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { afterReading } from './after-reading.ts';

/** Whether an answer or the limit came first, where this process was busy for so long after it had asked. */
function first(limitMs: number, busyMs: number, answerMs: number): Promise<'answer' | 'late'> {
  const child = spawn(process.execPath, ['-e', `setTimeout(() => console.log('.'), ${answerMs})`]);
  const found = new Promise<'answer' | 'late'>((resolve) => {
    const timer = afterReading(limitMs, () => resolve('late'));
    child.stdout.once('data', () => {
      timer.stop();
      resolve('answer');
    });
  });
  if (busyMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busyMs);
  return found.finally(() => child.kill());
}

it('an answer that waited to be read is an answer', async () => {
  expect(await first(10, 2000, 0)).toBe('answer');
});

it('none is none', async () => {
  expect(await first(50, 0, 60_000)).toBe('late');
});
