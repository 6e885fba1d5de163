/**
 * @file Puts the text of each kernel into the compiled module that names it, so that a package needs no file system and a bundler no
 * configuration:
 *
 *     node --conditions=longhorizon-source --import tsx tools/inline-wgsl.mjs packages/tensor/src packages/tensor/dist
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inlineKernels } from '@longhorizon/tensor/bundling';

const [source, target] = process.argv.slice(2);
if (source === undefined || target === undefined) {
  throw new Error('inline-wgsl needs two folders: node tools/inline-wgsl.mjs <source> <target>');
}

/** Modules that have the functions themselves. */
const own = [join('kernels', 'source.js'), 'bundling.js'];

const modules = existsSync(target) ? readdirSync(target, { recursive: true, encoding: 'utf8' }) : [];
for (const path of modules) {
  if (!path.endsWith('.js') || own.includes(path)) continue;
  const before = readFileSync(join(target, path), 'utf8');
  const after = inlineWithin(path, before);
  if (after !== before) writeFileSync(join(target, path), after);
}

/** @param {string} path @param {string} text */
function inlineWithin(path, text) {
  try {
    return inlineKernels(text, (file) =>
      readFileSync(join(/** @type {string} */ (source), dirname(path), file), 'utf8'),
    );
  } catch (error) {
    throw new Error(`${join(/** @type {string} */ (target), path)}: ${/** @type {Error} */ (error).message}`);
  }
}
