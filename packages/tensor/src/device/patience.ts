/**
 * @file Waiting for a software adapter without taking its processor away. Under Node, Dawn answers a promise by polling on the
 * host's thread, which keeps one core busy; an adapter that runs on the same cores then has one less (on 2 cores the same matmul ran 1.5
 * to 2 times slower, measured 2026-11 on lavapipe). So the thread sleeps between looks.
 */
import { isNode } from './instance.ts';

const bell = isNode() ? new Int32Array(new SharedArrayBuffer(4)) : undefined;

/** A nap is a part of the time waited so far: short work is noticed at once, and long work not disturbed by looks at it, 0.1 ms each. */
const napsPerWait = 64;
const shortestNapMs = 0.03;
const longestNapMs = 2;

/** The promise's answer. While it is out and `sleeps` is true, the thread naps between looks (Node only; a browser's may not). */
export async function patiently<T>(answer: Promise<T>, sleeps: boolean): Promise<T> {
  if (!sleeps || bell === undefined) return answer;
  let settled = false;
  const done = () => {
    settled = true;
  };
  answer.then(done, done);
  const start = performance.now();
  // A look at once: an answer that is already there costs no nap.
  await new Promise((resolve) => setImmediate(resolve));
  while (!settled) {
    const nap = (performance.now() - start) / napsPerWait;
    Atomics.wait(bell, 0, 0, Math.min(longestNapMs, Math.max(shortestNapMs, nap)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return answer;
}
