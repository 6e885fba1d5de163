/**
 * @file `npx nx run bench`: hands its words on to the benchmark's command line, which checks them and explains itself.
 * CommonJS, because Nx loads executors so.
 */
'use strict';
const { spawn } = require('node:child_process');
const { join } = require('node:path');

/** @type {readonly NodeJS.Signals[]} */
const requests = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * @param {{ readonly __unparsed__?: readonly string[] }} options the words as they were typed: Nx would read a cell's id
 *   such as 12e4 as a number
 * @param {{ readonly root: string }} context
 * @returns {Promise<{ success: boolean }>}
 */
module.exports = async function bench({ __unparsed__: words = [] }, { root }) {
  const start = join(root, 'tools/start.mjs');
  const child = spawn(process.execPath, [start, 'bench', ...words], {
    cwd: root,
    stdio: 'inherit',
  });
  // Sent on, because a request may reach this process alone; one that reaches the child twice counts once.
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => void child.kill(signal);
  for (const signal of requests) process.on(signal, forward);
  try {
    const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    return { success: code === 0 };
  } finally {
    for (const signal of requests) process.off(signal, forward);
  }
};
