/** @file One product to run alone: where its operands lie, the module that the compiler would write, the exact result. */
import { writeNumbers } from '../../graph/wgsl-numbers.ts';
import type { EmittedKernel, MatmulProblem } from '../contraction.ts';
import { parameterLines } from '../frame.ts';

export interface MatmulLayout {
  readonly batch?: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Operand a is stored [k, m] instead of [m, k]; b is stored [n, k] instead of [k, n]. */
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Elements in front of the operand. */
  readonly aOffset?: number;
  readonly bOffset?: number;
  /** All batches read the same operand. */
  readonly shareA?: boolean;
  readonly shareB?: boolean;
  /** Elements between stored rows beyond their length. */
  readonly aGap?: number;
  readonly bGap?: number;
}

export interface MatmulCase {
  readonly problem: MatmulProblem;
  readonly aOffset: number;
  readonly bOffset: number;
  readonly aBatchStride: number;
  readonly bBatchStride: number;
  /** Elements of the two buffers, offset included. */
  readonly aLength: number;
  readonly bLength: number;
}

export function matmulCase(layout: MatmulLayout): MatmulCase {
  const { m, n, k } = layout;
  const batch = layout.batch ?? 1;
  const aRow = (layout.transposeA === true ? m : k) + (layout.aGap ?? 0);
  const bRow = (layout.transposeB === true ? k : n) + (layout.bGap ?? 0);
  const aSize = (layout.transposeA === true ? k : m) * aRow;
  const bSize = (layout.transposeB === true ? n : k) * bRow;
  const aOffset = layout.aOffset ?? 0;
  const bOffset = layout.bOffset ?? 0;
  const aBatchStride = layout.shareA === true ? 0 : aSize;
  const bBatchStride = layout.shareB === true ? 0 : bSize;
  return {
    problem: {
      batch,
      m,
      n,
      k,
      aRowStride: layout.transposeA === true ? 1 : aRow,
      aColumnStride: layout.transposeA === true ? aRow : 1,
      bRowStride: layout.transposeB === true ? 1 : bRow,
      bColumnStride: layout.transposeB === true ? bRow : 1,
      aAligned: aOffset % 4 === 0 && (batch === 1 || aBatchStride % 4 === 0),
      bAligned: bOffset % 4 === 0 && (batch === 1 || bBatchStride % 4 === 0),
    },
    aOffset,
    bOffset,
    aBatchStride,
    bBatchStride,
    aLength: aOffset + aSize + (batch - 1) * aBatchStride,
    bLength: bOffset + bSize + (batch - 1) * bBatchStride,
  };
}

/**
 * A whole module: bindings 0 (a), 1 (b) and 2 (result, [batch, m, n]) of group 0, and the contract's functions at their
 * plainest. A buffer that is only read in vectors is an array of vectors.
 *
 * @param assignment `+=` on a cleared result shows elements that are stored more than once.
 */
export function standaloneMatmul(
  one: MatmulCase,
  kernel: EmittedKernel,
  assignment: '=' | '+=' = '=',
): string {
  const uses = new Set<string>(kernel.uses);
  const vectors = (operand: 'a' | 'b') => uses.has(`load4_${operand}`) && !uses.has(`load_${operand}`);
  const elementType = (vector: boolean) => (vector ? 'vec4<f32>' : 'f32');
  const stores4 = uses.has('store4') && !uses.has('store');
  const { m, n } = one.problem;
  const lines = [
    ...(kernel.enables ?? []).map((name) => `enable ${name};`),
    `@group(0) @binding(0) var<storage, read_write> operand_a: array<${elementType(vectors('a'))}>;`,
    `@group(0) @binding(1) var<storage, read_write> operand_b: array<${elementType(vectors('b'))}>;`,
    `@group(0) @binding(2) var<storage, read_write> result: array<${elementType(stores4)}>;`,
    parameterLines(kernel),
    `fn a_batch(batch: u32) -> u32 { return ${one.aOffset}u + batch * ${one.aBatchStride}u; }`,
    `fn b_batch(batch: u32) -> u32 { return ${one.bOffset}u + batch * ${one.bBatchStride}u; }`,
  ];
  for (const operand of ['a', 'b'] as const) {
    const buffer = `operand_${operand}`;
    if (uses.has(`load_${operand}`)) {
      lines.push(`fn load_${operand}(index: u32) -> f32 { return ${buffer}[index]; }`);
    }
    if (uses.has(`load4_${operand}`)) {
      const four = ['', ' + 1u', ' + 2u', ' + 3u'].map((next) => `${buffer}[index${next}]`).join(', ');
      const value = vectors(operand) ? `${buffer}[index / 4u]` : `vec4<f32>(${four})`;
      lines.push(`fn load4_${operand}(index: u32) -> vec4<f32> { return ${value}; }`);
    }
  }
  lines.push(
    `fn place(batch: u32, row: u32, column: u32) -> u32 { return (batch * ${m}u + row) * ${n}u + column; }`,
  );
  if (uses.has('store')) {
    lines.push(
      `fn store(batch: u32, row: u32, column: u32, value: f32) { result[place(batch, row, column)] ${assignment} value; }`,
    );
  }
  if (uses.has('store4')) {
    const body = stores4
      ? `result[place(batch, row, column) / 4u] ${assignment} value;`
      : `let at = place(batch, row, column); for (var i = 0u; i < 4u; i++) { result[at + i] ${assignment} value[i]; }`;
    lines.push(`fn store4(batch: u32, row: u32, column: u32, value: vec4<f32>) { ${body} }`);
  }
  return writeNumbers(`${lines.join('\n')}\n\n${kernel.wgsl}`);
}

/** Repeatable values in [-1, 1): a linear congruential generator (constants of Numerical Recipes). */
export function sampleValues(length: number, seed: number): Float32Array {
  const values = new Float32Array(length);
  let state = seed >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = state / 2 ** 31 - 1;
  }
  return values;
}

/** The exact element (batch, row, column) and the sum of magnitudes Σ|a·b|, which scales its rounding error. */
export function exactElement(
  one: MatmulCase,
  a: Float32Array,
  b: Float32Array,
  batch: number,
  row: number,
  column: number,
): { readonly value: number; readonly magnitude: number } {
  const p = one.problem;
  const aStart = one.aOffset + batch * one.aBatchStride + row * p.aRowStride;
  const bStart = one.bOffset + batch * one.bBatchStride + column * p.bColumnStride;
  let value = 0;
  let magnitude = 0;
  for (let k = 0; k < p.k; k++) {
    const product =
      (a[aStart + k * p.aColumnStride] ?? Number.NaN) * (b[bStart + k * p.bRowStride] ?? Number.NaN);
    value += product;
    magnitude += Math.abs(product);
  }
  return { value, magnitude };
}
