/** @file What the benchmark and the process of a library say to each other, over Node's own channel. */
import type { Work } from '../work.ts';
import type { HostOptions } from './host.ts';
import type { AdapterText, Facts, LibraryName } from './library.ts';

export type Request =
  | { readonly kind: 'open'; readonly library: LibraryName; readonly options: HostOptions }
  | { readonly kind: 'prepare'; readonly work: Work }
  | { readonly kind: 'sample'; readonly times: number }
  | { readonly kind: 'release' }
  | { readonly kind: 'close' };

export interface Opened {
  readonly adapter: AdapterText;
}

export interface ReadyWork {
  /** From nothing to the first results on the host, in milliseconds: tracing, compiling, running, reading. */
  readonly firstMs: number;
  readonly outputs: readonly Float32Array[];
  readonly facts: Facts;
}

export interface SampledWork {
  /** Milliseconds from the first call until the queue was done, divided by the number of calls. */
  readonly ms: number;
  /** Dispatches and submissions of one call, as WebGPU saw them. */
  readonly dispatches: number;
  readonly submissions: number;
}

/** The answer to each kind of request. */
export interface Answers {
  open: Opened;
  prepare: ReadyWork;
  sample: SampledWork;
  release: Facts;
  close: Record<string, never>;
}

export type Reply =
  | { readonly ok: true; readonly answer: Answers[Request['kind']] }
  | { readonly ok: false; readonly cannot: boolean; readonly reason: string };
