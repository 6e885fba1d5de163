/** @file The kernels of one problem as a search meets them: each compiled, checked and timed once; those beyond three times the best are dropped. */
import type { Configuration, Target } from '@longhorizon/tensor/compiler';
import { CandidateFault, type Fault, type ProblemBench, type Ready } from './bench.ts';
import { type Candidate, makeCandidate, type Refused } from './candidates.ts';

/** What became of one candidate. */
export interface Trial {
  readonly candidate: Candidate;
  readonly status: 'timed' | 'slow' | 'other bits' | Fault;
  readonly reason?: string;
  readonly compileMs?: number;
  readonly checkMs?: number;
  /** Over the largest element of the result. */
  readonly error?: number;
  readonly fingerprint?: string;
  /** Milliseconds a call. */
  readonly samples: readonly number[];
}

/** A candidate that is being timed. */
export interface Running {
  readonly ready: Ready;
  /** In one sample. */
  readonly calls: number;
  readonly samples: number[];
}

export interface ExplorationOptions {
  /** Candidates that are compiled at most. */
  readonly budget: number;
  /** Seconds of the bench's clock after which no further candidate is compiled. */
  readonly seconds: number;
  /** Only kernels whose sums have this fingerprint. */
  readonly fingerprint?: string;
  readonly signal?: AbortSignal;
}

/** A candidate this many times slower than the best is not measured further. */
const slowerTimes = 3;
/** A sample repeats short work until it takes about this long. */
const sampleMs = 10;
const mostCalls = 512;
const quickSamples = 3;

/** How many calls make a sample, and the first such sample where one call is enough. A few calls alone would measure the submission. */
export async function calibrate({ time }: Ready): Promise<{ calls: number; samples: number[] }> {
  const first = await time(1);
  if (first > sampleMs) return { calls: 1, samples: [first] };
  let calls = 1;
  for (let ms = first; ms * calls < sampleMs / 2 && calls < mostCalls; ms = await time(calls))
    calls = Math.min(mostCalls, Math.max(calls + 1, Math.round(sampleMs / ms)));
  return { calls, samples: [] };
}

export class Exploration {
  readonly refused: Refused[] = [];
  /** Best time so far, of one sample. */
  best = Number.POSITIVE_INFINITY;
  readonly #bench: ProblemBench;
  readonly #target: Target;
  readonly #options: ExplorationOptions;
  /** From the first candidate on: writing the texts of a large space takes seconds of its own. */
  #deadline: number | undefined;
  readonly #admitted = new Map<string, Candidate>();
  readonly #candidates = new Map<string, Candidate>();
  readonly #tried = new Map<Candidate, Trial | Running>();

  constructor(bench: ProblemBench, target: Target, options: ExplorationOptions) {
    this.#bench = bench;
    this.#target = target;
    this.#options = options;
  }

  /** Whether budget or time is used up, or the user wants it to end. */
  get over(): boolean {
    const { budget, seconds, signal } = this.#options;
    const now = this.#bench.now();
    this.#deadline ??= now + 1000 * seconds;
    return this.#tried.size >= budget || now > this.#deadline || signal?.aborted === true;
  }

  /** Whether the adapter can compute the problem so, and no simpler configuration has the same text. What it refuses is kept with the reason. */
  admits(configuration: Configuration): boolean {
    const made = makeCandidate(this.#bench.problem, configuration, this.#target);
    if (typeof made === 'string') {
      this.refused.push({ configuration, reason: made });
      return false;
    }
    const twin = this.#admitted.get(made.hash);
    if (twin !== undefined) {
      this.refused.push({ configuration, reason: `has the text of ${twin.name}`, sameAs: twin.name });
      return false;
    }
    this.#admitted.set(made.hash, made);
    this.#candidates.set(JSON.stringify(configuration), made);
    return true;
  }

  /**
   * Tries a configuration that was admitted, once.
   *
   * @returns what is running; undefined for what is wrong or slow
   */
  async visit(configuration: Configuration): Promise<Running | undefined> {
    const candidate = this.#candidates.get(JSON.stringify(configuration));
    if (candidate === undefined) return undefined;
    let found = this.#tried.get(candidate);
    if (found === undefined) {
      found = await this.#tryOut(candidate);
      this.#tried.set(candidate, found);
      if ('ready' in found) this.best = Math.min(this.best, ...found.samples);
    }
    return 'ready' in found ? found : undefined;
  }

  async #tryOut(candidate: Candidate): Promise<Running | Trial> {
    let ready: Ready;
    try {
      ready = await this.#bench.prepare(candidate);
    } catch (error) {
      return this.#faultOf(candidate, error);
    }
    const { fingerprint } = this.#options;
    if (fingerprint !== undefined && ready.fingerprint !== fingerprint) {
      ready.release();
      return { ...trialOf({ ready, samples: [] }), status: 'other bits', reason: 'it adds in another order' };
    }
    try {
      const { calls, samples } = await calibrate(ready);
      const tooSlow = () => samples.length > 0 && Math.min(...samples) > slowerTimes * this.best;
      while (samples.length < quickSamples && !tooSlow()) samples.push(await ready.time(calls));
      if (!tooSlow()) return { ready, calls, samples };
      ready.release();
      return { ...trialOf({ ready, samples }), status: 'slow' };
    } catch (error) {
      ready.release();
      return this.#faultOf(candidate, error);
    }
  }

  /** A candidate's own fault; what is the device's is thrown on. */
  #faultOf(candidate: Candidate, error: unknown): Trial {
    if (!(error instanceof CandidateFault)) throw error;
    this.#bench.device.throwIfLost();
    return { candidate, status: error.fault, reason: error.message, samples: [] };
  }

  /** What is being timed, in the order in which it was tried. */
  get running(): readonly Running[] {
    return [...this.#tried.values()].filter((one): one is Running => 'ready' in one);
  }

  /** All that was tried, in the order in which it was. */
  get trials(): readonly Trial[] {
    return [...this.#tried.values()].map((one) => ('ready' in one ? trialOf(one) : one));
  }

  release(): void {
    for (const { ready } of this.running) ready.release();
  }
}

function trialOf({ ready, samples }: Pick<Running, 'ready' | 'samples'>): Trial {
  const { candidate, compileMs, checkMs, error, fingerprint } = ready;
  return { candidate, status: 'timed', compileMs, checkMs, error, fingerprint, samples: [...samples] };
}
