/**
 * @file Runs the work itself in a process of its own, and ends as it ends.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { withoutLoweredLimits } from './dawn-warnings.mjs';
import { startedBy, whenLauncherEnds } from './launcher.mjs';

/** @type {readonly NodeJS.Signals[]} */
const requests = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * @param {readonly string[]} words arguments of Node.js
 * @param {{ cwd?: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>} the exit code; 128 + n when signal n ended it, as in a shell
 */
export function runNode(words, options) {
  return new Promise((resolve, reject) => {
    const asTerminal = process.stderr.isTTY
      ? ['--import', import.meta.resolve('./stderr-is-terminal.mjs')]
      : [];
    const child = spawn(process.execPath, [...asTerminal, ...words], {
      ...options,
      env: { ...options.env, [startedBy]: String(process.pid) },
      stdio: ['inherit', 'inherit', 'pipe'],
    });
    child.stderr.pipe(withoutLoweredLimits()).pipe(process.stderr, { end: false });
    // Every request to end is sent on, because it may have reached this process alone; one that reached the whole group arrives twice
    // within a moment, which the work takes for one.
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => void child.kill(signal);
    for (const signal of requests) process.on(signal, forward);
    const stopWatching = whenLauncherEnds(() => forward('SIGTERM'));
    child.on('error', reject);
    // Not at its exit: what it said last is still on its way.
    child.on('close', (code, signal) => {
      stopWatching();
      for (const signal of requests) process.off(signal, forward);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
