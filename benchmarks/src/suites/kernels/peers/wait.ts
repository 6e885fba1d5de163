/**
 * @file Waiting for a queue, in the same way for every library.
 *
 * Dawn's Node bindings poll for as long as a promise is pending, which keeps a core busy; a software adapter needs that
 * core for itself. Sleeping between looks gives it back.
 */

const bell = new Int32Array(new SharedArrayBuffer(4));

/** A part of the time waited so far: looks cost 0.1 ms each, which is little beside a long wait and would be much of a short one. */
function napMs(waitedMs: number): number {
  return Math.min(2, Math.max(0.1, waitedMs / 64));
}

/** The value of a promise, with the thread asleep between looks. */
export async function asleep<Value>(promise: Promise<Value>): Promise<Value> {
  let settled = false;
  const watched = promise.finally(() => {
    settled = true;
  });
  // The rejection is the caller's, through `watched`.
  watched.catch(() => {});
  const start = performance.now();
  await new Promise((resolve) => setImmediate(resolve));
  while (!settled) {
    Atomics.wait(bell, 0, 0, napMs(performance.now() - start));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return watched;
}

/** Until a queue has done everything submitted so far. */
export function queueDone(device: GPUDevice): Promise<undefined> {
  return asleep(device.queue.onSubmittedWorkDone());
}
