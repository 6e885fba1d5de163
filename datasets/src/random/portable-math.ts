/**
 * @file Elementary functions with the same bits everywhere.
 *
 * JavaScript fixes the result of + − × ÷ and of the square root to the last bit, but leaves `Math.sin`, `Math.log` and
 * the like to the engine. Generated data must be the same bytes in Node and in every browser, so what it needs is
 * written here with those operations alone. Relative error below 1e-14 on the ranges that data uses (|x| < 1e6 for the
 * trigonometric functions), which `portable-math.test.ts` checks against the engine's own.
 */

const HALF_PI = Math.PI / 2;
/** π/2 in two parts: the first has 33 significant bits, so its product with a quadrant number below 2^20 is exact. */
const HALF_PI_HIGH = 1.5707963267341256;
const HALF_PI_LOW = 6.077100506506192e-11;

/** Taylor coefficients 1/3!, 1/5! … with alternating signs; 9 terms reach 1e-17 on [-π/4, π/4]. */
const SINE = [-1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800, 1 / 6227020800, -1 / 1307674368000];
const COSINE = [
  -1 / 2,
  1 / 24,
  -1 / 720,
  1 / 40320,
  -1 / 3628800,
  1 / 479001600,
  -1 / 87178291200,
  1 / 20922789888000,
];

function polynomial(coefficients: readonly number[], z: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i -= 1) sum = sum * z + coefficients[i]!;
  return sum;
}

/** Sine and cosine of the angle left over after taking away `quadrant` right angles. */
function quarterTurn(x: number, quadrant: number, reduced: number): number {
  const z = reduced * reduced;
  const turned = ((quadrant % 4) + 4) % 4;
  const value =
    turned % 2 === 0 ? reduced + reduced * z * polynomial(SINE, z) : 1 + z * polynomial(COSINE, z);
  return Number.isFinite(x) ? (turned < 2 ? value : -value) : Number.NaN;
}

/** Sine of an angle in radians. */
export function sin(x: number): number {
  const quadrant = Math.floor(x / HALF_PI + 0.5);
  return quarterTurn(x, quadrant, x - quadrant * HALF_PI_HIGH - quadrant * HALF_PI_LOW);
}

/** Cosine of an angle in radians. */
export function cos(x: number): number {
  const quadrant = Math.floor(x / HALF_PI + 0.5);
  return quarterTurn(x, quadrant + 1, x - quadrant * HALF_PI_HIGH - quadrant * HALF_PI_LOW);
}

/** Natural logarithm of a positive number; NaN below zero, -Infinity at zero. */
export function log(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY)
    return x === 0 ? Number.NEGATIVE_INFINITY : x > 0 ? x : Number.NaN;
  let mantissa = x;
  let exponent = 0;
  while (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent -= 1;
  }
  // log m = 2 artanh((m - 1) / (m + 1)); |s| < 0.172, so 12 terms reach 1e-19.
  const s = (mantissa - 1) / (mantissa + 1);
  const z = s * s;
  let sum = 0;
  for (let term = 23; term >= 1; term -= 2) sum = sum * z + 1 / term;
  return exponent * Math.LN2 + 2 * s * sum;
}

/** e to the power x. */
export function exp(x: number): number {
  if (x > 709.7) return Number.POSITIVE_INFINITY;
  if (x < -745) return 0;
  const exponent = Math.floor(x / Math.LN2 + 0.5);
  const reduced = x - exponent * Math.LN2;
  // Horner form of the Taylor series; |reduced| < 0.35, so 15 terms reach 1e-20.
  let sum = 1;
  for (let term = 15; term >= 1; term -= 1) sum = 1 + (reduced / term) * sum;
  let scaled = sum;
  for (let i = 0; i < Math.abs(exponent); i += 1) scaled = exponent > 0 ? scaled * 2 : scaled / 2;
  return scaled;
}

/** A positive base to any power. */
export function pow(base: number, exponent: number): number {
  return exp(exponent * log(base));
}
