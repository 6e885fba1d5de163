/** @file In which order configurations of a space are tried. Each strategy asks for one after another until it is done or told that time is over. */
import { groupedBy, randomFrom, shuffled } from '@longhorizon/harness';
import type { Configuration, Declaration, Parameter } from '@longhorizon/tensor/compiler';

/** A space as a strategy sees it. */
export interface SearchSpace extends Pick<Declaration, 'parameters' | 'uses'> {
  /** Those that can be had on the adapter, the simplest first. */
  readonly configurations: readonly Configuration[];
}

/** Tries a configuration. @returns its time so far; undefined where there is none */
export type Visit = (configuration: Configuration) => Promise<number | undefined>;

export interface StrategyOptions {
  readonly seed: number;
  readonly over: () => boolean;
  /** Configurations that were good elsewhere. */
  readonly starts?: readonly Configuration[];
}

/** A strategy: it asks for configurations one after another. */
export type Walk = (space: SearchSpace, visit: Visit, options: StrategyOptions) => Promise<void>;

/** All, in the order of the space. */
const exhaustive: Walk = async ({ configurations }, visit, { over }) => {
  for (const configuration of configurations) {
    if (over()) return;
    await visit(configuration);
  }
};

/** All, in an order of chance: good as far as it comes. */
const random: Walk = ({ configurations, ...space }, visit, options) =>
  exhaustive(
    { ...space, configurations: shuffled(configurations, randomFrom(options.seed)) },
    visit,
    options,
  );

/** A share of time by which another value has to be better to be gone to. */
const step = 0.01;
/** A kernel whose first configuration is this many times slower than the best is not walked through. */
const hopeless = 2;

/** Worse values that may lie between a value and a better one: a tile that leaves a rest. */
const patience = 1;

interface Place {
  readonly configuration: Configuration;
  readonly time: number;
}

/**
 * Coordinate descent in each kernel: from what was good elsewhere, else from the middle of its parameters, each parameter is moved to better
 * neighbouring values until none is better, alone or with another. A dozen kernels are compiled where the space has hundreds.
 */
const descent: Walk = async ({ parameters, configurations }, visit, { over, starts = [] }) => {
  const known = new Map(configurations.map((one) => [keyOf(one), one]));
  const [kernel, ...others] = parameters as readonly [Parameter, ...Parameter[]];
  const place = async (configuration: Configuration | undefined): Promise<Place | undefined> => {
    if (configuration === undefined || over()) return undefined;
    const time = await visit(configuration);
    return time === undefined ? undefined : { configuration, time };
  };
  const first: Place[] = [];
  for (const start of starts) first.push(...listOf(await place(known.get(keyOf(start)))));
  // The simplest kernels come last: on a large problem one run of theirs takes as long as ten others, and by then they are known to be slow.
  for (const name of [...kernel.values].reverse()) {
    if (first.some(({ configuration }) => configuration[kernel.name] === name)) continue;
    for (const start of middles(
      configurations.filter((one) => one[kernel.name] === name),
      others,
    )) {
      const found = await place(start);
      first.push(...listOf(found));
      if (found === undefined || found.time > hopeless * Math.min(...first.map(({ time }) => time))) break;
    }
  }
  let best = Number.POSITIVE_INFINITY;
  const entered = new Set<unknown>();
  for (const start of first.sort((a, b) => a.time - b.time)) {
    const name = [kernel, ...eitherOr(others)].map((one) => start.configuration[one.name]).join();
    if (entered.has(name) || start.time > hopeless * best) continue;
    entered.add(name);
    const end = await descend(start, others, known, place);
    best = Math.min(best, end.time);
  }
};

const listOf = (found: Place | undefined): Place[] => (found === undefined ? [] : [found]);

