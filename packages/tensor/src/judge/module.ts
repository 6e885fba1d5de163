/** @file The module of a kernel that runs alone: what the compiler would put in front of it, at its plainest. */
import { writeNumbers } from '../graph/wgsl-numbers.ts';
import type { EmittedKernel } from '../kernels/contraction.ts';
import { parameterLines } from '../kernels/frame.ts';
import { type KernelTask, type OperandPlace, resultLength } from './task.ts';

/** Elements around every operand and the result that no kernel may use; a multiple of 4. */
export const guard = 64;

/** Where an operand's first element lies in its buffer. */
export const startOf = ({ aligned }: OperandPlace): number => (aligned ? guard : guard + 1);

/** Words of the buffer in which a watched kernel's faults are counted, before one counter of stores for each result. */
export const watchWords = { loadsOfA: 0, loadsOfB: 1, stores: 2, counters: 4 } as const;

/**
 * What binding 3 counts: nothing; loads and stores outside, and the stores of each element; or all elements that are loaded and stored, in
 * the first words of the same names.
 */
export type Watch = 'nothing' | 'faults' | 'traffic';

/**
 * A whole WGSL module: bindings 0 (a), 1 (b), 2 (result) of group 0, and the contract's functions (kernels/contraction.ts). A buffer that is
 * used in vectors alone is an array of vectors.
 *
 * @param watch what is counted in binding 3
 */
export function standaloneModule(task: KernelTask, kernel: EmittedKernel, watch: Watch = 'nothing'): string {
  const uses = new Set<string>(kernel.uses);
  const wide = (call: string) => uses.has(`${call}4${call === 'store' ? '' : '_'}`);
  const vectors = {
    a: uses.has('load4_a') && !uses.has('load_a'),
    b: uses.has('load4_b') && !uses.has('load_b'),
    result: wide('store') && !uses.has('store'),
  };
  const type = (isVector: boolean) => (isVector ? 'vec4<f32>' : 'f32');
  const lines = [
    ...(kernel.enables ?? []).map((name) => `enable ${name};`),
    `@group(0) @binding(0) var<storage, read_write> operand_a: array<${type(vectors.a)}>;`,
    `@group(0) @binding(1) var<storage, read_write> operand_b: array<${type(vectors.b)}>;`,
    `@group(0) @binding(2) var<storage, read_write> result: array<${type(vectors.result)}>;`,
    ...(watch !== 'nothing'
      ? ['@group(0) @binding(3) var<storage, read_write> watch_counts: array<atomic<u32>>;']
      : []),
    parameterLines(kernel),
  ];
  for (const name of ['a', 'b'] as const) {
    const place = task[name];
    lines.push(
      `fn ${name}_batch(batch: u32) -> u32 { return ${startOf(place)}u + batch * ${place.batchStride}u; }`,
    );
    if (uses.has(`load_${name}`)) lines.push(load(name, place, watch));
    if (uses.has(`load4_${name}`)) lines.push(load4(name, place, vectors[name], watch));
  }
  lines.push(
    `fn result_place(batch: u32, row: u32, column: u32) -> u32 { return (batch * ${task.rows}u + row) * ${task.columns}u + column; }`,
  );
  if (uses.has('store')) lines.push(store(task, watch));
  if (uses.has('store4')) lines.push(store4(task, vectors.result, watch));
  return writeNumbers(`${lines.join('\n')}\n\n${kernel.wgsl}`);
}

/** A statement that counts an index outside an operand, or in a gap. */
function watchLoad(name: 'a' | 'b', place: OperandPlace, elements: number, watch: Watch): string {
  if (watch === 'nothing') return '';
  const start = startOf(place);
  const last = start + place.length - elements;
  const inGap =
    place.gap === undefined
      ? ''
      : ` || (index - ${start}u) % ${place.gap.line}u > ${place.gap.used - elements}u`;
  const word = name === 'a' ? watchWords.loadsOfA : watchWords.loadsOfB;
  if (watch === 'traffic') return `atomicAdd(&watch_counts[${word}], ${elements}u); `;
  // Element 0 of the buffer is there for loads whose value is not used. Here it is NaN, so whoever uses it is found.
  return `if (index != 0u && (index < ${start}u || index > ${Math.max(0, last)}u${inGap})) { atomicAdd(&watch_counts[${word}], 1u); } `;
}

function load(name: 'a' | 'b', place: OperandPlace, watch: Watch): string {
  return `fn load_${name}(index: u32) -> f32 { ${watchLoad(name, place, 1, watch)}return operand_${name}[index]; }`;
}

function load4(name: 'a' | 'b', place: OperandPlace, isVector: boolean, watch: Watch): string {
  const elements = ['', ' + 1u', ' + 2u', ' + 3u'].map((next) => `operand_${name}[index${next}]`);
  const value = isVector ? `operand_${name}[index / 4u]` : `vec4<f32>(${elements.join(', ')})`;
  return `fn load4_${name}(index: u32) -> vec4<f32> { ${watchLoad(name, place, 4, watch)}return ${value}; }`;
}

/** Counts the stores of each element, and refuses those outside. */
function watchStore(task: KernelTask, elements: number, watch: Watch): string {
  if (watch === 'nothing') return '';
  if (watch === 'traffic') return `atomicAdd(&watch_counts[${watchWords.stores}], ${elements}u); `;
  const outside = `batch >= ${task.batch}u || row >= ${task.rows}u || column + ${elements - 1}u >= ${task.columns}u`;
  return [
    `if (${outside}) { atomicAdd(&watch_counts[${watchWords.stores}], 1u); return; }`,
    `for (var i = 0u; i < ${elements}u; i++) { atomicAdd(&watch_counts[${watchWords.counters}u + result_place(batch, row, column) + i], 1u); } `,
  ].join(' ');
}

function store(task: KernelTask, watch: Watch): string {
  return `fn store(batch: u32, row: u32, column: u32, value: f32) { ${watchStore(task, 1, watch)}result[${guard}u + result_place(batch, row, column)] = value; }`;
}

function store4(task: KernelTask, isVector: boolean, watch: Watch): string {
  const body = isVector
    ? `result[(${guard}u + result_place(batch, row, column)) / 4u] = value;`
    : `let at = ${guard}u + result_place(batch, row, column); for (var i = 0u; i < 4u; i++) { result[at + i] = value[i]; }`;
  return `fn store4(batch: u32, row: u32, column: u32, value: vec4<f32>) { ${watchStore(task, 4, watch)}${body} }`;
}

/** Elements of the three buffers, guards included. */
export function bufferLengths(task: KernelTask): { a: number; b: number; result: number } {
  const whole = (elements: number) => Math.ceil(elements / 4) * 4;
  return {
    a: whole(startOf(task.a) + task.a.length) + guard,
    b: whole(startOf(task.b) + task.b.length) + guard,
    result: whole(guard + resultLength(task)) + guard,
  };
}
