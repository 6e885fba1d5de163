/**
 * @file WGSL functions where the built-in ones are not accurate enough: WGSL promises `log` near 1, `sin` and
 *   `cos` only to an absolute
 * 2⁻²¹ … 2⁻¹¹. Each is written for one element or for four, under a name of its user's choice, because WGSL
 * has no overloading.
 *
 * Polynomials are least maximum error fits made for these intervals, except series that converge fast enough
 * as they are.
 */
import type { WgslType } from '../../graph/lowering.ts';

/** c₀ + z·(c₁ + z·(…)), as a WGSL expression of the named value. */
function polynomial(z: string, coefficients: readonly number[], type: WgslType): string {
  let text = type.literal(coefficients[coefficients.length - 1]!);
  for (let k = coefficients.length - 2; k >= 0; k--)
    text = `(${type.literal(coefficients[k]!)} + ${z} * ${text})`;
  return text;
}

/** The integer type with as many elements. */
const integers = (type: WgslType, dtype: 'i32' | 'u32') => (type.width === 1 ? dtype : `vec4<${dtype}>`);
const integerLiteral = (type: WgslType, value: string) => (type.width === 1 ? value : `vec4(${value})`);

/** The bits of a float, without its sign: ordered like the magnitudes, with NaN above infinity. */
const magnitudeBits = (x: string, type: WgslType) =>
  `(bitcast<${integers(type, 'u32')}>(${x}) & ${integerLiteral(type, '0x7fffffffu')})`;

/**
 * Whether the named value is NaN, by its bits: WGSL lets a driver assume that there is none and drop a comparison of floats
 * that would find it.
 */
export const isNan = (x: string, type: WgslType) =>
  `(${magnitudeBits(x, type)} > ${integerLiteral(type, '0x7f800000u')})`;

/** `result`, but NaN where the named value is: many built-in functions lose it (SwiftShader: exp(NaN) = ∞). */
export const keepNan = (x: string, result: string, type: WgslType) =>
  `select(${result}, ${x}, ${isNan(x, type)})`;

/** Whether the named value is below 0 or −0, but not NaN, by its bits. */
export const isNegative = (x: string, type: WgslType) =>
  `((bitcast<${integers(type, 'u32')}>(${x}) - ${integerLiteral(type, '0x80000000u')}) <= ${integerLiteral(type, '0x7f800000u')})`;

/** The larger (`>`) or the smaller (`<`) of two named values; for floats NaN if either is: built-in max and min lose it. */
export function extreme(a: string, b: string, better: '>' | '<', type: WgslType): string {
  if (type.dtype !== 'f32') return `${better === '>' ? 'max' : 'min'}(${a}, ${b})`;
  return `select(${b}, ${a}, ${isNan(a, type)} | (${a} ${better} ${b}))`;
}

const oneFloat = new DataView(new ArrayBuffer(4));

/** Whether |x| < bound or x is NaN, by the bits of a named value: one comparison for both. */
function isBelowOrNan(x: string, bound: number, type: WgslType): string {
  oneFloat.setFloat32(0, bound);
  const bits = oneFloat.getUint32(0);
  const reach = integerLiteral(type, `${0x7f800000 - bits}u`);
  return `((${magnitudeBits(x, type)} - ${integerLiteral(type, `${bits}u`)}) > ${reach})`;
}

/** 1 + z/3 + z²/5 + …: with z = s², s = f / (2 + f), log(1 + f) = 2·s·(this). */
const oddReciprocals = (terms: number) => Array.from({ length: terms }, (_, k) => 1 / (2 * k + 1));

/**
 * log(x), relative error below 2⁻²², also near 1 and of subnormal x. x = 2ᵏ·(1 + f) with 1 + f in [√½, √2); then, with s = f /
 * (2 + f) and h = f²/2,
 * log(1 + f) = f − (h − s·(h + R)), where R = 2·s²·(1/3 + s²/5 + …), so the rounding of s counts only in a
 * small term.
 */
