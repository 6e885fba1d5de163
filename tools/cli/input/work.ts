/** @file How much a file may ask for, and what is said while it is done. */

/** Inner steps of a run: half a minute for each method in float64 on one core of a common processor. */
export const mostSteps = 100_000;

/** Steps of all runs together from which on a command says what it does. */
const announcedFrom = 20_000;

/** Somewhere to write what is no result. */
export interface Messages {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/**
 * Says how much there is to do where it is much, and then what is being done: one line that is written over on a terminal.
 *
 * @param steps inner steps of each run
 * @param runs how many there are
 * @returns to be called with the name of a run as it begins, and without one at the end
 */
export function progressOf(
  steps: number,
  runs: number,
  messages: Messages = process.stderr,
): (name?: string) => void {
  if (steps * runs < announcedFrom) return () => {};
  messages.write(`About ${steps * runs} inner steps: ${steps} in each of ${runs} runs.\n`);
  const started = performance.now();
  let done = 0;
  return (name) => {
    if (messages.isTTY !== true) return;
    if (name === undefined) {
      messages.write('\r\u001b[K');
      return;
    }
    const seconds = (performance.now() - started) / 1000;
    const left = done === 0 ? '' : `, roughly ${Math.ceil((seconds / done) * (runs - done))} s left`;
    done++;
    messages.write(`\r\u001b[K${done} of ${runs}: ${name}${left}`);
  };
}
