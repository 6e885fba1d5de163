import type { Op } from '../../graph/op.ts';
import { type DType, dtypes, node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import { checkTensor } from '../helpers/check-tensor.ts';
import { batchElementwise, wrapIntegers } from '../helpers/elementwise.ts';
import { isNan } from '../helpers/wgsl-math.ts';

/** Limits between which a float converts without saturating: the largest f32 below 2³¹ and 2³². */
const limits = { i32: [-2147483648, 2147483520], u32: [0, 4294967040] } as const;

const op: Op<{ readonly dtype: DType }> = {
  name: 'cast',
  doc: 'cast(x, dtype): f32 to integer truncates and saturates, and NaN gives 0; between i32 and u32 the bits stay; integer to f32 rounds.',
  infer: ([x], { dtype }) => ({ shape: x!.shape, dtype }),
  reference: ([x], _, { dtype }) => {
    if (dtype === 'f32') return x!.data.slice();
    const data = x!.data.slice();
    if (x!.dtype === 'f32') {
      const [low, high] = limits[dtype];
      for (let i = 0; i < data.length; i++)
        data[i] = Number.isNaN(data[i]) ? 0 : Math.min(Math.max(Math.trunc(data[i]!), low), high);
    } else wrapIntegers(data, dtype);
    return data;
  },
  derivative: { kind: 'none' },
  batch: batchElementwise(() => op),
  lower: {
    kind: 'elementwise',
    expression: ([x], input, output) => {
      if (input.dtype !== 'f32' || output.dtype === 'f32') return `${output.text}(${x})`;
      const [low, high] = limits[output.dtype];
      const whole = `${output.text}(clamp(${x}, ${input.literal(low)}, ${input.literal(high)}))`;
      return `select(${whole}, ${output.literal(0)}, ${isNan(x!, input)})`;
    },
    weight: 1,
  },
  tolerance: { ulp: 1 },
  cases: [
    ...(['i32', 'u32'] as const).map((to) => ({
      inputs: [{ shape: [9], values: [NaN, Infinity, -Infinity, 0, -0, 2.7, -2.7, 3e38, -3e38] }],
      apply: (x: Tensor) => cast(x, to),
    })),
    ...dtypes.flatMap((from) =>
      dtypes
        .filter((to) => to !== from)
        .map((to) => ({
          inputs: [{ shape: [3, 5], dtype: from, domain: [-9, 9] as const }],
          apply: (x: Tensor) => cast(x, to),
        })),
    ),
  ],
};

/** `x` in another element type; `x` itself if it has that type already. Integers carry no derivative. */
export const cast = withOp(op, (x: Tensor, dtype: DType): Tensor => {
  checkTensor('cast', x);
  return x.dtype === dtype ? x : node(op, [x], { dtype });
});
