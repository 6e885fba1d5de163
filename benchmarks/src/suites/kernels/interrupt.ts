/** Aborts when the process is asked to end, until the end of the block: `using interrupt = untilInterrupted();`. */
export function untilInterrupted(): AbortController & Disposable {
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  return Object.assign(interrupt, {
    [Symbol.dispose]: () => void process.off('SIGINT', stop).off('SIGTERM', stop),
  });
}
