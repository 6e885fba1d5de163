/** @file The best schedule of rates for the noisy quadratic of the suite, found on its closed form. */

/** Rates, and the excess that they leave. */
export interface Schedule {
  readonly excess: number;
  readonly rates: readonly number[];
}

const [h, variance, start] = [
  [1, 0.01],
  [1, 1],
  [100, 100],
];
/** Twice the stable rate of the larger curvature, less a little. */
const largest = 1.99;

/** ½ Σ h A_T under rates. */
function excessOf(rates: readonly number[]): number {
  return h.reduce((total, curvature, i) => {
    const last = rates.reduce(
      (state, rate) => (1 - rate * curvature) ** 2 * state + (rate * curvature) ** 2 * variance[i]!,
      start[i]!,
    );
    return total + 0.5 * curvature * last;
  }, 0);
}

/**
 * The best of rates from 0 to 1.99 over T steps: for every number of steps at the largest rate, the rates that are best for each next step after
 * them, and from there rounds of exact minimisation along one rate at a time (the excess is a parabola of each) until none lowers it by a part in
 * 10¹². A single such descent ends in one of many minima; the least of all is taken.
 */
export function bestSchedule(steps = 100): Schedule {
  const ends = Array.from({ length: steps + 1 }, (_, count) => descended(greedyAfter(count, steps)));
  return ends.reduce((best, one) => (one.excess < best.excess ? one : best));
}

/** The largest rate for `count` steps, then what lowers the excess most at each single step. */
function greedyAfter(count: number, steps: number): readonly number[] {
  const state = [...start];
  return Array.from({ length: steps }, (_, t) => {
    const total = (of: (curvature: number, i: number) => number) =>
      h.reduce((sum, one, i) => sum + of(one, i), 0);
    const greedy =
      total((one, i) => one ** 2 * state[i]!) / total((one, i) => one ** 3 * (state[i]! + variance[i]!));
    const rate = t < count ? largest : greedy;
    h.forEach((curvature, i) => {
      state[i] = (1 - rate * curvature) ** 2 * state[i]! + (rate * curvature) ** 2 * variance[i]!;
    });
    return rate;
  });
}

function descended(from: readonly number[]): Schedule {
  let rates = from;
  for (let last = Number.POSITIVE_INFINITY; ; ) {
    rates = onceThrough(rates);
    const excess = excessOf(rates);
    if (last - excess <= 1e-12 * excess) return { excess, rates };
    last = excess;
  }
}

/** Each rate in turn at its best, the others staying. */
function onceThrough(before: readonly number[]): number[] {
  const rates = [...before];
  // What a unit of A_t+1 is worth at the end, under the rates after it.
  const worth = h.map((curvature) => {
    const values = [0.5 * curvature];
    for (let t = rates.length - 1; t >= 0; t--)
      values.push(values.at(-1)! * (1 - rates[t]! * curvature) ** 2);
    return values.reverse();
  });
  const state = [...start];
  for (let t = 0; t < rates.length; t++) {
    let [slope, bend] = [0, 0];
    h.forEach((curvature, i) => {
      slope += worth[i]![t + 1]! * curvature * state[i]!;
      bend += worth[i]![t + 1]! * curvature ** 2 * (state[i]! + variance[i]!);
    });
    rates[t] = Math.min(largest, Math.max(0, slope / bend));
    h.forEach((curvature, i) => {
      state[i] = (1 - rates[t]! * curvature) ** 2 * state[i]! + (rates[t]! * curvature) ** 2 * variance[i]!;
    });
  }
  return rates;
}
