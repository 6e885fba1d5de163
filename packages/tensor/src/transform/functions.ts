/** @file Derivatives of functions of trees of tensors: grad, valueAndGrad, hvp, linearize, pullback. */
import { ShapeError, sameShape, showShape } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { unflatten } from '../graph/tree.ts';
import { describe } from './arguments.ts';
import { jvp } from './jvp.ts';
import { type TensorTree, tensorsOf, traceOn } from './trace.ts';
import { vjp } from './vjp.ts';
import { onesLike, zerosLike } from './zeros.ts';

/**
 * The gradient of a scalar function with respect to one of its arguments, a tensor or a tree of tensors.
 *
 * `grad(f)(x)` builds graph, so it can be differentiated again. Where f does not depend on a leaf, its gradient is zeros.
 *
 * @param f returns an f32 tensor of shape []
 * @param argnum which argument, counted from 0
 * @throws TypeError when a leaf of the argument is not f32, or f returns no f32 scalar; RangeError when there is no such argument
 *
 * @example
 * ```ts
 * import { array, evaluate, grad, square, sum } from '@longhorizon/tensor';
 *
 * const slope = grad((x) => sum(square(x)))(array([1, 2, 3]));
 * console.assert(String(evaluate([slope], new Map())[0]!.data) === '2,4,6');
 * ```
 */
export function grad<Arguments extends readonly unknown[], N extends number = 0>(
  f: (...inputs: Arguments) => Tensor,
  argnum: N = 0 as N,
): (...inputs: Arguments) => Arguments[N] {
  return (...inputs) => differentiate('grad', f, argnum, inputs)[1];
}

/** `[value, gradient]` of a scalar function, sharing all work. See `grad`. */
export function valueAndGrad<Arguments extends readonly unknown[], N extends number = 0>(
  f: (...inputs: Arguments) => Tensor,
  argnum: N = 0 as N,
): (...inputs: Arguments) => [value: Tensor, gradient: Arguments[N]] {
  return (...inputs) => {
    const [value, gradient] = differentiate('valueAndGrad', f, argnum, inputs);
    return [value, gradient];
  };
}

/**
 * `[value, gradient, auxiliary]` of a function that returns `[scalar, anything else it computed]`: an accuracy, the
 * statistics of a batch norm. The auxiliary is a tree of tensors and is not differentiated.
 */
export function valueAndGradWithAuxiliary<
  Arguments extends readonly unknown[],
  Auxiliary,
  N extends number = 0,
>(
  f: (...inputs: Arguments) => readonly [Tensor, Auxiliary],
  argnum: N = 0 as N,
): (...inputs: Arguments) => [value: Tensor, gradient: Arguments[N], auxiliary: Auxiliary] {
  return (...inputs) => {
    const asker = 'valueAndGradWithAuxiliary';
    let auxiliary: Auxiliary | undefined;
    const [value, gradient, settle] = differentiate(
      asker,
      (...given: Arguments) => {
        const [scalar, rest] = f(...given);
        tensorsOf(asker, 'the auxiliary result', rest);
        auxiliary = rest;
        return scalar;
      },
      argnum,
      inputs,
    );
    return [value, gradient, settle(auxiliary as Auxiliary)];
  };
}

function differentiate<Arguments extends readonly unknown[], N extends number>(
  asker: string,
  f: (...inputs: Arguments) => Tensor,
  argnum: N,
  inputs: Arguments,
): [value: Tensor, gradient: Arguments[N], settle: <T>(tree: T) => T] {
  const traced = traceOn(asker, f, inputs, argnum);
  const value = traced.result;
  tensorsOf(asker, 'the result', value);
  if (value.dtype !== 'f32')
    throw new TypeError(
      `${asker}: the function returned ${describe(value)}, and only f32 values have derivatives; return a loss, not a count.`,
    );
  if (!sameShape(value.shape, []))
    throw new ShapeError(
      `${asker}: the function returned ${describe(value)}, but a gradient is of a scalar, f32[]; sum the result, or give a cotangent with pullback(f, x).`,
    );
  const cotangents = vjp([value], traced.names, [onesLike(value)]);
  const [settled, ...gradients] = traced.settle([
    value,
    ...cotangents.map((cotangent, position) => cotangent ?? zerosLike(traced.names[position]!)),
  ]);
  return [settled!, unflatten<Arguments[N]>(inputs[argnum], gradients), traced.settleTree];
}

