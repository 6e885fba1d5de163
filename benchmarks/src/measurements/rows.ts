/**
 * @file What suites of bilevel problems are made of: rows. A row of a problem or a method is the harness's declaration together with
 * the function that makes the thing; `bilevelSuite` turns rows into a suite, so what is declared and what is run cannot differ.
 */
import type { Method, Problem } from '@longhorizon/bilevel';
import type { InitialisationRule } from '@longhorizon/bilevel/authoring';
import {
  type CellConfig,
  defineSuite,
  type JsonObject,
  type MethodSpec,
  type ProblemSpec,
  type ProfileSpec,
  rateName,
  type Suite,
  tunedParameter,
} from '@longhorizon/harness';
import type { HyperMethod } from '../methods/hyper-method.ts';
import { isHere } from '../problem-parts/data-files.ts';

/** Seeds of a cell by stream: `data`, `initialisation`, `order`, `noise`; unsigned 32-bit. */
export type Seeds = Readonly<Record<string, number>>;

/** Numbers for a problem's given arrays, by name: the next tasks. */
export type Batch = Readonly<Record<string, ArrayLike<number>>>;

export interface ProblemRow extends ProblemSpec {
  /** d, where it is the same at every p. */
  readonly weights?: number;
  /** The data set whose files it needs; profiles leave it out where they are not. */
  readonly needs?: string;
  /** Where the exact hypergradient comes from when no formula gives it: by size when left out, else always in float32. */
  readonly oracle?: 'device';
  /** The problem at a cell's T and p, from the cell's streams of random numbers. */
  readonly make: (config: CellConfig, seeds: Seeds) => Problem;
  /** How λ is learned in the pass `training`; a row without one has no such pass. */
  readonly training?: (config: CellConfig, seeds: Seeds) => Recipe;
}

/** A meta-training, the same for every method. */
export interface Recipe {
  /** Inner optimisations. */
  readonly innerOptimisations: number;
  /** Learning rate of λ, by Adam. */
  readonly rate: number;
  /** λ comes to rest: its rate falls in a straight line, and would be 0 after the last inner optimisation. Steady when left out. */
  readonly decays?: boolean;
  /** λ is updated after every so many inner steps; the horizon, once at the end, when left out. */
  readonly every?: number;
  /** The norm that every hypergradient is brought down to before Adam sees it; none when left out. */
  readonly clip?: number;
  readonly initialisation?: InitialisationRule;
  readonly initialisationRate?: number;
  /** The tasks of an inner optimisation, counted from 0; always the problem's own when left out. */
  readonly tasks?: (number: number) => Batch;
  /** Where λ is judged: batches that no inner optimisation sees; the problem's own data when left out. */
  readonly test?: { readonly batches: number; readonly tasks: (number: number) => Batch };
  /** Evaluated after every so many inner optimisations. */
  readonly evaluateEvery: number;
}

/** The learning rate of λ in an inner optimisation, counted from 0. */
export const rateAt = ({ rate, decays = false, innerOptimisations }: Recipe, number: number): number =>
  decays ? rate * (1 - number / innerOptimisations) : rate;

/** How λ is learned where it is not by hypergradients. */
export type Control = 'none' | 'random';

export interface MethodRow extends MethodSpec {
  /** Set where λ is not learned by hypergradients. */
  readonly control?: Control;
  readonly make: (config: CellConfig, seeds: Seeds) => Method;
}

/** A method of the registry as a row of a suite. */
export function hyperRow(
  { id, name, title, role, horizon, measureVersion, tunes, inSuites }: HyperMethod,
  more: {
    readonly problems?: readonly string[];
    /** The rate of the inner steps of a cell, which some methods have to know. */
    readonly rateOf?: (config: CellConfig) => number;
  } = {},
): MethodRow {
  return {
    id,
    name,
    title,
    role,
    measureVersion,
    ...(horizon === undefined ? {} : { horizon }),
    ...(tunes === undefined ? {} : { tunes }),
    ...(more.problems === undefined ? {} : { problems: more.problems }),
    make: (config, { noise = 0 }) => {
      const { [rateName]: _, ...own } = tunedOf(config);
      const context = {
        horizon: config.horizon,
        dimension: config.dimension,
        seed: noise,
        rate: more.rateOf?.(config) ?? usualRate,
      };
      return inSuites(context, own);
    },
  };
}

/** The tuned numbers of a cell; none where it runs with the usual ones. */
export function tunedOf({ parameters }: Pick<CellConfig, 'parameters'>): JsonObject {
  return (parameters[tunedParameter] ?? {}) as JsonObject;
}

/** Of inner steps where a suite does not say. */
const usualRate = 0.1;

/** A suite with the functions that its cells need. */
export interface BilevelSuite {
  readonly suite: Suite;
  readonly problems: readonly ProblemRow[];
  readonly methods: readonly MethodRow[];
}

type SuiteParts = Omit<Suite, 'problems' | 'methods' | 'passes' | 'seedAxes'> & {
  readonly problems: readonly ProblemRow[];
  readonly methods: readonly MethodRow[];
  readonly passes?: Suite['passes'];
};

/**
 * The passes in their order: first whether the hypergradient is right, then what it costs, then what it buys. Memory and time are never
 * taken in one pass.
 */
export const passes = ['gradient', 'memory', 'time', 'training'] as const;

/** What the pass `time` takes in turns with the hypergradient: as many inner steps without one. */
export const plainPhase = 'inner steps alone';
export type Pass = (typeof passes)[number];

export function bilevelSuite({ problems, methods, ...parts }: SuiteParts): BilevelSuite {
  const declaration: Suite = {
    ...parts,
    problems: problems.map(({ make: _, training: __, needs, oracle: ___, weights, ...spec }) => ({
      ...spec,
      ...(weights === undefined ? {} : { isolatesDimension: true }),
      ...(needs === undefined || isHere(needs)
        ? {}
        : { absent: `its data set ${needs} is not here; "longhorizon data list" says where it is from` }),
    })),
    profiles: Object.fromEntries(
      Object.entries(parts.profiles).map(([name, profile]) => [name, withWhatIsHere(profile, problems)]),
    ),
    methods: methods.map(({ make: _, control: __, ...spec }) => spec),
    passes: parts.passes ?? passes,
    timedBeside: { phase: plainPhase, title: 'inner steps' },
    // The size of a problem is not part of its seeds' names: λ of every length begins with the same numbers.
    seedAxes: {
      data: ['suite', 'problem', 'seed'],
      initialisation: ['suite', 'problem', 'seed'],
      order: ['suite', 'problem', 'seed'],
      noise: ['suite', 'problem', 'method', 'seed'],
    },
  };
  // Nothing can be checked of a suite whose problems are still to come.
  return { suite: problems.length === 0 ? declaration : defineSuite(declaration), problems, methods };
}

/** A profile without the problems whose files are not here; they stay declared, so that records of them keep their titles. */
function withWhatIsHere(profile: ProfileSpec, problems: readonly ProblemRow[]): ProfileSpec {
  const here = problems.filter(({ needs }) => needs === undefined || isHere(needs)).map(({ name }) => name);
  return { ...profile, problems: here.filter((name) => profile.problems?.includes(name) ?? true) };
}
