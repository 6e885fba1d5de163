/** @file The text that the compiler would put in front of a kernel, for tests and studies that run one alone. */
import { writeNumbers } from '../../../graph/wgsl-numbers.ts';
import type { ContractFunction, Conv2dProblem, EmittedKernel } from '../../contraction.ts';
import { parameterLines } from '../../frame.ts';
import { contractionSizes, matrixView } from '../problem.ts';

export interface Placement {
  /** Where the operands start in their buffers, in f32 elements. */
  readonly a: number;
  readonly b: number;
  /** `store` adds to what is there instead of replacing it, so that a second store of an element shows. */
  readonly adding: boolean;
}

/**
 * A whole WGSL module for one kernel: bindings 0 (a), 1 (b), 2 (result, rows × columns of one task after another) of
 * group 0, and the contract's functions with a plain store.
 */
export function standaloneModule(
  problem: Conv2dProblem,
  kernel: EmittedKernel,
  placement: Placement,
): string {
  const uses = new Set<ContractFunction>(kernel.uses);
  const sizes = contractionSizes(problem);
  const { rows, columns } = matrixView(problem);
  const type = (vector: ContractFunction) => (uses.has(vector) ? 'vec4<f32>' : 'f32');
  const assign = placement.adding ? '+=' : '=';
  const place = `(batch * ${rows}u + row) * ${columns}u + column`;
  const store = uses.has('store4')
    ? `fn store4(batch: u32, row: u32, column: u32, value: vec4<f32>) { result[(${place}) / 4u] ${assign} value; }`
    : `fn store(batch: u32, row: u32, column: u32, value: f32) { result[${place}] ${assign} value; }`;
  const lines = [
    ...(kernel.enables ?? []).map((name) => `enable ${name};`),
    `@group(0) @binding(0) var<storage, read_write> operand_a: array<${type('load4_a')}>;`,
    `@group(0) @binding(1) var<storage, read_write> operand_b: array<${type('load4_b')}>;`,
    `@group(0) @binding(2) var<storage, read_write> result: array<${type('store4')}>;`,
    parameterLines(kernel),
    `fn a_batch(batch: u32) -> u32 { return ${placement.a}u + batch * ${sizes.a / problem.tasks}u; }`,
    `fn b_batch(batch: u32) -> u32 { return ${placement.b}u + batch * ${sizes.b / problem.tasks}u; }`,
    load('a', uses),
    load('b', uses),
    store,
    kernel.wgsl,
  ];
  return writeNumbers(lines.join('\n'));
}

function load(operand: 'a' | 'b', uses: ReadonlySet<ContractFunction>): string {
  return uses.has(`load4_${operand}`)
    ? `fn load4_${operand}(index: u32) -> vec4<f32> { return operand_${operand}[index / 4u]; }`
    : `fn load_${operand}(index: u32) -> f32 { return operand_${operand}[index]; }`;
}
