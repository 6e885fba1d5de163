/**
 * @file A kernel as a function: its entry point becomes one that is called for each of its workgroups, and every name of its module gets a
 * prefix, so that several kernels stand in one module.
 */

import { writeNumbers } from '../../graph/wgsl-numbers.ts';
import type { Kernel } from '../fusions/fusion-kernel.ts';

/** A kernel's code, ready to stand beside that of others. */
export interface CallableKernel {
  readonly kernel: Kernel;
  readonly code: string;
  /** The function's name. */
  readonly entry: string;
  /** What it takes, by the names of WGSL's built-in values, in its order. */
  readonly takes: readonly string[];
  /** Invocations of a workgroup, as the kernel was written. */
  readonly threads: number;
  /** The invocations exchange values, through workgroup memory or shuffles: all of them take part. */
  readonly synchronises: boolean;
  /** The invocations are numbered as the subgroup numbers them. */
  readonly bySubgroup: boolean;
}

const entryPattern = /@compute\s+@workgroup_size\(([^)]*)\)\s*fn main\(([^{]*)\)\s*\{/;
const declarationPattern = /^(?:fn|const|alias|struct|var<workgroup>)\s+(\w+)/gm;
const constantPattern = /^const\s+(\w+)(?:: u32)? = (\d+)u;/gm;

/**
 * Makes a function of a kernel.
 *
 * @param access the functions through which it reaches its regions (compile/emit/bindings.ts)
 * @param numberAt a vector of the numbers that it shares a module by
 */
export function callableKernel(
  kernel: Kernel,
  access: readonly string[],
  numberAt: (place: number) => string,
  prefix: string,
): CallableKernel {
  const code = writeNumbers(kernel.source.code).replace(/\bnumbers\[(\d+)\]/g, (_, place: string) =>
    numberAt(Number(place)),
  );
  const text = [...access, code].join('\n');
  const entry = entryPattern.exec(text);
  if (entry === null) throw new Error(`internal: the kernel '${kernel.label}' has no entry point:\n${text}`);
  const [header, size = '', parameters = ''] = entry;
  const takes = [...parameters.matchAll(/@builtin\((\w+)\)/g)].map(([, builtin]) => builtin!);
  const bySubgroup = takes.includes('subgroup_invocation_id');
  const asFunction = text.replace(header, `fn main(${parameters.replace(/@builtin\(\w+\)\s*/g, '')}) {`);
  const names = new Set([...asFunction.matchAll(declarationPattern)].map(([, name]) => name!));
  return {
    kernel,
    code: asFunction.replace(/(?<![.\w])[A-Za-z_]\w*/g, (name) =>
      names.has(name) ? `${prefix}${name}` : name,
    ),
    entry: `${prefix}main`,
    takes,
    threads: productOf(size, text),
    synchronises: bySubgroup || /var<workgroup>|workgroupBarrier|storageBarrier|subgroup\w+\(/.test(text),
    bySubgroup,
  };
}

/** The value of a product of numbers and of constants that a module declares. */
function productOf(expression: string, text: string): number {
  const constants = new Map(
    [...text.matchAll(constantPattern)].map(([, name, value]) => [name!, Number(value)]),
  );
  return expression
    .split('*')
    .map((factor) => factor.trim())
    .reduce((product, factor) => product * (constants.get(factor) ?? Number.parseInt(factor, 10)), 1);
}
