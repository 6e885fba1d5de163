/** Value and derivative of the teacher; the table is in variants.ts. */
export type LazyVariant = 'L1' | 'L2' | 'L3' | 'L4' | 'L5' | 'L6';

/** The length of the one step whose derivative L1 takes, in lengths of the inner step: 1, k, or the one that explains the leap best (L2). */
export type AlphaEff = 'inner' | 'k·inner' | 'secant';

/** Options of Lazy: the variant, β, and how the leap is scaled. */
export interface LazyOptions {
  /** L1 when left out. */
  readonly variant?: LazyVariant;
  /** β in (0, 1]: how far the leap goes towards the student's end. 1 when left out. */
  readonly beta?: number;
  /** Of L1; `inner` when left out. L1 with `secant` is L2. */
  readonly alphaEff?: AlphaEff;
  /** ε ≥ 0 of L3, added to the squared displacement of one step. 1e-12 when left out. */
  readonly epsilon?: number;
  /** Of L4, what the last step's own start is taken to be: θ itself, or a constant. `passThrough` when left out. */
  readonly lastStep?: 'passThrough' | 'cut';
  /** λ in [0, 1) of L6: the share of the student's end. 0.5 when left out. */
  readonly mix?: number;
  /** The norm that the hypergradient is brought down to; false for none. 10 when left out. */
  readonly clip?: number | false;
}

/** With every choice made. */
export type LazySettings = Required<LazyOptions>;
