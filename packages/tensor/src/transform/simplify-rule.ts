import type { Op } from '../graph/op.ts';
import type { NodeOf, OpParameters, Tensor } from '../graph/tensor.ts';

/** A rewriting rule of simplification. */
export interface Rule<Parameters extends OpParameters = OpParameters> {
  /** What the rule does, as an equation. */
  readonly says: string;
  /** The ops at which it is tried; every op when left out. */
  readonly on?: readonly Op<Parameters>[];
  /** Whether it never changes a float result. */
  readonly exact: boolean;
  /** The simpler tensor, of the same shape and type, or undefined where the rule does not apply. */
  rewrite(current: NodeOf<Parameters>): Tensor | undefined;
}

/** A rule that reads the parameters of the ops it is tried at. */
export const ruleOn = <Parameters extends OpParameters>(
  rule: Rule<Parameters> & { readonly on: readonly Op<Parameters>[] },
): Rule => rule;
