import { UsageError } from '../errors.ts';
import type { Isolation, JsonObject, JsonValue } from './config.ts';
import { isName } from './names.ts';
import type { SeedAxes } from './seeds.ts';

/** Which values of T or p are possible. */
export interface AxisRange {
  readonly minimum: number;
  readonly maximum: number;
  /** Only these, where not every whole number between the ends is possible. */
  readonly values?: readonly number[];
  /** Why, for the message and the table. */
  readonly because?: string;
}

/** A problem of a suite. Values of T and p outside its ranges are no cells at all. */
export interface ProblemSpec {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly horizon?: AxisRange;
  readonly dimension?: AxisRange;
  /** Why it cannot run here, and what helps: `its data set is not on this machine`. Profiles leave it out. */
  readonly absent?: string;
  /** What sort of problem it is, in the words of the suite's `kindTitle`: pages offer it as a choice. */
  readonly kind?: string;
  /** Whether everything else stays as it is when p grows, so that costs against p speak of p alone. */
  readonly isolatesDimension?: boolean;
  /** Merged into the parameters of each of its cells. */
  readonly parameters?: JsonObject;
  /** The number this problem is about, where that is another than the suite's. */
  readonly metric?: MetricSpec;
  /** The outer rates that are tried for every method when this problem is tuned, ascending: their number is the number of trials. */
  readonly rates?: readonly number[];
}

/** A method of a suite. Cells outside its ranges are results: `unsupported`, with the reason. */
export interface MethodSpec {
  readonly name: string;
  /** A name that is unique over all suites, which selects it as well as its name does. */
  readonly id?: string;
  readonly title?: string;
  /** `reference`: what others are judged against. `peer`: someone else's implementation. */
  readonly role?: 'method' | 'reference' | 'baseline' | 'peer';
  /** Only these problems; all where left out. */
  readonly problems?: readonly string[];
  /** Only these passes; all where left out. */
  readonly passes?: readonly string[];
  readonly horizon?: AxisRange;
  readonly dimension?: AxisRange;
  readonly parameters?: JsonObject;
  /** Numbers that this method alone has and that are tuned with the outer rate, each with the values to try. */
  readonly tunes?: Readonly<Record<string, readonly JsonValue[]>>;
  /** False for a method that learns nothing, and so has no rate to tune. */
  readonly learns?: boolean;
  /** Raise it when the meaning of this method's numbers alone changes; it is added to the suite's, and 0 where left out. */
  readonly measureVersion?: number;
}

/** The axes of a profile, or what an override changes in them. */
export interface ProfileAxes {
  readonly horizons: readonly number[];
  readonly dimensions: readonly number[];
  readonly seeds: readonly number[];
  readonly parameters?: JsonObject;
  /** Free axes: the cross product of their values is merged into the parameters. */
  readonly parameterAxes?: Readonly<Record<string, readonly JsonValue[]>>;
}

/** Other axes for some of a profile's cells; the last override that matches wins, field by field. */
export interface ProfileOverride extends Partial<ProfileAxes> {
  readonly where: {
    readonly problems?: readonly string[];
    readonly methods?: readonly string[];
    readonly passes?: readonly string[];
  };
}

/** How much of a suite to run: `quick`, `standard`, `full`. */
export interface ProfileSpec extends ProfileAxes {
  readonly problems?: readonly string[];
  readonly methods?: readonly string[];
  readonly passes?: readonly string[];
  readonly overrides?: readonly ProfileOverride[];
  /**
   * Passes whose cells may run beside others (see `--jobs`), where the time of a whole profile counts for more than theirs. Bytes, gradients
   * and accuracies do not change with company; seconds do, and are marked. Cells that run in the harness's own process stay alone.
   */
  readonly sideBySide?: readonly string[];
  /** A cell that takes longer is stopped and recorded as `timeout`. Seconds; 600 where left out. */
  readonly timeoutSeconds?: number;
}

/** The number a suite is about, for leaderboards and Pareto charts. */
export interface MetricSpec {
  readonly name: string;
  readonly title: string;
  readonly direction: 'higher' | 'lower';
  readonly unit?: string;
  /** Whether it is a share and shown as percent. Left out: an `accuracy` without a unit is. */
  readonly share?: boolean;
  /** What guessing gives. A method that is not shown to be better is not ranked. */
  readonly chance?: number;
}

