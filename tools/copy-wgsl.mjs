/**
 * @file Copies the kernels (`*.wgsl`) beside the compiled files, which read them from their own folder:
 *
 *     node tools/copy-wgsl.mjs packages/tensor/src packages/tensor/dist
 *
 * Kernels in the target that the source no longer has are removed, so that a build never runs an old one.
 */
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const [source, target] = process.argv.slice(2);
if (source === undefined || target === undefined) {
  throw new Error('copy-wgsl needs two folders: node tools/copy-wgsl.mjs <source> <target>');
}

const wanted = kernelsIn(source);
for (const stale of kernelsIn(target).filter((path) => !wanted.includes(path))) rmSync(join(target, stale));
for (const path of wanted) cpSync(join(source, path), join(target, path));

/**
 * @param {string} folder
 * @returns {string[]} paths from there
 */
function kernelsIn(folder) {
  if (!existsSync(folder)) return [];
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return paths.filter((path) => path.endsWith('.wgsl'));
}
