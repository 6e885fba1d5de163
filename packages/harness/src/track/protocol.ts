/** @file What the judge and the process of one commit say to each other, over Node's own channel. */
import type { CellFacts, TrackCell } from './facts.ts';

/** A deliberate change to the selftest's own cell, for the judge to find. */
export const injections = ['dispatch', 'bytes', 'sync', 'order', 'turns'] as const;
/** One of them. */
export type Injection = (typeof injections)[number];

/** What the process of a commit is asked. */
export type ArmRequest =
  | { readonly kind: 'describe' }
  /** The facts of one call, on a device of its own. */
  | { readonly kind: 'facts'; readonly cell: TrackCell }
  /** Makes a cell ready to be timed; all that are open stay so until `close`. */
  | { readonly kind: 'open'; readonly cell: TrackCell }
  /** Times calls of a cell that is open. */
  | { readonly kind: 'sample'; readonly cell: TrackCell; readonly calls: number }
  /** Measures what a dispatch and a byte cost, by hand-written kernels. */
  | { readonly kind: 'roofline' }
  | { readonly kind: 'close' };

/** The machine as an arm finds it: only what stays the same from day to day. */
export interface Machine {
  /** Adapter, in its own words. */
  readonly adapter: string;
  readonly backend: string;
  readonly software: boolean;
  /** The processor that runs the software adapter, or feeds the GPU. */
  readonly processor: string;
  readonly cores: number;
  readonly system: string;
}

/** How long calls took. */
export interface ArmSample {
  /** Processor time of the process, all threads, in milliseconds a call. */
  readonly cpuMs: number;
  /** Until the queue was done, in milliseconds a call. */
  readonly wallMs: number;
  /** Time on the device between the timestamps of all passes, in milliseconds a call; absent where there are none. */
  readonly deviceMs?: number;
}

/** The answer to each kind of request. */
export interface ArmAnswers {
  describe: Machine & { readonly node: string; readonly dawn: string };
  facts: CellFacts;
  open: Record<string, never>;
  sample: ArmSample;
  roofline: { readonly dispatchMs: number; readonly byteMs: number };
  close: Record<string, never>;
}

/** A request with its number, and the reply that repeats it. */
export type ArmMessage = ArmRequest & { readonly id: number };
/** `kind`: whether the cell is not there at all, or what it is asked fails. */
export type ArmReply =
  | { readonly id: number; readonly ok: true; readonly answer: ArmAnswers[ArmRequest['kind']] }
  | { readonly id: number; readonly ok: false; readonly missing: boolean; readonly reason: string };
