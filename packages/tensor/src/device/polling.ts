/**
 * @file Polling with back-off: waiting for a software adapter without taking its processor away. Under Node, Dawn answers a promise by polling on the
 * host's thread, which keeps one core busy; an adapter that runs on the same cores then has one less (on 2 cores the same matmul ran 1.5
 * to 2 times slower, measured 2026-11 on lavapipe). So the thread sleeps between polls.
 */
import { isNode } from './instance.ts';

const bell = isNode() ? new Int32Array(new SharedArrayBuffer(4)) : undefined;

/** A pause is a part of the time waited so far: short work is noticed at once, and long work not disturbed by polls, 0.1 ms each. */
const pausesPerWait = 64;
const shortestPauseMs = 0.03;
const longestPauseMs = 2;

/** The promise's answer. While it is out and `sleeps` is true, the thread sleeps between polls (Node only; a browser's may not). */
export async function pollWithBackOff<T>(answer: Promise<T>, sleeps: boolean): Promise<T> {
  if (!sleeps || bell === undefined) return answer;
  let settled = false;
  const done = () => {
    settled = true;
  };
  answer.then(done, done);
  const start = performance.now();
  // A poll at once: an answer that is already there costs no pause.
  await new Promise((resolve) => setImmediate(resolve));
  while (!settled) {
    const pause = (performance.now() - start) / pausesPerWait;
    Atomics.wait(bell, 0, 0, Math.min(longestPauseMs, Math.max(shortestPauseMs, pause)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return answer;
}
