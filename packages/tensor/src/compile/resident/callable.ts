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
  /** A statement for before each call: private variables are zero when a kernel begins. */
  readonly renew: string;
}

const entryPattern = /@compute\s+@workgroup_size\(([^)]*)\)\s*fn main\(([^{]*)\)\s*\{/;
const declarationPattern = /^(?:fn|const|alias|struct|var<\w+>)\s+(\w+)/gm;
const privatePattern = /^var<private>\s+(\w+)\s*:\s*([^;=]+);/gm;
const constantPattern = /^const\s+(\w+)(?:: u32)? = (\d+)u;/gm;

/** The entry point of a kernel's code. */
export interface Entry {
  /** What it takes, by the names of WGSL's built-in values, in its order. */
  readonly takes: readonly string[];
  /** Invocations of a workgroup. */
  readonly threads: number;
  /** The invocations exchange values, through workgroup memory or shuffles: all of them take part. */
  readonly synchronises: boolean;
  /** The code with a function `main` in its place, which takes the same; with `renew`, also a function of that name that zeroes its private variables. */
  readonly asFunction: string;
  /** Whether an invocation that calls the function again has to renew its private variables before. */
  readonly renews: boolean;
}

/** @param label for what has no entry point, which is a fault of ours */
export function entryOf(code: string, label: string): Entry {
  const entry = entryPattern.exec(code);
  if (entry === null) throw new Error(`internal: the kernel '${label}' has no entry point:\n${code}`);
  const [header, size = '', parameters = ''] = entry;
  const zeros = [...code.matchAll(privatePattern)].map(([, name, type]) => `${name} = ${type}();`);
  const renew = zeros.length === 0 ? '' : `\nfn renew() { ${zeros.join(' ')} }\n`;
  const takes = [...parameters.matchAll(/@builtin\((\w+)\)/g)].map(([, builtin]) => builtin!);
  return {
    takes,
    synchronises:
      takes.includes('subgroup_invocation_id') ||
      /var<workgroup>|workgroupBarrier|storageBarrier|subgroup\w+\(/.test(code),
    threads: productOf(size, code),
    asFunction: `${code.replace(header, `fn main(${parameters.replace(/@builtin\(\w+\)\s*/g, '')}) {`)}${renew}`,
    renews: zeros.length > 0,
  };
}

/** Code in which every name that it declares has a prefix, and some that it does not declare have other names. */
export function renamed(
  code: string,
  prefix: string,
  others: ReadonlyMap<string, string> = new Map(),
): string {
  const names = new Set([...code.matchAll(declarationPattern)].map(([, name]) => name!));
  return code.replace(/(?<![.\w])[A-Za-z_]\w*/g, (name) =>
    names.has(name) ? `${prefix}${name}` : (others.get(name) ?? name),
  );
}

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
  const { takes, threads, synchronises, asFunction, renews } = entryOf(text, kernel.label);
  return {
    kernel,
    code: renamed(asFunction, prefix),
    entry: `${prefix}main`,
    takes,
    threads,
    synchronises,
    bySubgroup: takes.includes('subgroup_invocation_id'),
    renew: renews ? `${prefix}renew(); ` : '',
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
