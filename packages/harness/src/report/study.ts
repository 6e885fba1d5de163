/** @file Measurements whose results are no records of cells and stand beside no published number: pictures and tables with what they say. */

/** An axis of a picture. */
export interface StudyAxis {
  readonly title: string;
  readonly scale: 'linear' | 'log';
}

/** Lines by method. On a logarithmic axis a number that is not above 0 is left out. */
export interface StudyChart {
  readonly title: string;
  readonly x: StudyAxis;
  readonly y: StudyAxis;
  readonly lines: readonly {
    /** As records name it, for its colour. */
    readonly method: string;
    /** Written at the end of the line; the method when left out. */
    readonly name?: string;
    /** What methods are held against, such as the best there is: drawn in the colour of text. */
    readonly isReference?: true;
    readonly points: readonly (readonly [x: number, y: number])[];
  }[];
}

/** A table; the first column names its row. */
export interface StudyTable {
  readonly title: string;
  readonly columns: readonly string[];
  /** Numbers as they are shown. */
  readonly rows: readonly (readonly string[])[];
}

/** What a study says of a problem, in a sentence. */
export interface ProblemNote {
  readonly suite: string;
  readonly problem: string;
  readonly says: string;
}

/** One question, and what was measured. */
export interface Study {
  readonly id: string;
  readonly title: string;
  /** What it says, in sentences that are computed from the numbers. */
  readonly says: readonly string[];
  /** What was measured, and how. */
  readonly setting: string;
  /** The committed file that holds the numbers. */
  readonly file: string;
  readonly charts?: readonly StudyChart[];
  readonly tables?: readonly StudyTable[];
  /** What stands beside the names of problems. */
  readonly notes?: readonly ProblemNote[];
}