/** A number of learning curves, for pictures against steps. */
export interface CurveSpec extends MetricSpec {
  /** `linear` where left out. */
  readonly scale?: 'linear' | 'log';
}

/** How the numbers of methods are chosen; see tuning.ts. */
export interface TuningSpec {
  /** The pass whose metric is judged. */
  readonly pass: string;
  /** Of trials; no profile has them. */
  readonly seeds: readonly number[];
}

/** A phase that every method's time is taken in turns with, on the same work for all methods of a point. */
export interface TimedBeside {
  /** Its name in `time.phases`. */
  readonly phase: string;
  /** What it is, after "times": `inner steps`. */
  readonly title: string;
}

/** A suite, declared as data: what is compared, on what, over which axes. */
export interface Suite {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Raise it when the meaning of a measurement changes, for all methods: older records then no longer answer. */
  readonly measureVersion: number;
  readonly problems: readonly ProblemSpec[];
  readonly methods: readonly MethodSpec[];
  /** In the order in which they run: correctness first. */
  readonly passes: readonly string[];
  readonly profiles: Readonly<Record<string, ProfileSpec>>;
  /** Possible values for the whole suite; a problem's own ranges come on top. Default 1 to 10⁹. */
  readonly horizon?: AxisRange;
  readonly dimension?: AxisRange;
  readonly isolation?: Isolation | Readonly<Record<string, Isolation>>;
  readonly seedAxes?: SeedAxes;
  /** Which number of `training.final` the leaderboards show. */
  readonly metric?: MetricSpec;
  /** Further numbers of `training.final` that leaderboards show: queries, distances. */
  readonly moreMetrics?: readonly MetricSpec[];
  /** Further numbers of the learning curves that are worth a picture. */
  readonly curves?: readonly CurveSpec[];
  /**
   * Whether T is the method's own choice, as the k of a method that looks ahead beside the single step of one that does not. Rows of
   * different T then stand at one point, and are ranked and drawn together.
   */
  readonly comparedAcrossHorizons?: boolean;
  /** Leaderboards then show times as multiples of this phase as well, and rank by them. */
  readonly timedBeside?: TimedBeside;
  /** Left out where nothing is tuned. */
  readonly tuning?: TuningSpec;
  /** What the kinds of its problems tell apart: `λ acts in`. */
  readonly kindTitle?: string;
  /** Two of its methods that readers want to see held against each other: the first page says where training with one ends better, and where not. */
  readonly rivals?: readonly [string, string];
  /** What T, p and the steps of learning curves are called; `T`, `p` and `outer steps` where left out. */
  readonly axisNames?: { readonly horizon?: string; readonly dimension?: string; readonly step?: string };
}

/** The number that leaderboards show for a problem: its own, or the suite's. */
export function metricOfProblem(suite: Suite | undefined, problem: string): MetricSpec | undefined {
  return suite?.problems.find(({ name }) => name === problem)?.metric ?? suite?.metric;
}

/** The range of an unrestricted axis. */
export const defaultRange: AxisRange = { minimum: 1, maximum: 1e9 };

/** Whether a value is possible on an axis. */
export function isWithin(value: number, range: AxisRange | undefined): boolean {
  if (range === undefined) return true;
  if (value < range.minimum || value > range.maximum) return false;
  return range.values === undefined || range.values.includes(value);
}

/** The range as words: `1 to 100 (p is the number of samples)`. */
export function describeRange(range: AxisRange): string {
  const values =
    range.values === undefined ? `${range.minimum} to ${range.maximum}` : range.values.join(', ');
  return range.because === undefined ? values : `${values} (${range.because})`;
}

/**
 * Checks a suite's declaration and returns it. Wrong declarations are refused when the suite is loaded, not
 * when the first of its cells runs.
 *
 * @throws UsageError naming the field and what was found.
 */
