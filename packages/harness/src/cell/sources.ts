import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { sha256 } from './identity.ts';

/**
 * One hash over source files, so that a record says which code it measured. Names and contents count, the
 * place of the repository on disk does not.
 *
 * @param paths files or folders; folders are walked
 * @param root paths are named relative to it
 * @param extensions which files of a folder count; tests (`*.test.*`) never do
 */
export function hashSources(
  paths: readonly string[],
  root: string,
  extensions: readonly string[] = ['.ts', '.wgsl', '.mjs', '.js', '.json'],
): string {
  const files: string[] = [];
  const walk = (path: string): void => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path)) {
        if (name !== 'node_modules' && name !== 'dist' && !name.startsWith('.')) walk(join(path, name));
      }
    } else if (extensions.some((extension) => path.endsWith(extension)) && !/\.test\.[a-z]+$/.test(path)) {
      files.push(path);
    }
  };
  for (const path of paths) walk(path);
  const lines = [...new Set(files)]
    .map((file) => `${relative(root, file).split(sep).join('/')} ${sha256(readFileSync(file))}`)
    .sort();
  return sha256(lines.join('\n'));
}
