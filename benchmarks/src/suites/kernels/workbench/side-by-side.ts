import type { SpirvFunction, StaticCounts } from './spirv.ts';

/** The functions of a WGSL module by name, and what stands outside of them. */
export function wgslFunctions(wgsl: string): {
  readonly outside: string;
  readonly functions: ReadonlyMap<string, string>;
} {
  const functions = new Map<string, string>();
  let outside = '';
  let at = 0;
  const head = /\bfn\s+(\w+)\s*\(/g;
  for (let match = head.exec(wgsl); match !== null; match = head.exec(wgsl)) {
    const attributes = /(?:@\w+(?:\([^)]*\))?\s*)*$/.exec(wgsl.slice(at, match.index))![0];
    const start = match.index - attributes.length;
    let end = wgsl.indexOf('{', match.index);
    let depth = 0;
    do {
      if (wgsl[end] === '{') depth++;
      if (wgsl[end] === '}') depth--;
      end++;
    } while (depth > 0 && end < wgsl.length);
    outside += wgsl.slice(at, start);
    functions.set(match[1]!, wgsl.slice(start, end).trim());
    at = end;
    head.lastIndex = end;
  }
  return { outside: `${outside}${wgsl.slice(at)}`.replace(/\n{2,}/g, '\n').trim(), functions };
}

/** Lines of at most this many characters, broken where they are longer. */
function broken(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const parts: string[] = [];
    for (let rest = line; ; rest = `    ${rest.slice(width)}`) {
      parts.push(rest.slice(0, width));
      if (rest.length <= width) return parts;
    }
  });
}

function columns(left: string, right: string, width: number): string {
  const half = Math.floor((width - 3) / 2);
  const [one, other] = [broken(left, half), broken(right, half)];
  return Array.from({ length: Math.max(one.length, other.length) }, (_, k) =>
    `${(one[k] ?? '').padEnd(half)} │ ${other[k] ?? ''}`.trimEnd(),
  ).join('\n');
}

const names: Readonly<Record<keyof StaticCounts, string>> = {
  loads: 'loads',
  loadBytes: 'bytes loaded',
  stores: 'stores',
  storeBytes: 'bytes stored',
  uniformLoads: 'uniform loads',
  workgroupLoads: 'workgroup loads',
  workgroupStores: 'workgroup stores',
  atomics: 'atomics',
  barriers: 'barriers',
  subgroup: 'subgroup operations',
  fma: 'fused multiply-adds',
  multiplyOrAdd: 'other products and sums',
  loops: 'loops',
  branches: 'branches',
  privateArrays: 'private arrays',
  privateBytes: 'bytes of private arrays',
};

/** The names of counts with what each kernel has of them; those that none has are left out. */
export function countRows(
  all: readonly StaticCounts[],
): readonly { readonly name: string; readonly values: readonly number[] }[] {
  return (Object.keys(names) as (keyof StaticCounts)[]).flatMap((key) => {
    const values = all.map((counts) => counts[key]);
    return values.every((value) => value === 0) ? [] : [{ name: names[key], values }];
  });
}

/** One line of what a function has. */
function countLine(counts: StaticCounts): string {
  const parts = countRows([counts]).map(({ name, values }) => `${values[0]} ${name}`);
  return parts.length === 0 ? '' : `   (${parts.join(', ')})`;
}

/** Each function of the WGSL beside what became of it; the entry point's body is called `…_inner` there. */
export function sideBySide(wgsl: string, spirv: readonly SpirvFunction[], width: number): string {
  const { outside, functions } = wgslFunctions(wgsl);
  // Functions that stand for a number of the problem need no second column.
  const numbers = [...functions].filter(([, text]) => /^fn \w+\(\) -> u32 \{ return \d+u; \}$/.test(text));
  const blocks = [[outside, ...numbers.map(([, text]) => text)].join('\n')];
  const shown = new Set(numbers.map(([name]) => name));
  for (const [name, text] of functions) {
    if (shown.has(name)) continue;
    const found = spirv.find((one) => one.name === `${name}_inner`) ?? spirv.find((one) => one.name === name);
    if (found !== undefined) shown.add(found.name);
    const right = found === undefined ? '(not called, or evaluated by the compiler)' : found.text.join('\n');
    const counts = found === undefined ? '' : countLine(found.counts);
    blocks.push(`── ${name}${counts}\n${columns(text, right, width)}`);
  }
  const others = spirv.filter(({ name }) => !shown.has(name));
  for (const { name, text, counts } of others)
    blocks.push(
      `── ${name}, of the compiler's own${countLine(counts)}\n${columns('', text.join('\n'), width)}`,
    );
  return blocks.join('\n\n');
}
