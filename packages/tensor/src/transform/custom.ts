/** @file Functions whose derivative the user gives. */

import type { BatchRule, CustomDerivative, Op } from '../graph/op.ts';
import { ShapeError, sameShape } from '../graph/shape.ts';
import { node, type OpParameters, type Tensor } from '../graph/tensor.ts';
import { input } from '../ops/leaf/input.ts';
import { batchedParameters, markOp } from '../ops/mark.ts';
import { sum } from '../ops/reduction/sum-broadcast.ts';
import { describe } from './arguments.ts';
import { allExamples, batchGraph } from './batch.ts';
import { tensorsOf } from './trace.ts';
import { cotangentsByTransposition, tangentByTransposition } from './transposition.ts';

/** What a rule is called with. */
export interface CustomCall {
  readonly inputs: readonly Tensor[];
  /** The value of the function. A rule may use it; differentiated again, it follows the rule again. */
  readonly output: Tensor;
}

/** The derivative rules of a function with a custom derivative: forwards, backwards, or both. */
export interface CustomRules {
  /** What the graph's print calls the function. */
  readonly name?: string;
  /** Σ ∂output/∂input · tangent. Tangents are undefined where zero; so may be the result. Must be linear in the tangents. */
  readonly jvp?: (
    call: CustomCall & { readonly tangents: readonly (Tensor | undefined)[] },
  ) => Tensor | undefined;
  /** The share of each input; undefined where zero. Must be linear in the cotangent. */
  readonly vjp?: (call: CustomCall & { readonly cotangent: Tensor }) => readonly (Tensor | undefined)[];
}

/** The user's rules as an op has them, on the inputs of a mark: [value, ...arguments]. One of them may be missing. */
interface Rules {
  readonly slots: readonly number[];
  readonly jvp: CustomDerivative['jvp'] | undefined;
  readonly vjp: CustomDerivative['vjp'] | undefined;
}

let nextRule = 0;

/**
 * `f` with a derivative of the user's choice: a straight-through estimator, an implicit function, a clipped gradient.
 *
 * One rule is enough: the other mode is its transpose. f and the rules take all they depend on as arguments; what they close
 * over is a constant to every derivative, and may not be mapped by an enclosing vmap. The rules run when a derivative is taken.
 *
 * @param f from tensors to one f32 tensor
 */
export function customDerivative<Inputs extends readonly Tensor[]>(
  f: (...inputs: Inputs) => Tensor,
  rules: CustomRules,
): (...inputs: Inputs) => Tensor {
  const name = rules.name ?? (f.name || 'customDerivative');
  if (rules.jvp === undefined && rules.vjp === undefined)
    throw new TypeError(
      `customDerivative: '${name}' has neither a jvp nor a vjp rule; give one, or use stopGradient for a derivative of zero.`,
    );
  const rule = nextRule++;
  const opsByArity = new Map<number, Op>();
  return (...inputs) => {
    tensorsOf(name, 'the list of arguments', inputs);
    const value = f(...inputs);
    if (value.dtype !== 'f32')
      throw new TypeError(
        `customDerivative: '${name}' returned ${describe(value)}, and only f32 values have derivatives; call it without customDerivative.`,
      );
    let op = opsByArity.get(inputs.length);
    if (op === undefined) {
      op = customOp(name, rulesOf(name, rules, inputs.length));
      opsByArity.set(inputs.length, op);
    }
    return node(op, [value, ...inputs], { rule });
  };
}

function customOp(name: string, rules: Rules): Op {
  const op: Op = markOp(
    name,
    `${name}(…): a function with a derivative of its own.`,
    bothModes(rules),
    batchRule(() => op, rules),
  );
  return op;
}

/** A missing rule is the transpose of the other. */
function bothModes({ slots, jvp, vjp }: Rules): CustomDerivative {
  if (jvp !== undefined && vjp !== undefined) return { kind: 'custom', slots, jvp, vjp };
  if (vjp !== undefined)
    return {
      kind: 'custom',
      slots,
      jvp: (current, tangents) => tangentByTransposition(current, vjp, tangents),
      vjp,
    };
  if (jvp === undefined) throw new Error('internal: a custom derivative has a rule.');
  return {
    kind: 'custom',
    slots,
    jvp,
    vjp: (current, cotangent, wanted) => cotangentsByTransposition(current, jvp, cotangent, wanted),
  };
}

