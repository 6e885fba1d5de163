/**
 * @file Runs the work itself in a process of its own, and ends as it ends.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * @param {readonly string[]} words arguments of Node.js
 * @param {{ cwd?: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>} the exit code; 128 + n when signal n ended it, as in a shell
 */
export function runNode(words, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { stdio: 'inherit', ...options });
    /** @type {NodeJS.Signals[]} */
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    // An interrupt at the terminal reaches the child too: it decides how to end, and this process waits for it.
    const forward = signals.map((signal) => ({ signal, listener: () => void child.kill(signal) }));
    for (const { signal, listener } of forward) process.on(signal, listener);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const { signal: name, listener } of forward) process.off(name, listener);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
