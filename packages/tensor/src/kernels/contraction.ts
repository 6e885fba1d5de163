/**
 * @file The contract between the compiler and a hand-written contraction kernel (matmul, conv2d and its two gradients).
 *
 * A variant is plain WGSL in a `.wgsl` file that lacks only what depends on where it is used. The compiler puts in
 * front of it:
 *
 *   fn ROWS() -> u32 …                        the problem's sizes and strides
 *   const …                                   the variant's tile parameters
 *   fn a_batch(batch: u32) -> u32             first element of operand a for one batch index (b_batch likewise)
 *   fn load_a(index: u32) -> f32              one element of operand a (load_b likewise)
 *   fn load4_a(index: u32) -> vec4<f32>       four consecutive elements; index must be a multiple of 4
 *   fn store(batch: u32, row: u32, column: u32, value: f32)
 *   fn store4(batch: u32, row: u32, column: u32, value: vec4<f32>)     columns column … column+3
 *
 * `store` runs the fused epilogue (bias, activation, its derivative, further outputs) and writes the results, so a
 * kernel calls it exactly once for every element of the result, and never for one outside it. All element indices count f32
 * elements from the start of the operand's buffer; element 0, which is always there, may be loaded where the value is not used. Buffers are bound `read_write`, because an arena holds them all.
 */

import type { AdapterProfile } from '../adapters/profile.ts';

/** What a variant may ask about the adapter it would run on. */
export interface KernelAdapter {
  readonly profile: AdapterProfile;
  readonly features: ReadonlySet<string>;
  readonly limits: {
    readonly maxComputeInvocationsPerWorkgroup: number;
    readonly maxComputeWorkgroupStorageSize: number;
    readonly maxComputeWorkgroupsPerDimension: number;
  };
  /**
   * Fewest invocations of a subgroup, 0 or absent where the adapter does not tell. With workgroups of 8 and at least 8
   * here, a workgroup is one subgroup and `subgroupBroadcast` reaches all of it.
   */
  readonly subgroupMinSize?: number;
}

/**
 * result[b, m, n] = Σ_k a[b, m, k] · b[b, k, n].
 * Element (m, k) of `a` lies at a_batch(batch) + m·aRowStride + k·aColumnStride, and (k, n) of `b` at
 * b_batch(batch) + k·bRowStride + n·bColumnStride; so all four transposed forms are strides.
 */
export interface MatmulProblem {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly aRowStride: number;
  readonly aColumnStride: number;
  readonly bRowStride: number;
  readonly bColumnStride: number;
  /** Every a_batch(batch) is a multiple of 4 elements, so load4_a may be used wherever the strides allow it. */
  readonly aAligned: boolean;
  readonly bAligned: boolean;
}

/**
 * The shapes of one convolution, NHWC with HWIO filters, with a leading task axis on every operand:
 * x [tasks, images, height, width, inChannels], filter [tasks, filterHeight, filterWidth, inChannels, outChannels],
 * y [tasks, images, outHeight, outWidth, outChannels]; y(oh, ow) reads x(oh·stride + kh − padTop, ow·stride + kw − padLeft).
 * Every operand of one task is contiguous. The batch index is the task.
 *
 * | kind | operand a | operand b | rows of the result | columns |
 * | --- | --- | --- | --- | --- |
 * | forward | x | filter | (image, oh, ow) | outChannels |
 * | inputGradient | y's cotangent | filter | (image, h, w) | inChannels |
 * | filterGradient | x | y's cotangent | (kh, kw, inChannel) | outChannels |
 */
export interface ConvolutionSizes {
  readonly kind: 'forward' | 'inputGradient' | 'filterGradient';
  readonly tasks: number;
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly stride: readonly [number, number];
  readonly padTop: number;
  readonly padLeft: number;
}

/** The shapes of one convolution, and how its operands lie. */
export interface Conv2dProblem extends ConvolutionSizes {
  /** Every a_batch(batch) is a multiple of 4 elements. */
  readonly aAligned: boolean;
  readonly bAligned: boolean;
}

/** The functions of the contract that a variant calls; the compiler declares only these. */
export type ContractFunction = 'load_a' | 'load4_a' | 'load_b' | 'load4_b' | 'store' | 'store4';

/** One hand-written kernel of a family. */
export interface KernelVariant<Problem> {
  readonly name: string;
  /** One sentence: the idea and where it wins. */
  readonly doc: string;
  /** Why the variant cannot take this problem on this adapter, as a sentence; undefined when it can. */
  readonly prerequisites: (problem: Problem, adapter: KernelAdapter) => string | undefined;
  /** Estimated relative throughput, higher is better; only variants whose prerequisites hold are asked. */
  readonly score: (problem: Problem, adapter: KernelAdapter) => number;
  /** The WGSL body and how to launch it. Its constants and sizes are written in front of the body. */
  readonly emit: (problem: Problem, adapter: KernelAdapter) => EmittedKernel;
}

/** A kernel's WGSL body, what it asks of the compiler, and its launch. */
export interface EmittedKernel {
  /** May hold tokens for numbers: see graph/wgsl-numbers.ts. */
  readonly wgsl: string;
  /** Problem sizes, which the body calls: `ROWS()`. In a module that several kernels share they may come from a uniform buffer. */
  readonly constants: Readonly<Record<string, number>>;
  /** Tile parameters that the body is written for, of which arrays and workgroups have their sizes: `LANES`. */
  readonly sizes?: Readonly<Record<string, number>>;
  readonly uses: readonly ContractFunction[];
  /** WGSL extensions of the body; the compiler writes `enable …;` for each as the module's first lines. */
  readonly enables?: readonly 'subgroups'[];
  readonly workgroups: readonly [x: number, y: number, z: number];
}

/**
 * How many ways the compiler should split the summed axis, so that a product with few results and a long sum
 * still fills the machine. The partial sums form a leading axis and are added by a reduction in fixed order.
 */
export type SplitRule<Problem> = (problem: Problem, adapter: KernelAdapter) => number;
