/** @file WGSL element types and literals. */

import type { ReductionLowering, WgslType } from '../../graph/lowering.ts';
import type { DType } from '../../graph/tensor.ts';
import { f32, u32 } from '../../graph/wgsl-numbers.ts';

function scalarLiteral(value: number, dtype: DType): string {
  if (dtype === 'u32') return u32(value);
  if (dtype === 'i32') return value < 0 ? `i32(${value})` : `${value}i`;
  if (Object.is(value, -0)) return 'bitcast<f32>(0x80000000u)';
  return value < 0 ? `(-${f32(-value)})` : f32(value);
}

function makeType(dtype: DType, width: 1 | 4): WgslType {
  const text = width === 1 ? dtype : `vec4<${dtype}>`;
  return {
    dtype,
    width,
    text,
    bool: width === 1 ? 'bool' : 'vec4<bool>',
    literal: (value) =>
      width === 1 ? scalarLiteral(value, dtype) : `${text}(${scalarLiteral(value, dtype)})`,
  };
}

const types = new Map<string, WgslType>();
for (const dtype of ['f32', 'i32', 'u32'] as const)
  for (const width of [1, 4] as const) types.set(`${dtype}${width}`, makeType(dtype, width));

export function wgslType(dtype: DType, width: 1 | 4): WgslType {
  return types.get(`${dtype}${width}`)!;
}

/** Declares the variable in which a reduction starts. An infinite start has no literal: its bits are read at run time. */
export function initialOf(name: string, { initial }: ReductionLowering, type: WgslType): string {
  const value = typeof initial === 'number' ? initial : initial(type.dtype);
  if (Number.isFinite(value)) return `var ${name}: ${type.text} = ${type.literal(value)};`;
  const bits = value > 0 ? '0x7f800000u' : '0xff800000u';
  return `let bits_of_${name} = ${bits};\nvar ${name}: ${type.text} = ${type.text}(bitcast<f32>(bits_of_${name}));`;
}
