/** @file A limit on how long an answer may take, which lets an answer that is there already be read first. */

/**
 * Calls back after a time, unless stopped. While this process computes, say a reference in float64, answers wait to be read and timers come due
 * together, timers first: the call is put off by one round of the event loop, in which answers arrive.
 */
export function afterReading(ms: number, late: () => void): { readonly stop: () => void } {
  let stopped = false;
  const timer = setTimeout(() => setImmediate(() => setImmediate(() => stopped || late())), ms);
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
