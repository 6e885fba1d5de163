import { finiteOrNull, roundedMs } from '../record/build.ts';
import type { Phase, TimeSection } from '../record/measurement.ts';
import { summarise } from '../record/summarise.ts';
import type { Sampled } from './sample.ts';

/** A result and how long it took. */
export interface Timed<Value> {
  readonly value: Value;
  readonly ms: number;
}

/** Runs something once and takes the time: compiling, loading, a first run. */
export async function timed<Value>(work: () => Value | Promise<Value>): Promise<Timed<Value>> {
  const started = performance.now();
  const value = await work();
  return { value, ms: roundedMs(performance.now() - started) };
}

/** What surrounds sampled phases in a record. */
export interface TimeContext {
  /** The phase that leaderboards and charts show. */
  readonly primaryPhase: string;
  readonly compileMs?: number | null;
  readonly evaluationMs?: number;
  readonly clock?: TimeSection['clock'];
}

/** Makes the time section of a measurement. @throws when the primary phase was not measured */
export function timeSection(phases: Sampled['phases'], context: TimeContext): TimeSection {
  if (phases[context.primaryPhase] === undefined) {
    const names = Object.keys(phases).join(', ') || 'none';
    throw new Error(
      `timeSection: the primary phase ${context.primaryPhase} was not measured; measured were ${names}.`,
    );
  }
  return {
    compileMs: finiteOrNull(context.compileMs),
    primaryPhase: context.primaryPhase,
    phases: { ...phases },
    ...(context.evaluationMs === undefined ? {} : { evaluationMs: finiteOrNull(context.evaluationMs) }),
    clock: { host: 'performance.now', ...context.clock },
  };
}

/**
 * Times the parts of a run that happens once, such as training: each call of `time` adds one sample to its
 * phase, and what is timed as evaluation is kept apart.
 */
export interface PhaseTimer {
  /** Runs work as one sample of a phase. */
  time<Value>(phase: string, work: () => Value | Promise<Value>): Promise<Value>;
  /** Runs work whose time is excluded from every phase. */
  evaluate<Value>(work: () => Value | Promise<Value>): Promise<Value>;
  /** Milliseconds spent in phases so far: the cost axis of a learning curve. */
  elapsedMs(): number;
  /** Milliseconds spent on evaluation so far. */
  evaluationMs(): number;
  /** What was timed, for {@link timeSection}. */
  phases(): Readonly<Record<string, Phase>>;
}

/** A new timer with nothing on it. Phases must not be nested in each other. */
export function phaseTimer(): PhaseTimer {
  const samples = new Map<string, number[]>();
  let phasesMs = 0;
  let evaluationMs = 0;
  return {
    time: async (phase, work) => {
      const { value, ms } = await timed(work);
      phasesMs += ms;
      samples.set(phase, [...(samples.get(phase) ?? []), ms]);
      return value;
    },
    evaluate: async (work) => {
      const { value, ms } = await timed(work);
      evaluationMs += ms;
      return value;
    },
    elapsedMs: () => roundedMs(phasesMs),
    evaluationMs: () => roundedMs(evaluationMs),
    phases: () =>
      Object.fromEntries(
        [...samples].map(([name, taken]) => [
          name,
          {
            clock: 'host' as const,
            unit: 'ms' as const,
            samples: taken,
            innerIterations: 1,
            warmUpCalls: 0,
            stopped: 'fixed' as const,
            summary: summarise(taken),
          },
        ]),
      ),
  };
}
