/** @file Frames: hand-written kernels with marked places that the compiler fills in. */

import { u32 } from '../graph/wgsl-numbers.ts';

interface Parameters {
  readonly constants: Readonly<Record<string, number>>;
  readonly sizes?: Readonly<Record<string, number>>;
}

/** The definitions in front of a body: a function for each constant, a WGSL constant for each size. */
export function parameterLines({ constants, sizes = {} }: Parameters): string {
  return [
    ...Object.entries(sizes).map(([name, value]) => `const ${name}: u32 = ${value}u;`),
    ...Object.entries(constants).map(([name, value]) => `fn ${name}() -> u32 { return ${u32(value)}; }`),
  ].join('\n');
}

/** Puts text in the places of a frame that are marked by lines `//: name`. Every mark must be filled. */
export function fillFrame(frame: string, parts: Readonly<Record<string, string>>): string {
  return frame.replace(/^[ \t]*\/\/: (.*)$/gm, (_, name: string) => {
    const part = parts[name];
    if (part === undefined)
      throw new Error(`internal: the part '${name}' of a kernel's frame was not written.`);
    return part;
  });
}

/**
 * A kernel whose workgroup is one subgroup, its threads numbered as the subgroup numbers them: shuffles go by these numbers,
 * and WGSL does not promise that `local_invocation_index` counts the same way.
 */
export function numberedBySubgroup(wgsl: string): string {
  const local = '@builtin(local_invocation_index)';
  if (!wgsl.includes(local)) throw new Error(`internal: a kernel with shuffles has no ${local}.`);
  return wgsl.replace(local, '@builtin(subgroup_invocation_id)');
}
