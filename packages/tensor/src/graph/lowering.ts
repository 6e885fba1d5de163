/** @file How an op becomes WGSL: the few shapes that code for one op can take. The compiler branches on these, never on an op's name. */

import type { Index } from '../indexing/index-expression.ts';
import type { Inferred } from './op.ts';
import type { Shape } from './shape.ts';
import type { DType, NodeOf, OpParameters, Tensor } from './tensor.ts';

/** A WGSL type of one element (width 1) or of four neighbours (width 4). */
export interface WgslType {
  readonly dtype: DType;
  readonly width: 1 | 4;
  /** `f32` or `vec4<f32>`. */
  readonly text: string;
  /** The type of a comparison of two such values. */
  readonly bool: string;
  /** A literal of this type: `literal(2)` is `2.0f` or `vec4<f32>(2.0f)`. */
  literal(value: number): string;
}

export type Lowering<Parameters extends OpParameters = OpParameters> =
  | { readonly kind: 'leaf' }
  | ElementwiseLowering<Parameters>
  | MovementLowering<Parameters>
  | IndexedLowering<Parameters>
  | ReductionLowering<Parameters>
  | ConcatLowering<Parameters>
  | ContractionLowering<Parameters>
  | KernelLowering<Parameters>;

/** Each element of the result comes from the elements of the inputs at the same place. All inputs have the result's shape. */
export interface ElementwiseLowering<Parameters extends OpParameters = OpParameters> {
  readonly kind: 'elementwise';
  /** The WGSL expression; `operands` are names or literals, `input` and `output` the types of operands and result. */
  expression(operands: readonly string[], input: WgslType, output: WgslType, parameters: Parameters): string;
  /** WGSL functions that the expression calls, for one operand type. */
  readonly functions?: (input: WgslType) => string;
  /** Cost of one element, in additions. */
  readonly weight: number;
}

/** The result is the input seen at other coordinates: never a kernel by itself. */
export interface MovementLowering<Parameters extends OpParameters = OpParameters> {
  readonly kind: 'movement';
  coordinates(
    output: readonly Index[],
    inputShape: Shape,
    parameters: Parameters,
    outputShape: Shape,
  ): readonly Index[];
  /** What is computed from the result never shares a kernel with what is not: a recomputation runs when it is needed, not where its arguments were at hand. */
  readonly barrier?: boolean;
}

/** One element is computed by code that reads inputs at coordinates of its own choice. */
export interface IndexedLowering<Parameters extends OpParameters = OpParameters> {
  readonly kind: 'indexed';
  /** Writes code and returns the expression of the element at `context.coordinates`. */
  emit(context: IndexedContext<Parameters>): string;
  /** For each input: read at most once per element of the result ('once'), or again and again ('many', so it is stored first). */
  readonly reads: 'once' | 'many' | readonly ('once' | 'many')[];
  readonly weight: number;
  /** Coordinates may run over four lanes if they only do so in these trailing axes unchanged; otherwise code is written per lane. */
  readonly lanes?: boolean;
  /** The input, by slot, whose code keeps this node's value as well: where both are computed in one kernel, it is not read again. */
  keptBy?(node: NodeOf<Parameters>): number | undefined;
}

/** What code of an indexed op may use. Everything here concerns one element (width 1) unless `lanes` is declared. */
export interface IndexedContext<Parameters extends OpParameters = OpParameters> {
  readonly coordinates: readonly Index[];
  readonly parameters: Parameters;
  readonly inputs: readonly Inferred[];
  readonly output: Inferred;
  /** What the code computes: the result's element type, or four of them where lanes run along unchanged trailing axes. */
  readonly type: WgslType;
  /** The element of an input at coordinates; with a guard (a WGSL bool), whatever it is where the guard is false. */
  value(slot: number, coordinates: readonly Index[], guard?: string): string;
  /** WGSL text (u32) of an index expression. */
  text(index: Index): string;
  /** An index known only at run time: WGSL text of a u32 below `count`. */
  runtime(text: string, count: number): Index;
  /** Names an expression: `let v7 = …;`. */
  name(expression: string): string;
  /** Declares a mutable variable and returns its name. */
  variable(type: string, initial: string): string;
  line(text: string): void;
  /** A loop of `count` rounds; the body gets the counter as an index. */
  loop(count: number, body: (counter: Index) => void): void;
  /** Tells a value that comes along, for the node that names this one in `keptBy`. */
  keep(text: string): void;
  /** Adds WGSL functions once to the module. */
  functions(name: string, text: string): void;
}

/** Combines the elements along some axes, dropping those axes. */
export interface ReductionLowering<Parameters extends OpParameters = OpParameters> {
  readonly kind: 'reduction';
  /** The WGSL of two values put together: names of values of `type`. */
  readonly combine: (a: string, b: string, type: WgslType) => string;
  /** The value of an empty combination, as a number; it may be infinite. */
  readonly initial: number | ((dtype: DType) => number);
  axes(parameters: Parameters): readonly number[];
  /** Combining f32 values rounds, so long rows are combined in blocks. */
  readonly rounds?: boolean;
}

/** The inputs one after the other along an axis. */
export interface ConcatLowering<Parameters extends OpParameters = OpParameters> {
  readonly kind: 'concat';
  axis(parameters: Parameters): number;
}

/**
 * The hand-written kernels of convolutions: a `KernelFamily` of the room `kernels`, of which nothing is known down here. The ops bring them, so that a program
 * without convolutions goes without their text. The kernels of products come with the compiler: programs in float64 need none, and nearly all others do.
 */
export interface KernelTable {
  readonly name: string;
}

type Sides = readonly [readonly [number, number], readonly [number, number]];

/** A hand-written contraction: matmul or one of the three convolutions. */
export type ContractionLowering<Parameters extends OpParameters = OpParameters> =
  | { readonly kind: 'contraction'; readonly family: 'matmul'; readonly conv?: undefined }
  | {
      readonly kind: 'contraction';
      readonly family: 'conv2d';
      readonly kernels: KernelTable;
      readonly conv: 'forward' | 'inputGradient' | 'filterGradient';
      /** How far windows are apart, and the zeros around x: [[top, bottom], [left, right]]. */
      steps(parameters: Parameters): {
        readonly stride: readonly [number, number];
        readonly padding: Sides;
      };
      /** An input gradient with steps of 1 as a forward convolution by the filter rotated by 180°, its channels exchanged. */
      readonly rotated?: (y: Tensor, filter: Tensor, padding: Sides) => Tensor;
    };

/** A hand-written kernel that reads its inputs from buffers and writes its result to one. */
export interface KernelLowering<Parameters extends OpParameters = OpParameters> {
  readonly kind: 'kernel';
  emit(node: NodeOf<Parameters>): CustomKernel;
}

export interface CustomKernel {
  /**
   * WGSL with `fn input_0(index: u32) -> T` … for inputs and `fn output(index: u32, value: T)` for the result given by the compiler,
   * and an entry point `fn main`.
   */
  readonly wgsl: string;
  /** Each becomes a function, `fn COUNT() -> u32`. */
  readonly constants: Readonly<Record<string, number>>;
  /** Each becomes a constant, `const RANGE: u32`: what arrays have as their size. */
  readonly sizes?: Readonly<Record<string, number>>;
  readonly workgroups: readonly [number, number, number];
}
