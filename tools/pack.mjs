/**
 * @file `npm run pack [-- FOLDER]`: builds the publishable packages anew and packs them into `dist/packs`, or the folder given.
 * A workspace is publishable if its manifest is not private. The paths of the packs are printed, one a line.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const root = dirname(import.meta.dirname);
const destination = resolve(process.argv[2] ?? join(root, 'dist/packs'));

/** @param {string} folder */
const manifestOf = (folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
const folders = [...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`), 'datasets'].filter(
  (folder) => manifestOf(folder).private !== true,
);

// A build leaves what an earlier one made of sources that are gone; a pack must not hold it.
for (const folder of folders) rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
const nx = createRequire(import.meta.url).resolve('nx/bin/nx.js');
const names = folders.map((folder) => manifestOf(folder).nx.name);
run(process.execPath, [nx, 'run-many', '-t', 'build', '-p', names.join(',')], 'ignore');

mkdirSync(destination, { recursive: true });
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
// The build is done: the scripts of `prepack`, which are for a pack of one package, would only repeat it.
const asked = ['pack', '--ignore-scripts', '--json', '--pack-destination', destination];
const { stdout } = run(npm, [...asked, ...folders.flatMap((folder) => ['-w', folder])], 'pipe');
for (const { filename } of Object.values(JSON.parse(stdout))) console.log(join(destination, filename));

/**
 * @param {string} command
 * @param {readonly string[]} words
 * @param {'ignore' | 'pipe'} output
 */
function run(command, words, output) {
  const child = spawnSync(command, words, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', output, 'inherit'],
    env: { ...process.env, NX_NO_CLOUD: 'true', NX_DAEMON: 'false' },
  });
  if (child.status === 0) return child;
  console.error(
    `Packing stopped: '${words.slice(0, 4).join(' ')}' ended with ${child.status ?? child.signal}.`,
  );
  process.exit(1);
}
