/** @file What leaderboards and pages keep of a record: any number of records can be read one at a time and ranked together. */
import { type MetricSpec, metricOfProblem, type Suite } from '../cell/suite.ts';
import type {
  GradientSection,
  KernelSection,
  MemorySection,
  NoiseSection,
  Phase,
  TimeSection,
  TrainingSection,
} from '../record/measurement.ts';
import type { CellRecord, Environment } from '../record/record.ts';
import { type ReliabilityBin, reliabilityOf } from './reliability.ts';

/** A time section reduced to the phases that are ranked. */
export interface RankedTime extends Pick<TimeSection, 'primaryPhase' | 'compileMs'> {
  readonly phases: Readonly<Record<string, Pick<Phase, 'samples'>>>;
}

/** The part of a record that is ranked and shown. Every record is an entry as it is; {@link entryMaker} makes smaller ones. */
export interface Entry extends Pick<CellRecord, 'config' | 'status' | 'reason' | 'code' | 'counters'> {
  readonly identity: Pick<CellRecord['identity'], 'cellId' | 'versionId' | 'attempt'>;
  readonly run: Pick<CellRecord['run'], 'startedAt' | 'durationMs' | 'cellsAtOnce'>;
  readonly environment: Pick<Environment, 'fingerprint' | 'stable'>;
  readonly time?: RankedTime | undefined;
  readonly memory?: Pick<MemorySection, 'peakBytes' | 'peakBytesByClass' | 'predictedPeakBytes'> | undefined;
  readonly gradient?:
    | Pick<GradientSection, 'cosine' | 'relativeError' | 'signAgreement' | 'reference'>
    | undefined;
  readonly training?:
    | Pick<TrainingSection, 'curve' | 'final' | 'finalSamples' | 'target' | 'updates'>
    | undefined;
  readonly tuning?: CellRecord['tuning'] | undefined;
  readonly kernel?: KernelSection | undefined;
  readonly reliability?: readonly ReliabilityBin[] | undefined;
  readonly noise?: Pick<NoiseSection, 'verdict'> | undefined;
}

/**
 * Makes entries out of records. Equal environments, configuration texts, counters and byte classes are one object for all entries of one maker;
 * of times, only the samples of the primary phase and of the one it is timed beside are kept.
 *
 * @param curves whether learning curves are kept: pages draw them, a text table does not
 */
export function entryMaker(
  suites: readonly Suite[],
  { curves }: { readonly curves: boolean },
): (record: CellRecord) => Entry {
  const shared = sharing();
  const declared = new Map(suites.map((suite) => [suite.name, suite]));
  return (record) => {
    const { identity, config, environment, run, status, reason, code, time, memory, gradient, training } =
      record;
    const { counters, kernel, noise } = record;
    const suite = declared.get(config.suite);
    const { suite: suiteName, problem, method, profile, pass, parameters, ...numbers } = config;
    return {
      identity: { cellId: identity.cellId, versionId: shared(identity.versionId), attempt: identity.attempt },
      config: {
        suite: shared(suiteName),
        problem: shared(problem),
        method: shared(method),
        profile: shared(profile),
        pass: shared(pass),
        parameters: shared(parameters),
        ...numbers,
      },
      status,
      reason: shared(reason),
      code: shared(code),
      environment: { fingerprint: shared(environment.fingerprint), stable: shared(environment.stable) },
      run: {
        startedAt: run.startedAt,
        durationMs: run.durationMs,
        ...present('cellsAtOnce', run.cellsAtOnce),
      },
      ...present('time', time && rankedTime(time, suite)),
      ...present('memory', memory && keptMemory(memory, shared)),
      ...present('gradient', gradient && keptGradient(gradient, shared)),
      ...present('training', training && keptTraining(training, suite, problem, curves)),
      ...present('counters', counters && shared(counters)),
      ...present('kernel', kernel && shared(kernel)),
      ...present('reliability', curves ? reliabilityOf(record) : undefined),
      ...present('tuning', record.tuning && shared(record.tuning)),
      ...present('noise', noise && shared({ verdict: noise.verdict })),
    };
  };
}

function present<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Readonly<Partial<Record<Name, Value>>> {
  return (value === undefined ? {} : { [name]: value }) as Partial<Record<Name, Value>>;
}

function rankedTime({ primaryPhase, compileMs, phases }: TimeSection, suite: Suite | undefined): RankedTime {
  const names = [...new Set([primaryPhase, suite?.timedBeside?.phase])];
  const kept = names.flatMap((name) => {
    const phase = name === undefined ? undefined : phases[name];
    return name === undefined || phase === undefined ? [] : [[name, { samples: phase.samples }] as const];
  });
  return { primaryPhase, compileMs, phases: Object.fromEntries(kept) };
}

function keptMemory(memory: MemorySection, shared: Sharing): NonNullable<Entry['memory']> {
  const { peakBytes, peakBytesByClass, predictedPeakBytes } = memory;
  return {
    peakBytes,
    ...present('peakBytesByClass', peakBytesByClass && shared(peakBytesByClass)),
    ...present('predictedPeakBytes', predictedPeakBytes),
  };
}

function keptGradient(
  { cosine, relativeError, signAgreement, reference }: GradientSection,
  shared: Sharing,
): NonNullable<Entry['gradient']> {
  return {
    cosine,
    relativeError,
    ...present('signAgreement', signAgreement),
    reference: shared(reference),
  };
}

/** Final values are few and all stay; task scores and points of curves stay for the metrics that the suite shows. */
function keptTraining(
  { curve, final, finalSamples, target, updates }: TrainingSection,
  suite: Suite | undefined,
  problem: string,
  curves: boolean,
): NonNullable<Entry['training']> {
  const metric = metricOfProblem(suite, problem);
  const shown: readonly (MetricSpec | undefined)[] = [metric, ...(suite?.moreMetrics ?? [])];
  const ranked = new Set(shown.flatMap((spec) => spec?.name ?? []));
  const drawn = new Set([
    metric?.name ?? Object.keys(final)[0] ?? '',
    ...(suite?.curves ?? []).map(({ name }) => name),
    ...(target === undefined ? [] : [target.metric]),
  ]);
  const only = <Value>(
    values: Readonly<Record<string, Value>>,
    names: ReadonlySet<string>,
  ): Record<string, Value> => Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
  return {
    // Where a curve begins is what its end is held against, drawn or not.
    curve: (curves ? curve : curve.slice(0, 1)).map((point) => ({
      ...point,
      metrics: only(point.metrics, drawn),
    })),
    final,
    ...present('finalSamples', finalSamples && only(finalSamples, ranked)),
    ...present('target', target),
    ...present('updates', updates),
  };
}

type Sharing = <Value>(value: Value) => Value;

/** Gives for a value the first one that said the same. Objects that come again as they are need not be looked into. */
function sharing(): Sharing {
  const texts = new Map<string, string>();
  const values = new Map<string, unknown>();
  const seen = new WeakSet<object>();
  return <Value>(value: Value): Value => {
    if (typeof value === 'object' && value !== null && seen.has(value)) return value;
    const isText = typeof value === 'string';
    const [known, key]: [Map<string, unknown>, string] = isText
      ? [texts, value]
      : [values, JSON.stringify(value)];
    const first = known.get(key) ?? value;
    known.set(key, first);
    if (typeof first === 'object' && first !== null) seen.add(first);
    return first as Value;
  };
}