export function logFunction(name: string, type: WgslType): string {
  const { text: T } = type;
  const [I, U] = [integers(type, 'i32'), integers(type, 'u32')];
  const one = type.literal(1);
  return `fn ${name}(x: ${T}) -> ${T} {
  let given = bitcast<${U}>(x);
  // A subnormal x = bits · 2⁻¹⁴⁹ is read as a whole number: devices may take it as 0 in arithmetic.
  let small = given < ${integerLiteral(type, '0x800000u')};
  let bits = select(given, bitcast<${U}>(${T}(given)), small);
  let k = bitcast<${I}>(bits - ${integerLiteral(type, '0x3f3504f3u')}) >> ${U}(${integerLiteral(type, '23u')});
  let f = bitcast<${T}>(bits - (bitcast<${U}>(k) << ${U}(${integerLiteral(type, '23u')}))) - ${one};
  let s = f / (${type.literal(2)} + f);
  let z = s * s;
  let h = ${type.literal(0.5)} * f * f;
  let r = ${type.literal(2)} * z * ${polynomial('z', oddReciprocals(6).slice(1), type)};
  let e = ${T}(k) - select(${type.literal(0)}, ${type.literal(149)}, small);
  // log 2 in two parts: the product of the first with any exponent is exact.
  let result = e * ${type.literal(0.693145751953125)} + (f - (h - (s * (h + r) + e * ${type.literal(1.4286068203094173e-6)})));
  // −∞ of ±0, ∞ of ∞, NaN of the others that are not positive and finite.
  let zero = (given & ${integerLiteral(type, '0x7fffffffu')}) == ${integerLiteral(type, '0u')};
  let other = select(${integerLiteral(type, '0x7fc00000u')}, ${integerLiteral(type, '0xff800000u')}, zero);
  let limit = select(other, given, given == ${integerLiteral(type, '0x7f800000u')});
  return select(bitcast<${T}>(limit), result, (given - ${integerLiteral(type, '1u')}) < ${integerLiteral(type, '0x7f7fffffu')});
}`;
}

/** log(1 + x) for 0 ≤ x ≤ 1, relative error below 2⁻²². */
export function log1pUnitFunction(name: string, type: WgslType): string {
  return `fn ${name}(x: ${type.text}) -> ${type.text} {
  let s = x / (${type.literal(2)} + x);
  let z = s * s;
  return ${type.literal(2)} * s * ${polynomial('z', oddReciprocals(7), type)};
}`;
}

/** log(1 + x), relative error below 2⁻²¹ also near 0. */
export function log1pFunction(name: string, type: WgslType): string {
  const one = type.literal(1);
  return `${logFunction(`${name}_log`, type)}
fn ${name}(x: ${type.text}) -> ${type.text} {
  let s = x / (${type.literal(2)} + x);
  let z = s * s;
  let near = ${type.literal(2)} * s * ${polynomial('z', oddReciprocals(5), type)};
  return select(${name}_log(${one} + x), near, (x > ${type.literal(-1 / 3)}) & (x < ${type.literal(0.5)}));
}`;
}

/** eˣ − 1, relative error below 2⁻²⁰ also near 0. */
export function expm1Function(name: string, type: WgslType): string {
  const reciprocalFactorials = [1];
  for (let k = 2; k <= 8; k++) reciprocalFactorials.push(reciprocalFactorials[k - 2]! / k);
  return `fn ${name}(x: ${type.text}) -> ${type.text} {
  let near = x * ${polynomial('x', reciprocalFactorials, type)};
  return select(exp(x) - ${type.literal(1)}, near, ${isBelowOrNan('x', 0.5, type)});
}`;
}

/** (sin r − r) / r³ and (cos r − 1 + r²/2) / r⁴ as polynomials of r², for |r| ≤ π/4. */
const sine = [-0.1666666716337204, 0.008333329111337662, -0.00019839317246805876, 2.7181424684386e-6];
const cosine = [0.04166664555668831, -0.0013887353707104921, 2.4436811145278625e-5];

/** sin r for |r| ≤ π/4, of a named value r with square z. */
export const smallSine = (r: string, z: string, type: WgslType) =>
  `${r} + ${r} * ${z} * ${polynomial(z, sine, type)}`;

/** cos r for |r| ≤ π/4, of the square z. */
export const smallCosine = (z: string, type: WgslType) =>
  `${type.literal(1)} - ${type.literal(0.5)} * ${z} + ${z} * ${z} * ${polynomial(z, cosine, type)}`;

/**
 * sin(x + turns·π/2): absolute error below 2⁻²² for |x| ≤ 10⁴; beyond, a number in [−1, 1]. π/2 is taken away in three parts
 * whose products with the number of quarter turns are exact for so many; what more is left is cut off.
 */