/** The user's rules, with their results checked. */
function rulesOf(name: string, rules: CustomRules, arity: number): Rules {
  const { jvp, vjp } = rules;
  const callOf = (current: Tensor): CustomCall => ({ inputs: current.inputs.slice(1), output: current });
  const checked = (rule: string, what: string, result: Tensor | undefined, like: Tensor) => {
    if (result !== undefined && (result.dtype !== 'f32' || !sameShape(result.shape, like.shape)))
      throw new ShapeError(
        `customDerivative: the ${rule} rule of '${name}' returned ${describe(result)} for ${what}, which is ${describe(like)}; they must agree.`,
      );
    return result;
  };
  return {
    slots: Array.from({ length: arity }, (_, position) => position + 1),
    jvp:
      jvp &&
      ((current, tangents) =>
        checked(
          'jvp',
          'the tangent of the value',
          jvp({ ...callOf(current), tangents: tangents.slice(1) }),
          current,
        )),
    vjp:
      vjp &&
      ((current, cotangent) => {
        const call = callOf(current);
        const shares = vjp({ ...call, cotangent });
        if (shares.length !== arity)
          throw new TypeError(
            `customDerivative: the vjp rule of '${name}' returned ${shares.length} cotangents for ${arity} inputs; give undefined where one is zero.`,
          );
        return [
          undefined,
          ...shares.map((share, slot) =>
            checked('vjp', `the cotangent of input ${slot}`, share, call.inputs[slot]!),
          ),
        ];
      }),
  };
}

/** The batched mark has the rules of the single one, traced for one example and batched in turn. */
function batchRule(single: () => Op, rules: Rules): BatchRule {
  return (inputs, batched, parameters, size) => {
    const [value, ...rest] = inputs;
    const op = customOp(single().name, batchedRules(single(), rules, parameters, batched, size));
    const all = allExamples({ tensor: value!, batched: batched[0]! }, size);
    return node(op, [all, ...rest], batchedParameters(parameters, batched));
  };
}

function batchedRules(
  single: Op,
  rules: Rules,
  parameters: OpParameters,
  batched: readonly boolean[],
  size: number,
): Rules {
  const { slots, jvp, vjp } = rules;
  return {
    slots,
    jvp:
      jvp &&
      ((mark, tangents) => {
        const one = oneExample(single, parameters, mark, batched);
        const directions = tangents.map((tangent, slot) => tangent && one.of(tangent, batched[slot]!));
        const tangent = jvp(one.mark, directions);
        return tangent && allExamples(batchGraph([tangent], one.whole, size)[0]!, size);
      }),
    vjp:
      vjp &&
      ((mark, cotangent, wanted) => {
        const one = oneExample(single, parameters, mark, batched);
        const shares = vjp(one.mark, one.of(cotangent, true), wanted);
        const given = shares.filter((share) => share !== undefined);
        const all = batchGraph(given, one.whole, size);
        return shares.map((share, slot) => {
          if (share === undefined) return undefined;
          const found = allExamples(all[given.indexOf(share)]!, size);
          // An input that all examples share receives from all of them.
          return batched[slot] ? found : sum(found, 0);
        });
      }),
  };
}

/** A batched mark as the rules of the single one see it, and what each placeholder stands for. */
function oneExample(single: Op, parameters: OpParameters, mark: Tensor, batched: readonly boolean[]) {
  const whole = new Map<Tensor, Tensor>();
  const of = (tensor: Tensor, mapped: boolean): Tensor => {
    if (!mapped) return tensor;
    const example = input(tensor.shape.slice(1), { dtype: tensor.dtype, name: 'example' });
    whole.set(example, tensor);
    return example;
  };
  const example = node(
    single,
    mark.inputs.map((operand, slot) => of(operand, slot === 0 || batched[slot]!)),
    parameters,
  );
  whole.set(example, mark);
  return { mark: example, of, whole };
}
