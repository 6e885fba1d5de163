import type { OpCase, Tolerance } from '../graph/op.ts';

/** What the generated tests need to know: an op is one, and so is a function made of ops with cases. */
export interface Tested {
  readonly name: string;
  readonly cases: readonly OpCase[];
  readonly tolerance: Tolerance;
}
