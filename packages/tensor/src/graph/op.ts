/**
 * @file What an op is: one object in one file, from which its function, its derivatives of every order, its batched form, its
 * WGSL, its float64 reference, its page in the documentation and its tests all come.
 *
 * The helpers name the algebra: `unary`, `binary` (elementwise, in helpers/elementwise.ts), `linear`, `bilinear`, `movement`, `indexing`.
 *
 * An op names the type of its parameters once, `Op<Parameters>`, and its rules, its reference and its lowering get them in that type. Where
 * ops stand together, in a node, a rule table, the list of all ops, each is an `Op` of parameters of its own that nobody else knows: what
 * takes parameters is a method, because TypeScript lets a method with a narrower argument stand for one with a wider. That is the one place
 * where types do not prove what they say. It holds because parameters come to an op from its own nodes only, and `node` makes those with
 * parameters of the op's type. The way back is `isNodeOf`, a look at the op.
 */

import type { Lowering } from './lowering.ts';
import type { Shape } from './shape.ts';
import type { DType, NodeOf, OpParameters, Tensor } from './tensor.ts';

/** Shape and element type of a result. */
export interface Inferred {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** An array on the float64 reference. Integers are held exactly in float64. */
export interface ReferenceArray extends Inferred {
  readonly data: Float64Array;
}

/**
 * How an op is differentiated. One rule gives both modes:
 * - `none`: the result is an integer or piecewise constant; its derivative is absent (a symbolic zero).
 * - `partials`: elementwise; ∂result/∂input for each input, as graph. JVP multiplies tangents by it, VJP cotangents.
 * - `linear`: linear in each of `slots` (multilinear), or in all of them together (`joint`). The JVP is the op itself on
 *   tangents, the VJP is `transpose`.
 * - `as`: differentiated as an expression of equal value made of other ops.
 */
export type Derivative<Parameters extends OpParameters = OpParameters> =
  | { readonly kind: 'none' }
  | { readonly kind: 'partials'; readonly partials: readonly (PartialRule | undefined)[] }
  | {
      readonly kind: 'linear';
      readonly slots: readonly number[] | 'all';
      readonly joint?: boolean;
      /** The cotangent of input `slot`; undefined where it is zero. */
      transpose(cotangent: Tensor, node: NodeOf<Parameters>, slot: number): Tensor | undefined;
    }
  | {
      readonly kind: 'as';
      /** The inputs that the expression reads; all when left out. */
      readonly slots?: readonly number[];
      expression(node: NodeOf<Parameters>): Tensor;
      /** What forward mode differentiates, where that is not the same (checkpoint: what is there already, not a recomputation). */
      forward?(node: NodeOf<Parameters>): Tensor;
    }
  | CustomDerivative<Parameters>;

export type PartialRule = (inputs: readonly Tensor[], output: Tensor) => Tensor;

/** A derivative rule given by the user: see transform/custom.ts. */
export interface CustomDerivative<Parameters extends OpParameters = OpParameters> {
  readonly kind: 'custom';
  /** The inputs that the rules speak of; all f32 inputs when left out. */
  readonly slots?: readonly number[];
  jvp(node: NodeOf<Parameters>, tangents: readonly (Tensor | undefined)[]): Tensor | undefined;
  /** The share of each input; only those of the wanted slots are used. */
  vjp(
    node: NodeOf<Parameters>,
    cotangent: Tensor,
    wanted: readonly number[],
  ): readonly (Tensor | undefined)[];
}

/**
 * The batched form: inputs flagged in `batched` carry a leading axis of `size`; so does the result. At least one is flagged.
 */
export type BatchRule<Parameters extends OpParameters = OpParameters> = (
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  parameters: Parameters,
  size: number,
) => Tensor;

/** One test input: random values in `domain`, or the given values. */
export interface CaseInput {
  readonly shape: Shape;
  readonly dtype?: DType;
  readonly domain?: readonly [number, number];
  readonly values?: readonly number[];
}

/** One call of the op's function that the generated tests check on every path. */
export interface OpCase {
  readonly inputs: readonly CaseInput[];
  readonly apply: (...inputs: Tensor[]) => Tensor;
  /** Derivatives are not compared here (a kink, a tie, a special value). */
  readonly valuesOnly?: boolean;
}

/** |GPU − reference| ≤ ulp · 2⁻²³ · scale, where scale is |reference|, or Σ|terms| for sums (`magnitude`), plus `absolute`. */
export interface Tolerance {
  readonly ulp: number;
  readonly absolute?: number;
  readonly magnitude?: boolean;
}

/** What an op scatters: the share of each chosen element of `source`, which lies where the index of the largest elements says. */
export interface Scattered {
  readonly shares: Tensor;
  readonly source: Tensor;
  /** The chosen elements of `source`. */
  chosen(): Tensor;
  /** Other shares, put to the same places. */
  scatter(shares: Tensor): Tensor;
}

/** An op: its name, shape rule, float64 reference, lowering, derivative, batched form and test cases. */
export interface Op<Parameters extends OpParameters = OpParameters> {
  readonly name: string;
  /** One line with the formula, then conventions: kinks, ties, NaN, order of sums. */
  readonly doc: string;
  infer(inputs: readonly Tensor[], parameters: Parameters): Inferred;
  reference(inputs: readonly ReferenceArray[], parameters: Parameters, result: Inferred): Float64Array;
  readonly derivative: Derivative<Parameters>;
  batch(...call: globalThis.Parameters<BatchRule<Parameters>>): Tensor;
  /** Where the result is shares of chosen elements, put back: factors of it then meet the shares alone. Undefined for an index of unknown origin. */
  scattered?(node: NodeOf<Parameters>): Scattered | undefined;
  readonly lower: Lowering<Parameters>;
  readonly tolerance: Tolerance;
  readonly cases: readonly OpCase[];
}
