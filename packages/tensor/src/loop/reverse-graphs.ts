/** @file The graphs of a reverse loop: a step that keeps residuals, its backward pass, and the loss at the end with its gradient. */
import { describeValue } from '../graph/describe-value.ts';
import { Tensor, topologicalOrder } from '../graph/tensor.ts';
import { unflatten } from '../graph/tree.ts';
import { add } from '../ops/arithmetic/add.ts';
import { constant } from '../ops/leaf/constant.ts';
import { input, nameOf, stepIndex } from '../ops/leaf/input.ts';
import { mixedVjp } from '../transform/mixed-vjp.ts';
import { partition, printResiduals } from '../transform/partition.ts';
import { reroot } from '../transform/reroot.ts';
import { simplify } from '../transform/simplify.ts';
import { vjp } from '../transform/vjp.ts';
import { zerosLike } from '../transform/zeros.ts';
import type { ArraySpec } from './packed-arrays.ts';
import type { ReverseRequest } from './reverse-request.ts';
import { type AsTensors, refuseForeignInputs, type TracedStep, traceStep } from './state.ts';

/** The three graphs of a reverse loop and what passes between them. */
export interface ReverseGraphs {
  readonly traced: TracedStep;
  /** Forward values that the backward pass reads. */
  readonly residuals: readonly Tensor[];
  readonly residualInputs: readonly Tensor[];
  readonly adjoints: readonly Tensor[];
  readonly adjointSpecs: readonly ArraySpec[];
  readonly moving: readonly number[];
  /** Inputs that hold the gradient so far, and what replaces them. */
  readonly gradients: readonly Tensor[];
  readonly backward: ReadonlyMap<Tensor, Tensor>;
  readonly terminal: { readonly loss: Tensor; readonly updates: ReadonlyMap<Tensor, Tensor> };
  /** Whether the backward pass reads the carry itself. */
  readonly readsCarry: boolean;
  readonly explanation: string;
}

export function buildGraphs<Carry, Given>(request: ReverseRequest<Carry, Given>): ReverseGraphs {
  const traced = traceStep(request.carry, request.given, request.step);
  const parameterTensors = request.parameters.map((array) => {
    const position = traced.arrays.indexOf(array);
    if (position < 0)
      throw new TypeError(
        'reverse: a parameter is not among the given arrays; pass the same array in `given`.',
      );
    if (array.dtype !== 'f32')
      throw new TypeError(
        `reverse: the gradient for an array of ${array.dtype} was asked for, but only f32 has derivatives; make it f32 or leave it out of the parameters.`,
      );
    return traced.given[position]!;
  });
  const moving = traced.specs.flatMap((spec, k) => (spec.dtype === 'f32' ? [k] : []));
  const adjoints = moving.map((k) => input(traced.specs[k]!.shape, { name: `adjoint ${traced.names[k]}` }));
  const gradients = parameterTensors.map((tensor) =>
    input(tensor.shape, { name: `gradient ${nameOf(tensor)}` }),
  );
  const variables = [...moving.map((k) => traced.carry[k]!), ...parameterTensors];
  const along = request.along?.();
  const backwardOf: typeof vjp =
    along === undefined
      ? vjp
      : (outputs, by, seeds) => mixedVjp(outputs, by, seeds as readonly Tensor[], along);
  const { next, cotangents } = simplifiedTogether(
    traced.next,
    backwardOf(
      moving.map((k) => traced.next[k]!),
      variables,
      adjoints,
    ),
  );
  const kept = [...traced.carry, ...traced.given, stepIndex()];
  const wanted = cotangents.filter((tensor): tensor is Tensor => tensor !== undefined);
  // Mixed products are there to keep little: a step is done again inside of its backward pass.
  const residuals = along === undefined ? partition(next, wanted, kept).residuals : [];
  const residualTensors = residuals.map((residual) => residual.tensor);
  const residualInputs = residualTensors.map((tensor) =>
    input(tensor.shape, { dtype: tensor.dtype, name: `kept ${tensor.op.name}` }),
  );
  const replaced = reroot(
    cotangents,
    new Map(residualTensors.map((tensor, k) => [tensor, residualInputs[k]!])),
  );
  refuseForeignInputs(
    "reverse: the step's derivative",
    replaced.filter((tensor): tensor is Tensor => tensor !== undefined),
    [...traced.carry, ...traced.given, ...residualInputs, ...adjoints],
  );
  const backward = new Map<Tensor, Tensor>();
  adjoints.forEach((adjoint, k) => {
    backward.set(adjoint, replaced[k] ?? zerosLike(adjoint));
  });
  gradients.forEach((gradient, k) => {
    const contribution = replaced[adjoints.length + k];
    if (contribution !== undefined) backward.set(gradient, add(gradient, contribution));
  });

  const carryTree = unflatten<AsTensors<Carry>>(request.carry, traced.carry);
  const givenTree = unflatten<AsTensors<Given>>(request.given ?? {}, traced.given);
  const loss = request.loss(carryTree, givenTree);
  if (!(loss instanceof Tensor))
    throw new TypeError(`reverse: the loss is ${describeValue(loss)}, not a tensor; return an f32 scalar.`);
  refuseForeignInputs('reverse: the loss', [loss], [...traced.carry, ...traced.given]);
  if (loss.shape.length !== 0 || loss.dtype !== 'f32')
    throw new TypeError(
      `reverse: the loss is ${loss.dtype}[${loss.shape.join(', ')}], not an f32 scalar; take its sum or mean.`,
    );
  const atEnd = vjp([loss], variables, [onesOf(loss)]);
  const updates = new Map<Tensor, Tensor>();
  adjoints.forEach((adjoint, k) => {
    updates.set(adjoint, atEnd[k] ?? zerosLike(adjoint));
  });
  gradients.forEach((gradient, k) => {
    updates.set(gradient, atEnd[adjoints.length + k] ?? zerosLike(gradient));
  });
  const reached = new Set(inputsOf([...backward.values()]));
  return {
    traced: { ...traced, next },
    residuals: residualTensors,
    residualInputs,
    adjoints,
    adjointSpecs: adjoints.map((adjoint) => ({ shape: adjoint.shape, dtype: 'f32', class: 'tangents' })),
    moving,
    gradients,
    backward,
    terminal: { loss, updates },
    readsCarry: traced.carry.some((tensor) => reached.has(tensor)),
    explanation:
      along === undefined
        ? printResiduals(next, wanted, kept)
        : 'nothing: products are mixed, and each step is done again inside of its backward pass',
  };
}

/** Simplified before residuals are chosen, so that what both passes share stays shared, and nothing needless is kept. */
function simplifiedTogether(next: readonly Tensor[], cotangents: readonly (Tensor | undefined)[]) {
  const present = cotangents.filter((tensor): tensor is Tensor => tensor !== undefined);
  const simple = simplify([...next, ...present]);
  let position = next.length;
  return {
    next: simple.slice(0, next.length),
    cotangents: cotangents.map((tensor) => (tensor === undefined ? undefined : simple[position++]!)),
  };
}

function onesOf(tensor: Tensor): Tensor {
  return constant(1, tensor.dtype);
}

/** Inputs that a graph reads. */
function inputsOf(outputs: readonly Tensor[]): Tensor[] {
  return topologicalOrder(outputs).filter((tensor) => tensor.inputs.length === 0);
}
