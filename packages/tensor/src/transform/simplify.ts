/**
 * @file A smaller graph of equal value: constants folded, neutral operands and detours removed.
 *
 * The rules are data (simplify-arithmetic.ts, -factors.ts, -movement.ts, -known-ids.ts): each says what it does, which ops it is
 * about, and whether a float result can change. They are tried on every node, inputs first, until none applies. Equal nodes are the
 * same node already, so nothing looks for common subexpressions, except sums and products with their operands exchanged.
 *
 * Where results can change, which `exact: false` marks:
 * - the sign of a zero: x + 0 is x (−0 + 0 is −0 here), 0 − x is −x, −(x − y) is y − x;
 * - x · 0 is 0, and a contraction with zeros is zeros, even where x is infinite or NaN, as for symbolic zeros of derivatives
 *   and as WGSL, which may assume that there is neither, allows;
 * - constants are folded in double precision, so a result differs from one rounded after every step;
 * - the sum of n equal elements x is n · x, rounded once;
 * - a sum by ids that are known adds in the order of a reduction;
 * - a factor of all terms of a sum multiplies the sum: so the sum, not its terms, may leave float32's range.
 */

import type { Op } from '../graph/op.ts';
import { sameShape } from '../graph/shape.ts';
import { node, type Tensor, topologicalOrder } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic/add.ts';
import { multiply } from '../ops/arithmetic/multiply.ts';
import { isMark } from '../ops/mark.ts';
import { stopGradient } from '../ops/movement/stop-gradient.ts';
import { describe } from './arguments.ts';
import { arithmeticRules } from './simplify-arithmetic.ts';
import { factorRules } from './simplify-factors.ts';
import { knownIdRules } from './simplify-known-ids.ts';
import { movementRules } from './simplify-movement.ts';
import type { Rule } from './simplify-rule.ts';

/** All rules, in the order in which they are tried. */
export const simplificationRules: readonly Rule[] = [
  ...arithmeticRules,
  ...factorRules,
  ...movementRules,
  ...knownIdRules,
];

const general = simplificationRules.filter((rule) => rule.on === undefined);
const byOp = new Map<Op, Rule[]>();
for (const rule of simplificationRules)
  for (const op of rule.on ?? []) byOp.set(op, [...(byOp.get(op) ?? []), rule]);

const commutative = new Set<Op>([add.op, multiply.op]);

/** What simplification leaves in place. */
export interface SimplifyOptions {
  /** Keeps what only derivatives look at: stopGradient, custom rules, checkpoints. For a graph that is differentiated later. */
  readonly keepDerivativeMarks?: boolean;
}

/**
 * The outputs, simplified. What no output needs is gone, by construction.
 *
 * This is the last transform before compilation: what only says how to differentiate is dropped, unless it is kept.
 */
export function simplify(outputs: readonly Tensor[], options: SimplifyOptions = {}): Tensor[] {
  const dropsMarks = options.keepDerivativeMarks !== true;
  let current = [...outputs];
  for (;;) {
    const next = pass(current, dropsMarks);
    if (next.every((output, position) => output === current[position])) return next;
    current = next;
  }
}

/** Every node once, inputs first. */
function pass(outputs: readonly Tensor[], dropsMarks: boolean): Tensor[] {
  const simplified = new Map<Tensor, Tensor>();
  const commuted = new Map<string, Tensor>();
  for (const original of topologicalOrder(outputs)) {
    const inputs = original.inputs.map((operand) => simplified.get(operand)!);
    const rebuilt = inputs.every((operand, slot) => operand === original.inputs[slot])
      ? original
      : node(original.op, inputs, original.parameters);
    simplified.set(original, oneOrder(rewritten(rebuilt, dropsMarks), commuted));
  }
  return outputs.map((output) => simplified.get(output)!);
}

function rewritten(original: Tensor, dropsMarks: boolean): Tensor {
  let current = original;
  search: for (;;) {
    if (dropsMarks && (isMark(current.op) || current.op === stopGradient.op)) {
      current = current.inputs[0]!;
      continue;
    }
    for (const rules of [byOp.get(current.op) ?? [], general])
      for (const rule of rules) {
        const found = rule.rewrite(current);
        if (found === undefined || found === current) continue;
        if (found.dtype !== current.dtype || !sameShape(found.shape, current.shape))
          throw new Error(
            `internal: the rule '${rule.says}' made ${describe(found)} of ${describe(current)}.`,
          );
        current = found;
        continue search;
      }
    return current;
  }
}

/** a + b for b + a, where the graph has both: the one that is met first. Ids do not decide, as they depend on history. */
function oneOrder(current: Tensor, met: Map<string, Tensor>): Tensor {
  if (!commutative.has(current.op)) return current;
  const [a, b] = current.inputs as [Tensor, Tensor];
  const key = `${current.op.name},${Math.min(a.id, b.id)},${Math.max(a.id, b.id)}`;
  const first = met.get(key);
  if (first === undefined) met.set(key, current);
  return first ?? current;
}
