/** @file What the benchmark asks of a library, its own and the others alike. Each runs in a process of its own. */
import type { Plan } from '@longhorizon/tensor';
import type { Work } from '../work.ts';

/** The name of a library in tables and records, and of its module. */
export const libraryNames = [
  'longhorizon',
  'tfjs-webgpu',
  'jax-js',
  'gpu.js',
  'pytorch',
  'pytorch-cuda',
  'copy',
] as const;
export type LibraryName = (typeof libraryNames)[number];

/** Libraries without WebGPU, each with where it computes; they run in Python. */
export const pythonLibraries = { pytorch: 'cpu', 'pytorch-cuda': 'cuda' } as const satisfies Partial<
  Record<LibraryName, string>
>;
export type PythonLibrary = keyof typeof pythonLibraries;

export function isPythonLibrary(name: LibraryName): name is PythonLibrary {
  return name in pythonLibraries;
}

/** A library with a device of its own. */
export interface Library {
  /** The adapter's own words, to be compared with those of the other libraries. */
  readonly adapter: AdapterText;
  /**
   * Makes a work ready.
   *
   * @throws {CannotDo} with the reason, where the library has no way to do it
   */
  prepare(work: Work): Promise<Prepared>;
  close(): Promise<void>;
}

export interface AdapterText {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
}

/** A work with its inputs on the device and, after `first`, everything compiled. */
export interface Prepared {
  /** Does the work once, from its inputs, and reads the results back. */
  first(): Promise<readonly Float32Array[]>;
  /** Until everything that the library does behind the work is done; where it would go on after the first. */
  settle?(): Promise<void>;
  /** Does the work again and again and returns when the queue has done all of it. A training step goes on from the last one. */
  run(times: number): Promise<void>;
  /** Exact numbers worth keeping: bytes, kernels chosen. */
  facts?(): Facts;
  release(): void;
}

/** A work whose plans can be timed one by one. */
export interface PreparedPlans extends Prepared {
  /** The plans of the work done once, and how often each runs in it; after `first`. */
  readonly plans: () => readonly { readonly plan: Plan; readonly runs: number }[];
}

export interface Facts {
  readonly counters?: Readonly<Record<string, number>>;
  readonly variants?: Readonly<Record<string, string>>;
  /** What chose them. */
  readonly choices?: Readonly<Record<string, string>>;
  readonly notes?: readonly string[];
  readonly predictedBytes?: number;
  readonly peakBytes?: number;
}

/** Why a library has no row. */
export class CannotDo extends Error {
  override readonly name = 'CannotDo';
}
