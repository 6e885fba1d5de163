/**
 * @file Programs and copies as one compute module. A single workgroup goes through a table of actions: each row says which program runs as
 * which step, or what is copied where. A program's kernels are the functions that callable.ts makes of them, each called for all of its
 * workgroups in turn, so every value is computed as its own dispatch computes it, in the same order.
 */
import type { AdapterProfile } from '../../adapters/profile.ts';
import type { DType } from '../../graph/tensor.ts';
import { accessFunctions, type BindingUse, type ElementArray } from '../emit/bindings.ts';
import type { Kernel } from '../fusions/fusion-kernel.ts';
import { numbersLayout, quotientFunctions } from '../shared-modules.ts';
import { type CallableKernel, callableKernel } from './callable.ts';

/** Where a kernel's region lies: in which of the module's buffers, from which byte on; with `row`, from where that row of the action begins. */
export interface RegionPlace {
  readonly buffer: number;
  readonly offset: number;
  readonly row?: number;
}

/** A kernel with where its regions lie, in the order of its uses. */
export interface PlacedKernel {
  readonly kernel: Kernel;
  readonly places: readonly RegionPlace[];
  /** Where its numbers begin in the program's uniform buffer, in bytes, if it shares a module. */
  readonly numbersAt: number | undefined;
}

/** What a module is made of. Cases have the numbers of their places here: programs first, then copies. */
export interface ModuleRequest {
  readonly programs: readonly (readonly PlacedKernel[])[];
  /** Pairs of buffers between which rows copy. */
  readonly copies: readonly { readonly from: number; readonly to: number }[];
  readonly buffers: number;
  readonly profile: AdapterProfile;
}

/** Rows of arrays that one run may be told. */
const mostRows = 6;

/**
 * Words of a row of the table. Of a run: case, number of the step, first words of its rows. Of a copy: case, first word, first word there,
 * how many.
 */
export const rowWords = 2 + mostRows;

/** Why actions cannot share a workgroup, as a sentence without its subject. */
export class ResidentError extends Error {
  override readonly name = 'ResidentError';
}

/** The WGSL of a module. */
export interface ResidentModule {
  readonly wgsl: string;
  /** Programs whose numbers it reads from uniform buffers: those of group 1 behind the table. */
  readonly numbered: readonly number[];
}

/** @throws {ResidentError} where kernels exchange values among different numbers of invocations */
export function residentModule({ programs, copies, buffers, profile }: ModuleRequest): ResidentModule {
  const arrays = elementArrays(programs.flat(), buffers);
  let count = 0;
  const callables = programs.map((kernels, program) =>
    kernels.map(({ kernel, places, numbersAt }) => {
      const access = kernel.source.uses.flatMap((use, k) => accessFunctions(use, at(arrays, places[k]!)));
      const numberAt = (place: number) => `numbers_${program}[${numbersAt! / 16 + place}u]`;
      return callableKernel(kernel, access, numberAt, `k${count++}_`);
    }),
  );
  const threads = threadsOf(callables.flat(), profile.resident.threads);
  const barrier =
    profile.resident.lockstep && threads === profile.resident.threads
      ? ''
      : 'storageBarrier(); workgroupBarrier();';
  const enables = new Set(programs.flat().flatMap(({ kernel }) => kernel.source.enables.split('\n')));
  const cases = [
    ...callables.map((kernels) =>
      kernels.map((kernel) => `${runsOf(kernel, threads, barrier)}\n${barrier}`).join('\n'),
    ),
    ...copies.map(({ from, to }) => `${copyLoop(arrays[from]!, arrays[to]!, threads)}\n${barrier}`),
  ];
  const numbered = [...programs.keys()].filter((program) => vectorsOf(programs[program]!) > 0);
  const subgroups = callables.flat().some(({ bySubgroup }) => bySubgroup);
  const wgsl = `${[...enables].filter((line) => line !== '').join('\n')}
struct Step { index: u32 }
var<private> step: Step;
// Where the rows of the running action begin, in words.
var<private> places: array<u32, ${mostRows}>;
${arrays.map(({ name, dtype, width }, k) => `@group(0) @binding(${k}) var<storage, read_write> ${name}: array<${width === 4 ? `vec4<${dtype}>` : dtype}>;`).join('\n')}
${numbered.map((program, k) => `@group(1) @binding(${k + 1}) var<uniform> numbers_${program}: array<vec4<u32>, ${vectorsOf(programs[program]!)}>;`).join('\n')}
${numbered.length > 0 ? quotientFunctions : ''}
// The first row says how many follow.
@group(1) @binding(0) var<storage, read> rows: array<vec4<u32>>;
${callables
  .flat()
  .map(({ code }) => code)
  .join('\n')}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) launched: vec3<u32>, @builtin(local_invocation_index) local: u32${subgroups ? ', @builtin(subgroup_invocation_id) lane: u32' : ''}) {
let zero = launched.z;
let count = rows[0].x;
for (var at = 1u; at <= count; at++) {
let row = rows[2u * at];
let more = rows[2u * at + 1u];
step.index = row.y;
places = array<u32, ${mostRows}>(row.z, row.w, more.x, more.y, more.z, more.w);
switch (row.x) {
${cases.map((body, k) => `case ${k}u: {\n${body}\n}`).join('\n')}
default: {}
}
}
}
`;
  return { wgsl, numbered };
}

