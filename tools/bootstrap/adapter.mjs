/**
 * @file Is there a WebGPU adapter on this machine, and which?
 *
 * The question costs 60 to 300 ms on a software driver (probe-adapter.mjs), so it is asked anew at every start:
 * a remembered answer could be wrong after a driver update, and a wrong answer is worse than a slow one.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isLoweredLimit } from './dawn-warnings.mjs';

/**
 * @typedef {object} Adapter
 * @property {string} vendor
 * @property {string} architecture
 * @property {string} device
 * @property {string} description the driver's own text, with its version
 * @property {boolean} isFallbackAdapter true for an adapter that runs on the CPU
 */

/** @typedef {{ adapter: Adapter } | { problem: string }} ProbeResult */

const probePath = fileURLToPath(new URL('./probe-adapter.mjs', import.meta.url));

/** A driver that hangs is given up after this time; the slowest healthy start seen took 0.3 s. */
const probeTimeoutMs = 60_000;

/**
 * Asks in a child process.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {ProbeResult}
 */
export function probeAdapter(environment) {
  const child = spawnSync(process.execPath, [probePath], {
    env: environment,
    encoding: 'utf8',
    timeout: probeTimeoutMs,
  });
  return readProbe(child);
}

/**
 * @param {{ status: number | null, signal: string | null, stdout: string, stderr: string, error?: Error }} child
 * @returns {ProbeResult}
 */
export function readProbe(child) {
  const said = lastLines(child.stderr, 3);
  if (child.error !== undefined || child.signal !== null) {
    const how = child.error === undefined ? `was ended by ${child.signal}` : `failed: ${child.error.message}`;
    return { problem: `the process that opens WebGPU ${how}${said}` };
  }
  if (child.status !== 0)
    return { problem: `the process that opens WebGPU ended with code ${child.status}${said}` };
  const adapter = JSON.parse(child.stdout);
  if (adapter === null) return { problem: `Dawn finds none${said}` };
  return { adapter };
}

/**
 * @param {Adapter} adapter
 * @returns {string} one line; a software adapter is called one
 */
export function describe(adapter) {
  const name =
    adapter.description || [adapter.vendor, adapter.architecture, adapter.device].filter(Boolean).join(' ');
  return adapter.isFallbackAdapter ? `${name}, a software adapter: runs on the CPU` : name;
}

/**
 * @param {string} text
 * @param {number} count
 */
function lastLines(text, count) {
  const lines = (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    // Stack frames of Dawn's C++ and the limits that it lowers at every start tell a user nothing.
    .filter((line) => line !== '' && !line.startsWith('at ') && !isLoweredLimit(line));
  return lines.length === 0 ? '' : ` (it said: ${lines.slice(-count).join(' / ')})`;
}
