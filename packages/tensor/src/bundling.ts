/**
 * @file Puts the texts of kernels into the modules that name them. The build does it with what it compiled, and bundlers of the sources do it
 * with what they load, so that Node.js and browsers run the same texts. It exists in the sources alone.
 */

const call = /readWgsl\(new URL\('([^'`$]+\.wgsl)', import\.meta\.url\)\)/g;
/** What the build left behind: the text under a comment with its file's name, by which a later build brings it up to date. */
const inlined = /\/\*wgsl (\S+\.wgsl)\*\/"(?:[^"\\]|\\.)*"/g;
const importOfReader = /^import \{ readWgsl \} from '[^']+';\n/m;

/** Whether a module reads the text of a kernel. */
export const readsKernels = (module: string): boolean => module.includes('readWgsl(new URL');

/**
 * A module with the texts of its kernels in place of `readWgsl(new URL('./name.wgsl', import.meta.url))`; a module without kernels comes back as it is.
 *
 * @param read gives the text of a file beside the module, by the name that the module writes
 * @throws Error where the name of a kernel is computed, so that it cannot be found
 */
export function inlineKernels(module: string, read: (file: string) => string): string {
  const textOf = (_: string, file: string): string =>
    `/*wgsl ${file}*/${JSON.stringify(withoutComments(read(file)))}`;
  const after = module.replace(call, textOf).replace(inlined, textOf).replace(importOfReader, '');
  if (/\breadWgsl\b/.test(after))
    throw new Error(
      "a kernel is read whose name is computed. Write readWgsl(new URL('./name.wgsl', import.meta.url)).",
    );
  return after;
}

/**
 * A third of the kernels' text is for readers of the sources. Lines stay lines, so that a driver's error names the right one, and `//: name`
 * stays: the compiler puts code there.
 */
function withoutComments(wgsl: string): string {
  return wgsl.replace(/[ \t]*\/\/(?!:).*$/gm, '').replace(/^[ \t]+/gm, '');
}
