/** @file What a first screen says: sentences that are functions of records. */
import type { Suite } from '../../cell/suite.ts';
import type { LeaderboardRow } from '../row.ts';

/** A question and what the records say to it. Without sentences nothing is decided. */
export interface Answer {
  readonly question: string;
  readonly sentences: readonly string[];
}

/** What answers are made from: the rows of one suite on one device. */
export interface AnswerInput {
  readonly suite: Suite;
  readonly rows: readonly LeaderboardRow[];
}
