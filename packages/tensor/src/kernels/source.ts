/**
 * @file Reading a kernel's `.wgsl` file. Every family loads its bodies through this one function, so that a browser
 * build, which has no file system, replaces one module and not one per kernel.
 */
import { readFileSync } from 'node:fs';

/**
 * The text of a `.wgsl` file that lies beside the module which names it.
 *
 * @param url `new URL('./name.wgsl', import.meta.url)`
 * @throws when the file is missing: the package was built without its `.wgsl` files.
 */
export function readWgsl(url: URL): string {
  return readFileSync(url, 'utf8');
}