export function sineFunction(name: string, type: WgslType, turns: 0 | 1): string {
  const { text: T } = type;
  const I = integers(type, 'i32');
  const parts = [1.5703125, 0.0004837512969970703, 7.54978995489188e-8];
  return `fn ${name}(x: ${T}) -> ${T} {
  let n = round(x * ${type.literal(2 / Math.PI)});
  let left = ((x - n * ${type.literal(parts[0]!)}) - n * ${type.literal(parts[1]!)}) - n * ${type.literal(parts[2]!)};
  let r = clamp(left, ${type.literal(-0.7853982)}, ${type.literal(0.7853982)});
  let quarter = ${I}(n) + ${I}(${integerLiteral(type, `${turns}i`)});
  let z = r * r;
  let odd = (quarter & ${integerLiteral(type, '1i')}) != ${integerLiteral(type, '0i')};
  let value = select(${smallSine('r', 'z', type)}, ${smallCosine('z', type)}, odd);
  let turned = select(value, -value, (quarter & ${integerLiteral(type, '2i')}) != ${integerLiteral(type, '0i')});
  // Infinity has no sine, nor has NaN.
  let none = bitcast<${T}>(bitcast<${integers(type, 'u32')}>(x) | ${integerLiteral(type, '0x7fc00000u')});
  return select(turned, none, ${magnitudeBits('x', type)} >= ${integerLiteral(type, '0x7f800000u')});
}`;
}

/**
 * erf(x), absolute error below 2⁻²². |x| < 1: x·P(x²); beyond: 1 − e^(−x²)·Q(|x|), and ±1 from |x| = 3.92 on.
 */
export function erfFunction(name: string, type: WgslType): string {
  const near = [
    1.1283791065216064, -0.3761262595653534, 0.1128358468413353, -0.026853803545236588, 0.005188310518860817,
    -0.000801002373918891, 7.853242277633399e-5,
  ];
  const far = [
    0.9861272573471069, -1.0482105016708374, 0.7925946116447449, -0.43167945742607117, 0.16413357853889465,
    -0.040998153388500214, 0.0060051241889595985, -0.0003888840146828443,
  ];
  return `fn ${name}(x: ${type.text}) -> ${type.text} {
  let a = min(abs(x), ${type.literal(6)});
  let z = a * a;
  let near = x * ${polynomial('z', near, type)};
  let far = sign(x) * (${type.literal(1)} - exp(-z) * ${polynomial('a', far, type)});
  return select(far, near, ${isBelowOrNan('x', 1, type)});
}`;
}

/**
 * tanh(x), relative error below 2⁻²¹ also near 0. |x| < 0.6: x + x³·P(x²); beyond: 1 − 2 / (e^(2|x|) + 1)
 * with the sign of x, where
 * |x| stops at 10, because float32 tanh is ±1 from there on and the power must not overflow.
 */
export function tanhFunction(name: string, type: WgslType): string {
  const near = [
    -0.33333298563957214, 0.13331906497478485, -0.053782202303409576, 0.020789941772818565,
    -0.005887552164494991,
  ];
  return `fn ${name}(x: ${type.text}) -> ${type.text} {
  let z = x * x;
  let near = x + x * z * ${polynomial('z', near, type)};
  let far = ${type.literal(1)} - ${type.literal(2)} / (exp(${type.literal(2)} * min(abs(x), ${type.literal(10)})) + ${type.literal(1)});
  return select(sign(x) * far, near, ${isBelowOrNan('x', 0.6, type)});
}`;
}

/**
 * aᵇ as C and PyTorch define it, for every sign, zero, infinity and NaN: the built-in function knows positive bases only, and
 * gives 0 for 0⁻¹ (lavapipe).
 */
export function powerFunction(name: string, type: WgslType): string {
  const { text: T } = type;
  const U = integers(type, 'u32');
  const [zero, one] = [type.literal(0), type.literal(1)];
  const bits = (value: string) => integerLiteral(type, value);
  return `fn ${name}(a: ${T}, b: ${T}) -> ${T} {
  let size = abs(a);
  // A subnormal operand counts as 0. Where the base is 0, or base or exponent is infinite: ∞ or 0.
  let grows = (size > ${one}) == (b > ${zero});
  let limit = bitcast<${T}>(select(${bits('0u')}, ${bits('0x7f800000u')}, grows));
  let unlimited = ((${magnitudeBits('a', type)} - ${bits('0x800000u')}) < ${bits('0x7f000000u')}) & (${magnitudeBits('b', type)} < ${bits('0x7f800000u')});
  let positive = select(limit, pow(size, b), unlimited);
  let flat = ${magnitudeBits('b', type)} < ${bits('0x800000u')};
  let power = select(positive, ${one}, flat | (size == ${one}));
  let half = ${type.literal(0.5)} * b;
  let whole = floor(b) == b;
  let odd = whole & !(floor(half) == half);
  let negative = bitcast<${U}>(a) >= ${bits('0x80000000u')};
  let signed = select(power, -power, negative & odd);
  let undefined_root = negative & unlimited & !whole;
  let of_nan = (${isNan('a', type)} & !flat) | (${isNan('b', type)} & !(a == ${one}));
  let none = bitcast<${T}>(bitcast<${U}>(signed) | ${bits('0x7fc00000u')});
  return select(signed, none, undefined_root | of_nan);
}`;
}
