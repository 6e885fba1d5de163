/**
 * @file The same kernel with its workgroups, and its invocations where they may be, numbered from the other end. A driver that runs
 * them in order then runs them in the opposite one: what depends on the order, because a barrier is missing or two workgroups write
 * one element, comes out otherwise.
 */

const entry = /@compute\s+@workgroup_size\(([^)]*)\)\s*fn\s+(\w+)\s*\(([^{]*)\)\s*\{/;

interface Parameter {
  readonly builtin: string;
  readonly name: string;
  readonly type: string;
}

/** The sizes of the workgroup as WGSL texts. */
export function workgroupSize(wgsl: string): readonly [string, string, string] | undefined {
  const sizes = entry
    .exec(wgsl)?.[1]
    ?.split(',')
    .map((text) => text.trim());
  if (sizes === undefined) return undefined;
  return [sizes[0] ?? '1', sizes[1] || '1', sizes[2] || '1'];
}

/**
 * @param wgsl a finished module with one entry point
 * @returns undefined where its parameters cannot be read
 */
export function renumbered(wgsl: string): string | undefined {
  const found = entry.exec(wgsl);
  const size = workgroupSize(wgsl);
  if (found === null || size === undefined) return undefined;
  const [head, sizes = '', name = '', list = ''] = found;
  const parameters = [...list.matchAll(/@builtin\((\w+)\)\s*(\w+)\s*:\s*([\w<>]+)/g)].map(
    ([, builtin, own, type]): Parameter => ({ builtin: builtin!, name: own!, type: type! }),
  );
  if (parameters.length !== [...list.matchAll(/:/g)].length) return undefined;
  // Shuffles go by the subgroup's numbers, which are the driver's own.
  const lanesStay = /\benable\s+subgroups\b/.test(wgsl);
  const given = (builtin: string) => parameters.find((one) => one.builtin === builtin);
  const all = [...parameters];
  const ask = (builtin: string, type: string): string => {
    const known = all.find((one) => one.builtin === builtin);
    if (known !== undefined) return known.name;
    const added = { builtin, name: `given_${builtin}`, type };
    all.push(added);
    return added.name;
  };
  const lines: string[] = [];
  const renamed = new Map<string, string>();
  const flipped = (builtin: string, text: (own: string) => string) => {
    const own = given(builtin);
    if (own === undefined) return;
    renamed.set(own.name, `given_${own.name}`);
    lines.push(`  let ${own.name} = ${text(`given_${own.name}`)};`);
  };
  const whole = `vec3<u32>(${size.join(', ')})`;
  flipped('workgroup_id', (own) => `${ask('num_workgroups', 'vec3<u32>')} - 1u - ${own}`);
  if (lanesStay) {
    if (given('global_invocation_id') !== undefined) return undefined;
  } else {
    flipped('local_invocation_index', (own) => `${size.map((one) => `(${one})`).join(' * ')} - 1u - ${own}`);
    flipped('local_invocation_id', (own) => `${whole} - 1u - ${own}`);
    flipped(
      'global_invocation_id',
      (own) => `${ask('num_workgroups', 'vec3<u32>')} * ${whole} - 1u - ${own}`,
    );
  }
  const declared = all
    .map((one) => `@builtin(${one.builtin}) ${renamed.get(one.name) ?? one.name}: ${one.type}`)
    .join(', ');
  return wgsl.replace(
    head,
    `@compute @workgroup_size(${sizes}) fn ${name}(${declared}) {\n${lines.join('\n')}`,
  );
}
