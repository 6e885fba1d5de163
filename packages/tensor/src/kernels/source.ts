/**
 * @file Reading a kernel's `.wgsl` file. Every family loads its bodies through this one function, in one form of call, which the build
 * replaces by the text (tools/inline-wgsl.mjs): what is published reads no files, under Node or in a browser.
 */
import { readFileSync } from 'node:fs';

/**
 * The text of a `.wgsl` file that lies beside the module which names it.
 *
 * @param url `new URL('./name.wgsl', import.meta.url)`, with the name written out
 * @throws when the file is missing
 */
export function readWgsl(url: URL): string {
  return readFileSync(url, 'utf8');
}
