/** @file One contraction to run alone: its problem, where its operands lie, and its exact result. */
import type { Conv2dProblem, MatmulProblem } from '../kernels/contraction.ts';
import { contractionSizes, matrixView } from '../kernels/conv2d/problem.ts';
import { referenceConvolution } from '../ops/helpers/reference-convolution.ts';

/** An operand in a buffer of its own. */
export interface OperandPlace {
  /** Elements from its first to its last, gaps included. */
  readonly length: number;
  /** Elements from one batch to the next; 0 where all share one. */
  readonly batchStride: number;
  /** It starts at a multiple of 4 elements. */
  readonly aligned: boolean;
  /** Of every `line` elements only the first `used` belong to it. */
  readonly gap?: { readonly line: number; readonly used: number };
}

/** Float64 results, and Σ|a·b| of each, which scales the error that rounding may make. */
export interface Expected {
  readonly values: Float64Array;
  readonly magnitudes: Float64Array;
}

export type ContractionProblem = MatmulProblem | Conv2dProblem;

/** One shape of a family. The result is [batch, rows, columns], each element a sum over `depth` products. */
export interface KernelTask<Problem = ContractionProblem> {
  readonly family: 'matmul' | 'conv2d';
  /** As on the command line, `256,256,256:nt`, with what cannot be said there in brackets. */
  readonly title: string;
  readonly problem: Problem;
  readonly a: OperandPlace;
  readonly b: OperandPlace;
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** Elements of `a` that lie in the padding count as zeros, and a zero times infinity is no number. */
  readonly padded: boolean;
  readonly reference: (a: Float32Array, b: Float32Array) => Expected;
}

/** Elements of a task's result. */
export const resultLength = ({ batch, rows, columns }: KernelTask): number => batch * rows * columns;

/** Multiplications and additions of a task. */
export const operationsOf = (task: KernelTask): number => 2 * resultLength(task) * task.depth;

/** Compulsory traffic: each operand read once, the result written once. */
export const algorithmicBytes = (task: KernelTask): number =>
  4 * (task.a.length + task.b.length + resultLength(task));

/** How a product's operands lie. */
export interface MatmulLayout {
  readonly batch?: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Operand a is stored [k, m] instead of [m, k]; b is stored [n, k] instead of [k, n]. */
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** The operand starts at no multiple of 4 elements. */
  readonly unalignedA?: boolean;
  readonly unalignedB?: boolean;
  /** All batches read the same operand. */
  readonly shareA?: boolean;
  readonly shareB?: boolean;
  /** Elements between stored rows beyond their length. */
  readonly aGap?: number;
  readonly bGap?: number;
}

/** A product as a task. */
export function matmulTask(layout: MatmulLayout): KernelTask<MatmulProblem> {
  const { m, n, k, batch = 1, transposeA = false, transposeB = false } = layout;
  const operand = (lines: number, used: number, gap = 0, shared = false, unaligned = false): OperandPlace => {
    const line = used + gap;
    const batchStride = shared ? 0 : lines * line;
    return {
      length: lines * line + (batch - 1) * batchStride,
      batchStride,
      aligned: !unaligned && (batch === 1 || batchStride % 4 === 0),
      ...(gap === 0 ? {} : { gap: { line, used } }),
    };
  };
  const a = operand(transposeA ? k : m, transposeA ? m : k, layout.aGap, layout.shareA, layout.unalignedA);
  const b = operand(transposeB ? n : k, transposeB ? k : n, layout.bGap, layout.shareB, layout.unalignedB);
  const aLine = (transposeA ? m : k) + (layout.aGap ?? 0);
  const bLine = (transposeB ? k : n) + (layout.bGap ?? 0);
  const problem: MatmulProblem = {
    batch,
    m,
    n,
    k,
    aRowStride: transposeA ? 1 : aLine,
    aColumnStride: transposeA ? aLine : 1,
    bRowStride: transposeB ? 1 : bLine,
    bColumnStride: transposeB ? bLine : 1,
    aAligned: a.aligned,
    bAligned: b.aligned,
  };
  const words = [
    ...(layout.unalignedA ? ['a unaligned'] : []),
    ...(layout.unalignedB ? ['b unaligned'] : []),
    ...(layout.shareA ? ['a shared'] : []),
    ...(layout.shareB ? ['b shared'] : []),
    ...(layout.aGap ? ['gaps in a'] : []),
    ...(layout.bGap ? ['gaps in b'] : []),
  ].join(', ');
  const form = `${transposeA ? 't' : 'n'}${transposeB ? 't' : 'n'}`;
  return {
    family: 'matmul',
    title: `${batch === 1 ? '' : `${batch}x`}${m},${n},${k}${form === 'nn' ? '' : `:${form}`}${words === '' ? '' : ` (${words})`}`,
    problem,
    a,
    b,
    batch,
    rows: m,
    columns: n,
    depth: k,
    padded: false,
    reference: (x, y) => referenceProduct(problem, a.batchStride, b.batchStride, x, y),
  };
}

/** Σ a·b and Σ|a·b| in float64. Rows of zeros in `a` cost nothing where `b` is finite. */
function referenceProduct(
  p: MatmulProblem,
  aBatchStride: number,
  bBatchStride: number,
  a: Float32Array,
  b: Float32Array,
): Expected {
  const values = new Float64Array(p.batch * p.m * p.n);
  const magnitudes = new Float64Array(values.length);
  const skipZeros = b.every(Number.isFinite);
  for (let batch = 0; batch < p.batch; batch++)
    for (let row = 0; row < p.m; row++) {
      const at = (batch * p.m + row) * p.n;
      for (let k = 0; k < p.k; k++) {
        const x = a[batch * aBatchStride + row * p.aRowStride + k * p.aColumnStride]!;
        if (x === 0 && skipZeros) continue;
        let from = batch * bBatchStride + k * p.bRowStride;
        for (let column = 0; column < p.n; column++) {
          const product = x * b[from]!;
          values[at + column]! += product;
          magnitudes[at + column]! += Math.abs(product);
          from += p.bColumnStride;
        }
      }
    }
  return { values, magnitudes };
}

/** A convolution, or one of its gradients, as a task. */
export function conv2dTask(problem: Conv2dProblem, title: string): KernelTask<Conv2dProblem> {
  const sizes = contractionSizes(problem);
  const { rows, columns, depth } = matrixView(problem);
  const place = (length: number, aligned: boolean): OperandPlace => ({
    length,
    batchStride: length / problem.tasks,
    aligned,
  });
  return {
    family: 'conv2d',
    title,
    problem,
    a: place(sizes.a, problem.aAligned),
    b: place(sizes.b, problem.bAligned),
    batch: problem.tasks,
    rows,
    columns,
    depth,
    padded: true,
    reference: (a, b) => ({
      values: referenceConvolution(problem, a, b, sizes.result),
      magnitudes: referenceConvolution(problem, a.map(Math.abs), b.map(Math.abs), sizes.result),
    }),
  };
}
