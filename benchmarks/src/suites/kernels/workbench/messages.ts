/** @file What the workbench and its process say to each other, over Node's own channel. */
import type { ComparisonResult } from '@longhorizon/harness';
import type { EmittedKernel, FamilyName } from '@longhorizon/tensor/kernels';

/** Where the kernels under work are. */
export interface Place {
  readonly family: FamilyName;
  /** All of the family where left out. */
  readonly name?: string;
  /** A folder with FAMILY/NAME.wgsl and a module beside each; the repository's own kernels where left out. */
  readonly from?: string;
  readonly shape: string;
}

/** A kernel that others are held against, with its text as it was when work began. */
export interface Present {
  readonly name: string;
  readonly emitted: EmittedKernel;
}

export type Request =
  | {
      readonly kind: 'open';
      readonly place: Place;
      readonly robustness: boolean;
      readonly present?: Present;
      /** Texts that are known already are not looked at again. */
      readonly known?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'look' }
  | { readonly kind: 'judge'; readonly name: string }
  | { readonly kind: 'others'; readonly name: string }
  | { readonly kind: 'close' };

/** What the adapter calls itself, as tables of measurements name it. */
export interface Opened {
  readonly adapter: string;
  readonly device: string;
  readonly description: string;
  /** Kernels run on the host's processor. */
  readonly runsOnHost: boolean;
  readonly present: Present;
  /** Why the present kernel was chosen. */
  readonly why: string;
}

/** Names of kernels whose text is new, and what is wrong with files that could not be read. */
export interface Looked {
  readonly changed: readonly string[];
  readonly known: Readonly<Record<string, string>>;
  readonly fault?: string;
}

/** A kernel at the shape that was asked for. */
export interface Judged {
  /** What is wrong, as the end of a sentence that begins with the kernel's name. */
  readonly fault?: string;
  /** Largest error in units of the bound of a float32 sum, and over the largest result. */
  readonly worst: number;
  readonly relative: number;
  readonly ms: number;
  readonly presentMs: number;
  readonly comparison?: ComparisonResult;
  readonly operations: number;
  readonly bytes: number;
}

/** A kernel at other shapes. */
export interface Others {
  readonly fault?: string;
  readonly shapes: number;
}

export interface Answers {
  readonly open: Opened;
  readonly look: Looked;
  readonly judge: Judged;
  readonly others: Others;
  readonly close: Record<string, never>;
}

/** What a process is doing, so that the waiting side can say where it stopped. */
export const stages = ['reading', 'compiling', 'running', 'timing'] as const;
export type Stage = (typeof stages)[number];

export type Reply =
  | { readonly stage: Stage }
  | { readonly ok: true; readonly answer: Answers[Request['kind']] }
  | { readonly ok: false; readonly reason: string };
