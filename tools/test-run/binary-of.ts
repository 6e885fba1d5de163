/**
 * @file Where an npm package keeps its program, so that it can be run with this Node.js and without a shell.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param root the repository's folder
 * @param name of a package and of its program
 * @returns the path of a script
 */
export function binaryOf(root: string, name: string): string {
  const folder = join(root, 'node_modules', name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>;
  };
  const script = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[name];
  if (script === undefined) throw new Error(`internal: the package ${name} has no program of its own name`);
  return join(folder, script);
}
