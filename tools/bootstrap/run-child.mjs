/**
 * @file Runs the work itself in a process of its own, and ends as it ends.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { withoutLoweredLimits } from './dawn-warnings.mjs';

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
      stdio: ['inherit', 'inherit', 'pipe'],
    });
    child.stderr.pipe(withoutLoweredLimits()).pipe(process.stderr, { end: false });
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => void child.kill(signal);
    // An interrupt at the terminal reaches the child without us. This process only waits for how the child ends:
    // sent on, it would arrive twice, and a second interrupt means to give up at once.
    const wait = () => {};
    process.on('SIGINT', wait).on('SIGTERM', forward).on('SIGHUP', forward);
    child.on('error', reject);
    // Not at its exit: what it said last is still on its way.
    child.on('close', (code, signal) => {
      process.off('SIGINT', wait).off('SIGTERM', forward).off('SIGHUP', forward);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