/**
 * The Hessian of a scalar function times a direction, forward over reverse: the derivative of the gradient along v.
 *
 * @param x a tree of f32 tensors
 * @param v a tree of the same nesting and shapes
 */
export function hvp<T>(f: (x: T) => Tensor, x: T, v: T): T {
  return linearizeFor('hvp', grad(f), x)[1](v) as T;
}

/**
 * The value of a function and its derivative at x, as a function of the direction: f(x + εv) ≈ value + ε · push(v).
 *
 * @returns `[value, push]`; `push` takes a tree like x and returns a tree like the value, with zeros where nothing depends on x
 */
export function linearize<T, Result>(
  f: (x: T) => Result,
  x: T,
): [value: Result, push: (direction: T) => Result] {
  return linearizeFor('linearize', f, x);
}

function linearizeFor<T, Result>(
  asker: string,
  f: (x: T) => Result,
  x: T,
): [value: Result, push: (direction: T) => Result] {
  const traced = traceOn(asker, f, [x], 0);
  const outputs = tensorsOf(asker, 'the result', traced.result);
  const push = (direction: T): Result => {
    const tangents = directionsOf(asker, 'direction', 'argument', direction, x);
    const pushed = jvp(outputs, traced.names, tangents).map(
      (tangent, position) => tangent ?? zerosLike(outputs[position]!),
    );
    return unflatten<Result>(traced.result, traced.settle(pushed));
  };
  return [traced.settleTree(traced.result), push];
}

/**
 * The value of a function and its transposed derivative at x: `pull(c)` is the gradient of ⟨f(x), c⟩.
 *
 * @returns `[value, pull]`; `pull` takes a tree like the value and returns a tree like x, with zeros where nothing depends on it
 */
export function pullback<T, Result>(
  f: (x: T) => Result,
  x: T,
): [value: Result, pull: (cotangent: Result) => T] {
  const traced = traceOn('pullback', f, [x], 0);
  const outputs = tensorsOf('pullback', 'the result', traced.result);
  const pull = (cotangent: Result): T => {
    const given = directionsOf('pullback', 'cotangent', 'result', cotangent, traced.result);
    const pulled = vjp(
      outputs,
      traced.names,
      given.map((direction, position) => (outputs[position]!.dtype === 'f32' ? direction : undefined)),
    );
    const filled = pulled.map((share, position) => share ?? zerosLike(traced.names[position]!));
    return unflatten<T>(x, traced.settle(filled));
  };
  return [traced.settleTree(traced.result), pull];
}

/** The leaves of a direction, checked against the tree that it belongs to. */
function directionsOf(
  asker: string,
  noun: string,
  role: string,
  direction: unknown,
  like: unknown,
): Tensor[] {
  const directions = tensorsOf(asker, `the ${noun}`, direction);
  const tensors = tensorsOf(asker, `the ${role}`, like as TensorTree);
  if (directions.length !== tensors.length)
    throw new TypeError(
      `${asker}: the ${noun} has ${directions.length} leaves and the ${role} ${tensors.length}; they must be nested alike.`,
    );
  directions.forEach((leaf, position) => {
    if (!sameShape(leaf.shape, tensors[position]!.shape))
      throw new ShapeError(
        `${asker}: leaf ${position} of the ${noun} is ${showShape(leaf.shape)}, but the ${role}'s is ${showShape(tensors[position]!.shape)}; they must agree.`,
      );
  });
  return directions;
}
