/**
 * @file What can be started, and what each job needs before it begins.
 */
import { join } from 'node:path';
import { bundleOf } from './bundle.mjs';
import { prepare } from './prepare.mjs';
import { runNode } from './run-child.mjs';
import { StartError, say } from './say.mjs';

/**
 * @typedef {object} Job
 * @property {string} summary
 * @property {boolean | ((words: readonly string[]) => boolean)} needsAdapter whether its work, or that of these words, opens a device
 * @property {string} script TypeScript, from the repository's folder
 * @property {readonly string[]} [starts] programs that the script starts again and again: with them it runs from a bundle
 * @property {readonly string[]} [words] arguments before those of the user
 */

/**
 * Whether a benchmark's words measure anything: looking at records and planning a sweep do not, and the machine from which a cluster is used may
 * have no adapter.
 *
 * @param {readonly string[]} words
 */
function measures([first, second]) {
  if (first === 'sweep') return second === 'task';
  if (first === 'track') return ['run', 'record', 'bisect', 'selftest'].includes(second ?? '');
  return !['list', 'gather', 'show', 'compare', 'site'].includes(first ?? '');
}

/** @type {Record<string, Job>} */
const jobs = {
  bench: {
    summary: 'runs the benchmarks',
    needsAdapter: measures,
    script: 'benchmarks/src/bench/main.ts',
    starts: ['benchmarks/src/suites/kernels/peers/child.ts'],
  },
  test: { summary: 'runs every check and test', needsAdapter: true, script: 'tools/test-run/main.ts' },
  'test:swiftshader': {
    summary: 'runs the correctness tests on a second driver',
    needsAdapter: false,
    script: 'tools/test-run/main.ts',
    words: ['--second-driver-only'],
  },
  'test:lanes': {
    summary: 'runs the correctness tests on the software driver with 8 and with 16 lanes',
    needsAdapter: true,
    script: 'tools/test-run/main.ts',
    words: ['--lanes'],
  },
  longhorizon: { summary: 'runs the command line', needsAdapter: false, script: 'tools/cli/main.ts' },
};

/**
 * @param {string} root the repository's folder
 * @param {readonly string[]} words the job and its arguments
 * @returns {Promise<number>} the exit code
 */
export async function runJob(root, [name, ...words]) {
  try {
    if (name === 'driver') return await installDriverOnly(root);
    const job = name === undefined ? undefined : jobs[name];
    if (job === undefined) throw new StartError(usage(name));
    const { needsAdapter } = job;
    await prepare(root, {
      needsAdapter: typeof needsAdapter === 'boolean' ? needsAdapter : needsAdapter(words),
    });
    return await runNode([...(await program(root, job)), ...(job.words ?? []), ...words], {
      env: process.env,
    });
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    say(error.message);
    return 1;
  }
}

/**
 * What Node runs for a job: its bundle, or its sources.
 * @param {string} root
 * @param {Job} job
 * @returns {Promise<readonly string[]>}
 */
async function program(root, { script, starts }) {
  const bundle = starts && (await bundleOf(root, script, starts));
  if (bundle !== undefined) return [bundle];
  // By its address: a bare name would be looked for from the folder that the user stands in.
  return ['--conditions=longhorizon-source', '--import', import.meta.resolve('tsx'), join(root, script)];
}

/**
 * For root on behalf of a user who may not install: `sudo node tools/start.mjs driver`.
 * @param {string} root
 */
async function installDriverOnly(root) {
  await prepare(root, { needsAdapter: true });
  return 0;
}

/** @param {string | undefined} name */
function usage(name) {
  const asked = name === undefined ? 'No job was named.' : `There is no job '${name}'.`;
  const list = Object.entries(jobs).map(([key, job]) => `  ${key.padEnd(18)}${job.summary}`);
  const driver = `  ${'driver'.padEnd(18)}finds an adapter, or installs a software driver`;
  return `${asked} The jobs are:\n${[...list, driver].join('\n')}`;
}
