import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A source of random numbers that gives the same numbers for the same seed, everywhere. */
export interface Random {
  /** A whole number from 0 to `end − 1`. */
  below(end: number): number;
  /** A number in [0, 1). */
  uniform(): number;
  /** A standard normal number. */
  normal(): number;
}

/** Opens a stream of random numbers. Results never draw on the machine's own randomness. */
export function randomFrom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const uniform = (): number => uniformFloat64(generator);
  return {
    below: (end) => uniformInt(generator, 0, end - 1),
    uniform,
    // Box and Muller; 1 − u keeps the logarithm away from zero.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** The values in a random order (Fisher and Yates). */
export function shuffled<Value>(values: readonly Value[], random: Random): Value[] {
  const result = [...values];
  for (let last = result.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [result[last], result[other]] = [result[other] as Value, result[last] as Value];
  }
  return result;
}
