/**
 * @file Puts the text of each kernel into the compiled module that names it, so that a package needs no file system and a bundler no
 * configuration:
 *
 *     node tools/inline-wgsl.mjs packages/tensor/src packages/tensor/dist
 *
 * `readWgsl(new URL('./tile.wgsl', import.meta.url))` becomes the text, under a comment with the file's name, by which a later build
 * that compiles the module no more finds it and brings it up to date.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [source, target] = process.argv.slice(2);
if (source === undefined || target === undefined) {
  throw new Error('inline-wgsl needs two folders: node tools/inline-wgsl.mjs <source> <target>');
}

const call = /readWgsl\(new URL\('([^'`$]+\.wgsl)', import\.meta\.url\)\)/g;
const inlined = /\/\*wgsl (\S+\.wgsl)\*\/"(?:[^"\\]|\\.)*"/g;
const importOfReader = /^import \{ readWgsl \} from '[^']+';\n/m;
/** The module that has the function itself. */
const reader = join('kernels', 'source.js');

const modules = existsSync(target) ? readdirSync(target, { recursive: true, encoding: 'utf8' }) : [];
for (const path of modules) {
  if (!path.endsWith('.js') || path === reader) continue;
  const before = readFileSync(join(target, path), 'utf8');
  /** @param {string} _ @param {string} file */
  const textOf = (_, file) =>
    `/*wgsl ${file}*/${JSON.stringify(readFileSync(join(source, dirname(path), file), 'utf8'))}`;
  const after = before.replace(call, textOf).replace(inlined, textOf).replace(importOfReader, '');
  if (/\breadWgsl\b/.test(after)) {
    throw new Error(
      `${join(target, path)} reads a kernel whose name is computed. Write readWgsl(new URL('./name.wgsl', import.meta.url)).`,
    );
  }
  if (after !== before) writeFileSync(join(target, path), after);
}
