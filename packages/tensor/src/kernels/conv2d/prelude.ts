/** @file The text that the compiler would put in front of a kernel, for tests and studies that run one alone. */
import type { ContractFunction, Conv2dProblem, EmittedKernel } from '../contraction.ts';
import { contractionSizes } from './reference.ts';
import { matrixView } from './problem.ts';

/** Where the operands start in their buffers, in f32 elements. */
export interface OperandOffsets {
  readonly a: number;
  readonly b: number;
}

/**
 * A whole WGSL module for one kernel: bindings 0 (a), 1 (b), 2 (result, rows × columns of one task after another) of
 * group 0, and the contract's functions with a plain store.
 */
export function standaloneModule(
  problem: Conv2dProblem,
  kernel: EmittedKernel,
  offsets: OperandOffsets = { a: 0, b: 0 },
): string {
  const uses = new Set<ContractFunction>(kernel.uses);
  const sizes = contractionSizes(problem);
  const view = matrixView(problem);
  const aType = uses.has('load4_a') ? 'vec4<f32>' : 'f32';
  const bType = uses.has('load4_b') ? 'vec4<f32>' : 'f32';
  const storeType = uses.has('store4') ? 'vec4<f32>' : 'f32';
  const lines = [
    `@group(0) @binding(0) var<storage, read_write> operand_a: array<${aType}>;`,
    `@group(0) @binding(1) var<storage, read_write> operand_b: array<${bType}>;`,
    `@group(0) @binding(2) var<storage, read_write> result: array<${storeType}>;`,
    ...Object.entries(kernel.constants).map(([name, value]) => `const ${name}: u32 = ${value}u;`),
    `fn a_batch(batch: u32) -> u32 { return ${offsets.a}u + batch * ${sizes.a / problem.tasks}u; }`,
    `fn b_batch(batch: u32) -> u32 { return ${offsets.b}u + batch * ${sizes.b / problem.tasks}u; }`,
    ...loads('a', uses),
    ...loads('b', uses),
  ];
  const place = `(batch * ${view.rows}u + row) * ${view.columns}u + column`;
  if (storeType === 'f32') {
    lines.push(`fn store(batch: u32, row: u32, column: u32, value: f32) { result[${place}] = value; }`);
  } else {
    lines.push(
      `fn store4(batch: u32, row: u32, column: u32, value: vec4<f32>) { result[(${place}) / 4u] = value; }`,
      `fn store(batch: u32, row: u32, column: u32, value: f32) { let at = ${place}; result[at / 4u][at % 4u] = value; }`,
    );
  }
  return `${lines.join('\n')}\n\n${kernel.wgsl}`;
}

function loads(operand: 'a' | 'b', uses: ReadonlySet<ContractFunction>): readonly string[] {
  if (!uses.has(`load4_${operand}`)) {
    return [`fn load_${operand}(index: u32) -> f32 { return operand_${operand}[index]; }`];
  }
  return [
    `fn load4_${operand}(index: u32) -> vec4<f32> { return operand_${operand}[index / 4u]; }`,
    `fn load_${operand}(index: u32) -> f32 { return operand_${operand}[index / 4u][index % 4u]; }`,
  ];
}
