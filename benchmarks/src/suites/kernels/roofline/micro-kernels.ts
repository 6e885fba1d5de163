/** @file Kernels that do one thing as fast as an adapter can: what its ceilings are measured with. */

export interface MicroKernel {
  readonly name: string;
  readonly wgsl: string;
  readonly workgroups: number;
  /** What one launch does, in the unit of its ceiling. */
  readonly amount: number;
  /** Elements of its two buffers. */
  readonly elements: number;
  readonly needs?: 'subgroups';
}

const buffers = `@group(0) @binding(0) var<storage, read_write> source: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> target: array<vec4<f32>>;`.replaceAll('target', 'sink');

const head = (threads: number) =>
  `@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32)`;

/** Copies, each invocation `vectors` vectors of four that lie a workgroup apart. */
function copy(threads: number, vectors: number, elements: number): MicroKernel {
  const each = threads * vectors * 4;
  const workgroups = Math.floor(elements / each);
  return {
    name: `copy of ${elements} elements, ${threads} threads, ${vectors} vectors each`,
    wgsl: `${buffers}
${head(threads)} {
  let first = group.x * ${threads * vectors}u + lane;
  for (var k = 0u; k < ${vectors}u; k++) {
    sink[first + k * ${threads}u] = source[first + k * ${threads}u];
  }
}`,
    workgroups,
    amount: 8 * workgroups * each,
    elements,
  };
}

/** Loads the same few elements again and again: what a cache gives. */
function reload(threads: number, vectors: number, workgroups: number): MicroKernel {
  const elements = 2 ** 14;
  const repeats = 16;
  return {
    name: `loads of ${elements} elements, ${threads} threads`,
    wgsl: `${buffers}
${head(threads)} {
  var sum = vec4<f32>();
  for (var k = 0u; k < ${vectors * repeats}u; k++) {
    sum += source[(lane + k * ${threads}u + group.x) % ${elements / 4}u];
  }
  sink[lane] = sum;
}`,
    workgroups,
    amount: 16 * workgroups * threads * vectors * repeats,
    elements,
  };
}

/** Independent chains, so many that neither latency nor registers are what limits. */
const chains = [0, 1, 2, 3];
const turns = 2048;
/** Steps that are written out: software drivers blend each variable with a mask at each turn of a loop. */
const steps = [0, 1, 2, 3, 4, 5, 6, 7];

function arithmetic(
  name: string,
  step: (value: string) => string,
  threads: number,
  workgroups: number,
): MicroKernel {
  return {
    name: `${name}, ${threads} threads`,
    wgsl: `${buffers}
${head(threads)} {
  let factor = vec4<f32>(0.999 + f32(group.y));
  let offset = vec4<f32>(0.001 + f32(group.z));
  ${chains.map((k) => `var value${k} = vec4<f32>(f32(lane + ${k}u));`).join('\n  ')}
  for (var turn = 0u; turn < ${turns / steps.length}u; turn++) {
    ${steps.map(() => chains.map((k) => `value${k} = ${step(`value${k}`)};`).join(' ')).join('\n    ')}
  }
  sink[lane] = ${chains.map((k) => `value${k}`).join(' + ')};
}`,
    workgroups,
    amount: 2 * 4 * chains.length * turns * threads * workgroups,
    elements: 4096,
  };
}

/** Loads from workgroup memory, each lane those of the others. */
function workgroupMemory(threads: number, workgroups: number): MicroKernel {
  return {
    name: `workgroup memory, ${threads} threads`,
    wgsl: `${buffers}
var<workgroup> shared_values: array<vec4<f32>, ${threads}>;
${head(threads)} {
  shared_values[lane] = source[lane];
  workgroupBarrier();
  var sum = vec4<f32>();
  for (var turn = 0u; turn < ${turns}u; turn++) {
    sum += shared_values[(lane + turn) % ${threads}u];
  }
  sink[lane] = sum;
}`,
    workgroups,
    amount: 16 * turns * threads * workgroups,
    elements: 4096,
  };
}

function shuffles(threads: number, workgroups: number): MicroKernel {
  return {
    name: `shuffles, ${threads} threads`,
    wgsl: `enable subgroups;
${buffers}
${head(threads)} {
  var value = source[lane];
  for (var turn = 0u; turn < ${turns}u; turn++) {
    value = subgroupShuffleXor(value, 1u) + vec4<f32>(1.0);
  }
  sink[lane] = value;
}`,
    workgroups,
    amount: 4 * turns * threads * workgroups,
    elements: 4096,
    needs: 'subgroups',
  };
}

/** One workgroup that does nothing; a number of its own makes it a module that no driver has seen. */
export function empty(number = 0): MicroKernel {
  return {
    name: 'empty dispatch',
    wgsl: `${buffers}
${head(8)} {
  if (group.x == ${4_000_000_000 + number}u) { sink[lane] = source[lane]; }
}`,
    workgroups: 1,
    amount: 1,
    elements: 4096,
  };
}

/** The variants of each ceiling; the fastest is the ceiling. */
export function microKernels(runsOnHost: boolean): Readonly<Record<MicroCeiling, readonly MicroKernel[]>> {
  // A graphics processor needs more of everything before it is busy.
  const [large, groups] = runsOnHost ? [2 ** 22, 64] : [2 ** 26, 8192];
  const threads = runsOnHost ? [8, 64] : [64, 256];
  return {
    memory: [copy(64, 4, large), copy(64, 64, large), copy(256, 4, large), copy(8, 256, large)],
    cache: threads.map((count) => reload(count, 64, groups)),
    fused: threads.map((count) =>
      arithmetic('fused multiply-adds', (value) => `fma(${value}, factor, offset)`, count, groups),
    ),
    unfused: threads.map((count) =>
      arithmetic('products and sums', (value) => `${value} * factor + offset`, count, groups),
    ),
    workgroup: threads.map((count) => workgroupMemory(count, groups)),
    shuffle: threads.map((count) => shuffles(count, groups)),
  };
}

/** Ceilings that a micro-kernel of their own measures, as an amount a second. */
export type MicroCeiling = 'memory' | 'cache' | 'fused' | 'unfused' | 'workgroup' | 'shuffle';