async function descend(
  start: Place,
  parameters: readonly Parameter[],
  known: ReadonlyMap<string, Configuration>,
  place: (configuration: Configuration | undefined) => Promise<Place | undefined>,
): Promise<Place> {
  let here = start;
  for (let moved = true; moved; ) {
    moved = false;
    for (const { name, values } of parameters)
      for (const direction of [1, -1]) {
        const at = values.indexOf(here.configuration[name]!);
        let worse = 0;
        for (let k = at + direction; k >= 0 && k < values.length; k += direction) {
          const wanted = { ...here.configuration, [name]: values[k]! };
          const found = await place(nearest(wanted, name, known, parameters));
          if (found === undefined || found.time >= (1 - step) * here.time) {
            // A value that cannot be had here does not hide those behind it.
            if (known.has(keyOf(wanted)) && ++worse > patience) break;
            continue;
          }
          worse = 0;
          here = found;
          moved = true;
        }
      }
    // What takes registers in one place has to give them up in another: a neighbour in two parameters at once.
    for (const next of moved ? [] : diagonals(here.configuration, parameters)) {
      const found = await place(known.get(keyOf(next)));
      if (found === undefined || found.time >= (1 - step) * here.time) continue;
      here = found;
      moved = true;
      break;
    }
  }
  return here;
}

/**
 * A configuration, or where it cannot be had, or is another one under a second name, that of its kernel with the same value of one parameter which is
 * fewest steps away in the others: what takes lanes in one place has to give them up in another.
 */
function nearest(
  wanted: Configuration,
  name: string,
  known: ReadonlyMap<string, Configuration>,
  parameters: readonly Parameter[],
): Configuration | undefined {
  const exact = known.get(keyOf(wanted));
  if (exact !== undefined) return exact;
  const own = new Set(parameters.map((one) => one.name));
  const steps = (one: Configuration): number =>
    parameters.reduce(
      (sum, { name: other, values }) =>
        sum + Math.abs(values.indexOf(one[other]!) - values.indexOf(wanted[other]!)),
      0,
    );
  return [...known.values()]
    .filter(
      (one) =>
        one[name] === wanted[name] &&
        Object.entries(wanted).every(([other, value]) => own.has(other) || one[other] === value),
    )
    .reduce<Configuration | undefined>(
      (best, one) => (best === undefined || steps(one) < steps(best) ? one : best),
      undefined,
    );
}

/** Configurations with one parameter a value higher, and another one a value lower or higher. */
function diagonals(configuration: Configuration, parameters: readonly Parameter[]): readonly Configuration[] {
  const moved = ({ name, values }: Parameter, by: number): Configuration => {
    const value = values[values.indexOf(configuration[name]!) + by];
    return value === undefined ? {} : { [name]: value };
  };
  return parameters.flatMap((up) =>
    parameters.flatMap((other) =>
      [-1, 1].flatMap((by) => {
        const both = { ...moved(up, 1), ...moved(other, by) };
        return Object.keys(both).length === 2 ? [{ ...configuration, ...both }] : [];
      }),
    ),
  );
}

const eitherOr = (parameters: readonly Parameter[]): readonly Parameter[] =>
  parameters.filter(({ values }) => values.length === 2);

/**
 * The middle of each combination of those parameters that are either the one or the other: which lies side by side, how many groups. Between them no
 * neighbour is better while the rest does not fit.
 */
function middles(
  configurations: readonly Configuration[],
  parameters: readonly Parameter[],
): readonly (Configuration | undefined)[] {
  const either = eitherOr(parameters);
  const combinations = groupedBy(configurations, (one) => either.map(({ name }) => one[name]).join());
  return [...combinations.values()].map((some) => middleOf(some, parameters));
}

/** Of the configurations that there are the one whose values lie in the middle of theirs. */
function middleOf(
  configurations: readonly Configuration[],
  parameters: readonly Parameter[],
): Configuration | undefined {
  let left = configurations;
  for (const { name, values } of parameters) {
    const there = values.filter((value) => left.some((one) => one[name] === value));
    left = left.filter((one) => one[name] === there[there.length >> 1]);
  }
  return left[0];
}

/** A configuration as a key that does not depend on the order of its parameters. */
export function keyOf(configuration: Configuration): string {
  return Object.keys(configuration)
    .sort()
    .map((name) => `${name}=${configuration[name]}`)
    .join(' ');
}

export const walks = { halving: random, exhaustive, random, descent } as const;
export type Strategy = keyof typeof walks;
export const strategies = Object.keys(walks) as readonly Strategy[];