export function defineSuite(suite: Suite): Suite {
  const refuse = (message: string): never => {
    throw new UsageError(`suite ${suite.name}: ${message}`);
  };
  const checkNames = (what: string, names: readonly string[]): void => {
    if (names.length === 0) refuse(`there are no ${what}; declare at least one.`);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) refuse(`the ${what} name ${twice} twice.`);
    const odd = names.find((name) => !isName(name));
    if (odd !== undefined)
      refuse(
        `the name ${odd} among the ${what} must be lower-case letters, digits and dashes, with single . _ or / between them.`,
      );
  };
  const checkKnown = (what: string, names: readonly string[] | undefined, known: readonly string[]): void => {
    const unknown = names?.find((name) => !known.includes(name));
    if (unknown !== undefined) refuse(`${what} names ${unknown}; known are ${known.join(', ')}.`);
  };
  const checkWhole = (what: string, values: readonly number[] | undefined): void => {
    const odd = values?.find((value) => !Number.isSafeInteger(value) || value < 0);
    if (odd !== undefined) refuse(`${what} holds ${odd}; it must hold whole numbers from 0.`);
  };

  const problems = suite.problems.map((problem) => problem.name);
  const methods = suite.methods.map((method) => method.name);
  checkNames('problems', problems);
  checkNames('methods', methods);
  checkNames('passes', suite.passes);
  checkNames('profiles', Object.keys(suite.profiles));
  if (!Number.isSafeInteger(suite.measureVersion)) refuse('measureVersion must be a whole number.');
  for (const method of suite.methods) {
    if (!Number.isSafeInteger(method.measureVersion ?? 0) || (method.measureVersion ?? 0) < 0)
      refuse(`method ${method.name}: measureVersion must be a whole number from 0.`);
    checkKnown(`method ${method.name}`, method.problems, problems);
    checkKnown(`method ${method.name}`, method.passes, suite.passes);
  }
  for (const [name, profile] of Object.entries(suite.profiles)) {
    const where = `profile ${name}`;
    checkKnown(`${where}: sideBySide`, profile.sideBySide, suite.passes);
    for (const scope of [profile, ...(profile.overrides ?? []).map((override) => override.where)]) {
      checkKnown(where, scope.problems, problems);
      checkKnown(where, scope.methods, methods);
      checkKnown(where, scope.passes, suite.passes);
    }
    for (const axes of [profile, ...(profile.overrides ?? [])]) {
      checkWhole(`${where}: horizons`, axes.horizons);
      checkWhole(`${where}: dimensions`, axes.dimensions);
      checkWhole(`${where}: seeds`, axes.seeds);
    }
  }
  checkTuning(suite, refuse);
  if (typeof suite.isolation === 'object')
    checkKnown('isolation', Object.keys(suite.isolation), suite.passes);
  return suite;
}

/** Every seed that a profile of a suite evaluates on. */
export function evaluationSeeds({ profiles }: Pick<Suite, 'profiles'>): readonly number[] {
  return Object.values(profiles).flatMap((profile) => [
    ...profile.seeds,
    ...(profile.overrides ?? []).flatMap(({ seeds }) => seeds ?? []),
  ]);
}

function checkTuning(suite: Suite, refuse: (message: string) => never): void {
  for (const { name, rates } of suite.problems) {
    if (rates === undefined) continue;
    const ascends = rates.every((rate, index) => rate > (rates[index - 1] ?? 0));
    if (rates.length < 3 || !ascends)
      refuse(`problem ${name}: rates must be three or more numbers above 0 that ascend.`);
  }
  for (const { name, tunes } of suite.methods) {
    const empty = Object.entries(tunes ?? {}).find(([, values]) => values.length === 0);
    if (empty !== undefined) refuse(`method ${name}: tunes names ${empty[0]} without values.`);
  }
  if (suite.tuning === undefined) return;
  const { pass, seeds } = suite.tuning;
  if (!suite.passes.includes(pass))
    refuse(`tuning names the pass ${pass}; known are ${suite.passes.join(', ')}.`);
  const both = seeds.find((seed) => evaluationSeeds(suite).includes(seed));
  if (both !== undefined) refuse(`tuning runs on seed ${both}, which a profile evaluates on.`);
}
