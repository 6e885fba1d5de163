/**
 * @file The one entry of `npm start`, `npm test`, `npm run longhorizon` and `npx nx run bench`: brings a bare clone
 * to the point where the work can begin, then starts the work. Needs nothing but Node.js.
 *
 *     node tools/start.mjs <job> [arguments of the job]
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeVersionProblem } from './bootstrap/node-version.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const problem = nodeVersionProblem(process.version, manifest.engines.node);
if (problem === undefined) {
  // Loaded only now: the rest is written for the Node.js that was asked for.
  const { runJob } = await import('./bootstrap/jobs.mjs');
  process.exitCode = await runJob(root, process.argv.slice(2));
} else {
  process.stderr.write(`longhorizon: ${problem}\n`);
  process.exitCode = 1;
}
