/**
 * @file One custom rule gives the other mode: a derivative is linear, and the transpose of a linear expression is its `vjp`.
 *
 * A user who states only how cotangents go back still gets forward mode (the transpose of that rule), and one who states
 * only how tangents go forward still gets reverse mode.
 */

import type { CustomDerivative } from '../graph/op.ts';
import type { Tensor } from '../graph/tensor.ts';
import { input } from '../ops/leaf/input.ts';
import { dependsOn } from './reroot.ts';
import { vjp } from './vjp.ts';

/** Forward mode from a reverse rule: cotangents are linear in the node's cotangent c, so the tangent is that map transposed. */
export function tangentByTransposition(
  current: Tensor,
  rule: CustomDerivative['vjp'],
  tangents: readonly (Tensor | undefined)[],
): Tensor | undefined {
  const cotangent = input(current.shape, { name: 'cotangent' });
  const wanted = tangents.flatMap((tangent, slot) => (tangent === undefined ? [] : [slot]));
  const shares = rule(current, cotangent, wanted);
  const outputs: Tensor[] = [];
  const directions: Tensor[] = [];
  shares.forEach((share, slot) => {
    const tangent = tangents[slot];
    if (share === undefined || tangent === undefined) return;
    outputs.push(share);
    directions.push(tangent);
  });
  const [tangent] = vjp(outputs, [cotangent], directions);
  if (tangent !== undefined) checkLinear(current, 'vjp', 'cotangent', [tangent], [cotangent]);
  return tangent;
}

/** Reverse mode from a forward rule: the tangent is linear in the tangents of the inputs. */
export function cotangentsByTransposition(
  current: Tensor,
  rule: CustomDerivative['jvp'],
  cotangent: Tensor,
  slots: readonly number[],
): (Tensor | undefined)[] {
  const directions = current.inputs.map((operand, slot) =>
    slots.includes(slot) ? input(operand.shape, { name: `tangent${slot}` }) : undefined,
  );
  const tangent = rule(current, directions);
  if (tangent === undefined) return current.inputs.map(() => undefined);
  const given = directions.filter((direction) => direction !== undefined);
  const found = vjp([tangent], given, [cotangent]);
  checkLinear(
    current,
    'jvp',
    'tangents',
    found.filter((share) => share !== undefined),
    given,
  );
  return directions.map((direction) =>
    direction === undefined ? undefined : found[given.indexOf(direction)],
  );
}

function checkLinear(
  current: Tensor,
  rule: string,
  argument: string,
  results: readonly Tensor[],
  placeholders: readonly Tensor[],
): void {
  if (dependsOn(results, placeholders))
    throw new TypeError(
      `customDerivative: the ${rule} rule of '${current.op.name}' is not linear in its ${argument}, so the other mode cannot be derived from it; make the rule linear, or give both rules.`,
    );
}
