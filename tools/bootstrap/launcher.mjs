/**
 * @file Which processes this one was started through, and whether they still live. npm and Nx end at once by a signal sent to
 * them alone and leave their children running; a shell that started a job in the background may end, and the job goes on.
 */
import { readFileSync } from 'node:fs';

/** Says to a process which other started it and is to be waited for by it. */
export const startedBy = 'LONGHORIZON_STARTED_BY';

/**
 * Calls back once when one of the launchers above this process is gone.
 * @param {() => void} act
 * @param {number} everyMs
 * @returns {() => void} stops watching
 */
export function whenLauncherEnds(act, everyMs = 500) {
  const chain = launchers();
  if (chain.length === 0) return () => {};
  const timer = setInterval(() => {
    const parents = [process.pid, ...chain].map(parentOf);
    if (chain.every((pid, index) => parents[index] === pid)) return;
    clearInterval(timer);
    act();
  }, everyMs).unref();
  return () => clearInterval(timer);
}

/**
 * The processes from this one's parent up to the topmost npm, npx or Nx of the same job (process group), with the shells in between; none where
 * there is no /proc. A shell above those was typed into, or is a script that may leave its jobs behind.
 * @returns {readonly number[]}
 */
function launchers() {
  const group = statusOf(process.pid)?.group;
  /** @type {number[]} */
  const above = [];
  let known = 0;
  for (let pid = parentOf(process.pid); pid !== undefined && pid > 1; pid = parentOf(pid)) {
    if (statusOf(pid)?.group !== group) break;
    above.push(pid);
    if (isLauncher(pid)) known = above.length;
  }
  return above.slice(0, known);
}

/** @param {number} pid */
function isLauncher(pid) {
  const words = (textOf(`/proc/${pid}/cmdline`) ?? '').split(/[\0 ]/);
  return words.slice(0, 2).some((word) => /(?:^|[\\/])(?:npm|npx|nx)(?:-cli)?(?:\.c?js)?$/.test(word));
}

/** @param {number} pid */
function parentOf(pid) {
  return pid === process.pid ? process.ppid : statusOf(pid)?.parent;
}

/**
 * @param {number} pid
 * @returns {{ parent: number, group: number } | undefined}
 */
function statusOf(pid) {
  // The second field is the command in parentheses and may hold spaces.
  const fields = textOf(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, '')
    .split(' ');
  return fields === undefined ? undefined : { parent: Number(fields[1]), group: Number(fields[2]) };
}

/** @param {string} file */
function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
