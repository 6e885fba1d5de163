/**
 * @file Processor time of the threads that play the GPU. The host's thread looks again and again whether the queue is done, as often as the machine's
 * other work allows: its time is not the kernels'.
 */
import { readdirSync, readFileSync } from 'node:fs';

const folder = '/proc/self/task';

function threads(): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The host's own: they were there before any device. */
const own: ReadonlySet<string> = new Set(threads());

const bell = new Int32Array(new SharedArrayBuffer(4));
const pauseMs = 3;

/**
 * Milliseconds on a processor so far, by thread; a thread may end while it is looked at. Linux writes them down at a tick, every 4 ms, and when a
 * thread gives its processor up: they are asked to do so by a pause.
 */
function driverThreads(): ReadonlyMap<string, number> {
  Atomics.wait(bell, 0, 0, pauseMs);
  return new Map(
    threads().flatMap((thread): [string, number][] => {
      if (own.has(thread)) return [];
      try {
        const [nanoseconds] = readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ');
        return [[thread, Number(nanoseconds) / 1e6]];
      } catch {
        return [];
      }
    }),
  );
}

/**
 * Begins to count.
 *
 * @returns a function that says how many milliseconds of processor time it has been: of the driver's threads where the system tells them apart
 *   (Linux), of the whole process elsewhere
 */
export function startDriverClock(): () => number {
  const before = driverThreads();
  const process0 = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(process0);
    const after = driverThreads();
    if (after.size === 0) return (user + system) / 1000;
    return [...after].reduce((sum, [thread, ms]) => sum + ms - (before.get(thread) ?? 0), 0);
  };
}
