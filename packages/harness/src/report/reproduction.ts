/** @file Published numbers beside ours: what an experiment says besides its records. */
import type { Source } from './source.ts';

/** A method in an experiment. */
export interface ReproducedArm {
  readonly name: string;
  readonly title: string;
  /** As printed, with its unit: `0.327 ± 0.052`. Left out where nothing was published. */
  readonly published?: string;
  /** Ours, one number a seed, seeds in the same order for all arms of the experiment. */
  readonly values?: readonly number[];
  /** Ours where it is no number over seeds. */
  readonly text?: string;
}

/**
 * An experiment whose results are no records of cells: of a publication and made again, its numbers beside ours; or of ours alone, where no arm has
 * a published number.
 */
export interface Reproduction {
  readonly id: string;
  readonly title: string;
  /** Left out where nothing was published. */
  readonly source?: Source;
  /** What the numbers are: `test error`. */
  readonly quantity: string;
  readonly unit?: string;
  readonly direction: 'higher' | 'lower';
  /** Their setting and ours in a sentence each; ours says what differs. */
  readonly theirSetting?: string;
  readonly ourSetting: string;
  /** The committed file that holds ours. */
  readonly file: string;
  readonly arms: readonly ReproducedArm[];
  /** Pairs of arms whose difference is said in words. */
  readonly pairs?: readonly (readonly [arm: string, other: string])[];
  /** What cannot be read off the numbers. */
  readonly note?: string;
}

/** A number of a card whose counterpart is an arm of an experiment. */
export interface OwnArm {
  readonly reproduction: string;
  readonly arm: string;
}
