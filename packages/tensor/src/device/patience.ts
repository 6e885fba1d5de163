/**
 * @file Waiting for a software adapter without taking its processor away. Under Node, Dawn answers a promise by polling on the
 * host's thread, which keeps one core busy; an adapter that runs on the same cores then has one less (on 2 cores the same matmul ran 1.5
 * to 2 times slower, measured 2026-11 on lavapipe). So the thread sleeps between looks.
 */
import { isNode } from './instance.ts';

const bell = isNode() ? new Int32Array(new SharedArrayBuffer(4)) : undefined;

/** The first nap is short, so that short work is noticed soon; naps then grow to this. */
const firstNapMs = 0.03;
const longestNapMs = 0.5;

/** The promise's answer. While it is out and `sleeps` is true, the thread naps between looks (Node only; a browser's may not). */
export async function patiently<T>(answer: Promise<T>, sleeps: boolean): Promise<T> {
  if (!sleeps || bell === undefined) return answer;
  let settled = false;
  const done = () => {
    settled = true;
  };
  answer.then(done, done);
  // A look at once: an answer that is already there costs no nap.
  await new Promise((resolve) => setImmediate(resolve));
  for (let nap = firstNapMs; !settled; nap = Math.min(longestNapMs, nap * 1.5)) {
    Atomics.wait(bell, 0, 0, nap);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return answer;
}
