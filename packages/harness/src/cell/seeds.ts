import type { CellConfig } from './config.ts';
import { hashOf } from './identity.ts';

/** An axis of a cell on which a stream of random numbers may depend. */
export type SeedAxis = 'suite' | 'problem' | 'method' | 'horizon' | 'dimension' | 'seed' | 'profile' | 'pass';

/**
 * Which axes each stream depends on. What a stream leaves out it shares: `data` without `method` means that
 * every method sees the same data, so differences between methods are paired.
 */
export type SeedAxes = Readonly<Record<string, readonly SeedAxis[]>>;

/** Data, initialisation and order are shared by all methods and horizons; a method's own noise is not. */
export const defaultSeedAxes: SeedAxes = {
  data: ['suite', 'problem', 'seed'],
  initialisation: ['suite', 'problem', 'seed'],
  order: ['suite', 'problem', 'seed'],
  noise: ['suite', 'problem', 'method', 'seed'],
};

/** The seeds of one cell and how they came about. */
export interface DerivedSeeds {
  /** One unsigned 32-bit number per stream. */
  readonly derived: Readonly<Record<string, number>>;
  readonly axes: SeedAxes;
}

/**
 * One unsigned 32-bit seed: the first four bytes of the SHA-256 of the stream's name and the values of the
 * axes it depends on. (After benchopt's `get_seed`, which hashes the names of the axes in use.)
 */
export function deriveSeed(stream: string, config: CellConfig, axes: readonly SeedAxis[]): number {
  const values = Object.fromEntries([...axes].sort().map((axis) => [axis, config[axis]]));
  return Number.parseInt(hashOf({ stream, values }).slice(0, 8), 16);
}

/** Seeds by stream and values: the cells of a large profile share nearly all of theirs. */
const known = new Map<string, number>();

/** All seeds of a cell. */
export function deriveSeeds(config: CellConfig, axes: SeedAxes = defaultSeedAxes): DerivedSeeds {
  const seedOf = (stream: string, used: readonly SeedAxis[]): number => {
    const key = JSON.stringify([stream, used, used.map((axis) => config[axis])]);
    const seed = known.get(key) ?? deriveSeed(stream, config, used);
    if (known.size > 10_000) known.clear();
    known.set(key, seed);
    return seed;
  };
  const derived = Object.fromEntries(
    Object.entries(axes).map(([stream, used]) => [stream, seedOf(stream, used)]),
  );
  return { derived, axes };
}
