/**
 * @file What suites of initialisation methods are made of: rows, as in suites of bilevel problems. A cell learns φ from tasks that live over
 * trajectories of K steps; there is no hypergradient in it.
 */
import type { InitialisationMethod, TaskSet } from '@longhorizon/bilevel';
import {
  type CellConfig,
  defineSuite,
  type MethodSpec,
  type ProblemSpec,
  type Suite,
} from '@longhorizon/harness';
import type { InitMethod } from '../../methods/init-method.ts';
import { isHere } from '../../problem-parts/data-files.ts';
import type { Seeds } from '../rows.ts';

/** A meta-training and how its φ is judged, the same for every method. */
export interface InitialisationRecipe {
  /** Inner steps of each task over all trajectories: the budget, whatever K is. */
  readonly innerSteps: number;
  /** A point of the curve after so many of them. */
  readonly every: number;
  /** At these φ is judged; 0 is before the first. */
  readonly judgedAt: readonly number[];
  readonly metaTest: { readonly taskSet: TaskSet; readonly steps: number };
}

export interface InitialisationProblemRow extends ProblemSpec {
  /** Data sets whose files it needs; profiles leave it out where they are not. */
  readonly needs?: readonly string[];
  readonly make: (config: CellConfig, seeds: Seeds) => TaskSet;
  readonly recipe: (config: CellConfig, seeds: Seeds) => InitialisationRecipe;
}

export interface InitialisationMethodRow extends MethodSpec {
  /** @param beta the size of a meta-update; methods without one do not look at it */
  readonly make: (beta: number, config: CellConfig) => InitialisationMethod;
  /** What β is chosen from, as many for every method; absent where a method has none. */
  readonly rates?: readonly number[];
}

/** A method of the registry as a row of a suite. */
export function initRow({
  id,
  name,
  title,
  role,
  rates,
  measureVersion,
  inSuites,
}: InitMethod): InitialisationMethodRow {
  return {
    id,
    name,
    title,
    role,
    measureVersion,
    ...(rates === undefined ? {} : { rates }),
    make: (beta, { horizon }) => inSuites({ beta, horizon }),
  };
}

/** How β was chosen. */
export interface Tuned {
  readonly problem: string;
  readonly method: string;
  readonly horizon: number;
  readonly rates: readonly number[];
  /** Mean training loss of the second half; null where the numbers ceased to be finite. */
  readonly losses: readonly (number | null)[];
  readonly beta: number;
}

export interface InitialisationSuite {
  readonly suite: Suite;
  /** β of a method for a problem, at this K or the nearest one that was tried; undefined where none was. */
  readonly tunedFor: (problem: string, method: string, horizon: number) => Tuned | undefined;
  /** What to run where β is missing. */
  readonly tunedBy: string;
  readonly problems: readonly InitialisationProblemRow[];
  readonly methods: readonly InitialisationMethodRow[];
}

/** What it costs, then what it buys; memory and time are never taken in one pass. */
export const initialisationPasses = ['memory', 'time', 'training'] as const;
export type InitialisationPass = (typeof initialisationPasses)[number];

/** What every method's inner steps are timed in turns with. */
export const plainPhase = 'inner step alone';

type Parts = Omit<Suite, 'problems' | 'methods' | 'passes' | 'seedAxes'> &
  Pick<InitialisationSuite, 'problems' | 'methods' | 'tunedFor' | 'tunedBy'>;

export function initialisationSuite({
  problems,
  methods,
  tunedFor,
  tunedBy,
  ...parts
}: Parts): InitialisationSuite {
  const here = problems.filter(({ needs }) => needs?.every(isHere) ?? true).map(({ name }) => name);
  const suite = defineSuite({
    ...parts,
    problems: problems.map(({ make: _, recipe: __, needs: ___, ...spec }) => spec),
    methods: methods.map(({ make: _, rates: __, ...spec }) => spec),
    // Problems on files that are not here stay declared, so that records of them keep their titles.
    profiles: Object.fromEntries(
      Object.entries(parts.profiles).map(([name, profile]) => [
        name,
        { ...profile, problems: here.filter((one) => profile.problems?.includes(one) ?? true) },
      ]),
    ),
    passes: initialisationPasses,
    timedBeside: { phase: plainPhase, title: 'plain inner steps' },
    seedAxes: {
      data: ['suite', 'problem', 'seed'],
      initialisation: ['suite', 'problem', 'seed'],
    },
  });
  return { suite, problems, methods, tunedFor, tunedBy };
}
