/** @file What is exactly known of a cell at one commit: the commands, shaders, counters, bytes and results of one call, without a clock. */

/** What the text of a shader says of its cost, counted without compiling it. */
export interface ModuleFacts {
  /** Of the text. */
  readonly hash: string;
  readonly label: string;
  readonly characters: number;
  /** Places in the text where an element of an array is read; how often each is reached is not known. */
  readonly loads: number;
  readonly stores: number;
  readonly barriers: number;
  readonly branches: number;
  readonly loops: number;
}

/** Dispatches of one kernel in one call. */
export interface KernelFacts {
  readonly label: string;
  /** Hash of its shader. */
  readonly module: string;
  readonly dispatches: number;
  readonly workgroups: number;
  /** Bytes of all ranges bound: at most these are moved. */
  readonly boundBytes: number;
}

/** The same for the same code on the same adapter, whatever the machine does besides. */
export interface CellFacts {
  /** Hash of all commands in their order, with sizes, contents written and shaders. */
  readonly trace: string;
  /** Hash of all bytes read back, in their order. */
  readonly results: string;
  readonly counters: Readonly<Record<string, number>>;
  /** Variant chosen, by kernel. */
  readonly variants: Readonly<Record<string, string>>;
  readonly modules: readonly ModuleFacts[];
  readonly kernels: readonly KernelFacts[];
}

/** A cell of the track profile: what is called, at which size. */
export interface TrackCell {
  readonly suite: string;
  readonly problem: string;
  readonly method: string;
  readonly horizon: number;
  readonly dimension: number;
}

/** What came of a cell: its facts, or why there are none. */
export type CellOutcome =
  | { readonly ok: true; readonly facts: CellFacts; readonly unstable?: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** Outcomes by the cells' names. */
export type Facts = Readonly<Record<string, CellOutcome>>;

/** `suite/problem/method/T10/p30`: stable, at most 255 bytes. */
export function cellName({ suite, problem, method, horizon, dimension }: TrackCell): string {
  return `${suite}/${problem}/${method}/T${horizon}/p${dimension}`;
}
