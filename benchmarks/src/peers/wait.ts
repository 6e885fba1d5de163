/**
 * @file Waiting for a queue, in the same way for every library.
 *
 * Dawn's Node bindings poll for as long as a promise is pending, which keeps a core busy; a software adapter needs that
 * core for itself. Sleeping between looks gives it back.
 */

const bell = new Int32Array(new SharedArrayBuffer(4));
const sleepMs = 0.2;

/** The value of a promise, with the thread asleep between looks. */
export async function asleep<Value>(promise: Promise<Value>): Promise<Value> {
  let settled = false;
  const watched = promise.finally(() => {
    settled = true;
  });
  // The rejection is the caller's, through `watched`.
  watched.catch(() => {});
  await new Promise((resolve) => setImmediate(resolve));
  while (!settled) {
    Atomics.wait(bell, 0, 0, sleepMs);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return watched;
}

/** Until a queue has done everything submitted so far. */
export function queueDone(device: GPUDevice): Promise<undefined> {
  return asleep(device.queue.onSubmittedWorkDone());
}
