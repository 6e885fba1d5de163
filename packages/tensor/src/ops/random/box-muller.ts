import type { WgslType } from '../../graph/lowering.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import { alignOperands, defineElementwise, type Operand, wgslName } from '../helpers/elementwise.ts';
import { threefry2x32, threefryLines } from '../helpers/threefry.ts';
import { logFunction, smallCosine, smallSine } from '../helpers/wgsl-math.ts';

/**
 * u₁ = 1 − (first word >> 8)·2⁻²⁴ in (0, 1] and u₂ = (second word >> 8)·2⁻²⁴ in [0, 1) give √(−2 log
 * u₁)·cos(2π u₂). The angle is
 * an eighth of a turn at most, and a number of quarter turns that is exact: 2²² steps make a quarter.
 */
function functions(type: WgslType): string {
  const { text: T } = type;
  const float = {
    ...type,
    dtype: 'f32',
    text: T.replace('u32', 'f32'),
    literal: (value: number) => (type.width === 1 ? `f32(${value})` : `vec4<f32>(${value})`),
  } as const;
  const F = float.text;
  const log = wgslName('box_muller_log', type);
  return `${logFunction(log, float)}
fn ${wgslName('box_muller', type)}(k0: ${T}, k1: ${T}, c0: ${T}, c1: ${T}) -> ${F} {
  ${threefryLines(type)}
  let steps = y >> ${T}(8u);
  let quarter = (steps + ${T}(${2 ** 21}u)) >> ${T}(22u);
  let u = ${float.literal(1)} - ${F}(x >> ${T}(8u)) * ${float.literal(2 ** -24)};
  let r = (${F}(steps) - ${F}(quarter << ${T}(22u))) * ${float.literal((Math.PI / 2) * 2 ** -22)};
  let z = r * r;
  let turned = select(${smallCosine('z', float)}, ${smallSine('r', 'z', float)}, (quarter & ${T}(1u)) == ${T}(1u));
  // cos of 0, 1, 2, 3 quarter turns more: cos, −sin, −cos, sin.
  let cosine = select(turned, -turned, ((quarter + ${T}(1u)) & ${T}(2u)) == ${T}(2u));
  return sqrt(max(${float.literal(-2)} * ${log}(u), ${float.literal(0)})) * cosine;
}`;
}

const words: readonly [number, number] = [0, 4294967295];

const op = defineElementwise('boxMuller', 4, {
  doc: 'boxMuller(key0, key1, counter0, counter1): a standard normal number from the two words of a Threefry block.',
  dtypes: ['u32'],
  result: 'f32',
  reference: (key0, key1, counter0, counter1) => {
    const [first, second] = threefry2x32(key0!, key1!, counter0!, counter1!);
    const radius = Math.sqrt(-2 * Math.log(1 - (first >>> 8) * 2 ** -24));
    return radius * Math.cos(2 * Math.PI * (second >>> 8) * 2 ** -24);
  },
  wgsl: (operands, type) => `${wgslName('box_muller', type)}(${operands.join(', ')})`,
  functions,
  weight: 120,
  partials: 'none',
  domain: [words],
  special: [[0, 0, 0, 0]],
  tolerance: { ulp: 16, absolute: 2e-7 },
});

/** One standard normal number for each element; all operands are u32 and stretched to a common shape. */
export const boxMuller = withOp(
  op,
  (key0: Operand, key1: Operand, counter0: Operand, counter1: Operand): Tensor =>
    node(op, alignOperands('boxMuller', [key0, key1, counter0, counter1], 'u32')),
);