/** Vectors of the uniform buffer of a program's numbers. */
const vectorsOf = (kernels: readonly PlacedKernel[]): number =>
  numbersLayout(kernels.map(({ kernel }) => kernel)).bytes / 16;

/** The module's buffers: vectors where some kernel takes four elements at once, one type where all agree. */
function elementArrays(kernels: readonly PlacedKernel[], buffers: number): readonly ElementArray[] {
  const uses = Array.from({ length: buffers }, (): BindingUse[] => []);
  for (const { kernel, places } of kernels)
    for (const [k, use] of kernel.source.uses.entries()) uses[places[k]!.buffer]!.push(use);
  return uses.map((own, k) => {
    const types = new Set<DType>(own.map(({ region }) => region.dtype));
    const wide = own.some(({ functions }) => functions.has('load4') || functions.has('store4'));
    return {
      name: `buffer_${k}`,
      dtype: types.size === 1 ? [...types][0]! : 'u32',
      width: wide ? 4 : 1,
      offset: 0,
    };
  });
}

const at = (arrays: readonly ElementArray[], { buffer, offset, row }: RegionPlace): ElementArray => ({
  ...arrays[buffer]!,
  offset: offset / 4,
  ...(row === undefined ? {} : { start: `places[${row}]` }),
});

function threadsOf(kernels: readonly CallableKernel[], fewest: number): number {
  const together = kernels.filter(({ synchronises }) => synchronises);
  const [first] = together;
  if (first === undefined) return fewest;
  const other = together.find(({ threads }) => threads !== first.threads);
  if (other !== undefined)
    throw new ResidentError(
      `'${first.kernel.label}' exchanges values among ${first.threads} invocations and '${other.kernel.label}' among ${other.threads}, and one workgroup has one number of them`,
    );
  return first.threads;
}

/** All workgroups of a kernel, one after the other. */
function runsOf(
  { kernel, entry, takes, threads, synchronises, renew }: CallableKernel,
  all: number,
  barrier: string,
): string {
  const [x, y, z] = kernel.workgroups;
  const vector = (parts: readonly string[]) => `vec3<u32>(${parts.join(', ')})`;
  const call = (local: string) => {
    const values: Readonly<Record<string, string>> = {
      workgroup_id: vector([x, y, z].map((size, axis) => (size === 1 ? 'zero' : 'xyz'[axis]!))),
      num_workgroups: vector([x, y, z].map((size) => `zero + ${size}u`)),
      local_invocation_index: local,
      subgroup_invocation_id: 'lane',
    };
    const given = takes.map((builtin) => {
      const value = values[builtin];
      if (value === undefined) throw new Error(`internal: '${kernel.label}' takes ${builtin}.`);
      return value;
    });
    return `${renew}${entry}(${given.join(', ')});`;
  };
  let text = call('local');
  if (synchronises) text += x * y * z > 1 ? `\n${barrier}` : '';
  else if (threads < all) text = `if (local < ${threads}u) { ${text} }`;
  else if (threads > all)
    text = `for (var own = local; own < ${threads}u; own += ${all}u) { ${call('own')} }`;
  [x, y, z].forEach((size, axis) => {
    const name = 'xyz'[axis]!;
    if (size > 1) text = `for (var ${name} = zero; ${name} < ${size}u; ${name}++) {\n${text}\n}`;
  });
  return text;
}

/** Copies words of one buffer to another, four at a time where both lie so. */
function copyLoop(from: ElementArray, to: ElementArray, threads: number): string {
  const get = (word: string) => bits(element(from, word), from.dtype, 'u32', 1);
  const one = (i: string) =>
    `${element(to, `row.z + ${i}`)} = ${bits(get(`row.y + ${i}`), 'u32', to.dtype, 1)};`;
  const each = (count: string, body: string) =>
    `for (var i = local; i < ${count}; i += ${threads}u) { ${body} }`;
  if (from.width === 1 || to.width === 1) return each('row.w', one('i'));
  const four = `${to.name}[row.z / 4u + i] = ${bits(`${from.name}[row.y / 4u + i]`, from.dtype, to.dtype, 4)};`;
  return `if (((row.y | row.z | row.w) & 3u) == 0u) { ${each('row.w / 4u', four)} } else { ${each('row.w', one('i'))} }`;
}

const element = ({ name, width }: ElementArray, word: string) =>
  width === 1 ? `${name}[${word}]` : `${name}[(${word}) / 4u][(${word}) % 4u]`;

function bits(text: string, from: DType, to: DType, width: 1 | 4): string {
  if (from === to) return text;
  return `bitcast<${width === 1 ? to : `vec4<${to}>`}>(${text})`;
}
