/** @file What the matmul variants ask of a problem: its constants, and how an operand may be read. */
import type { MatmulProblem } from '../contraction.ts';

/** The sizes and strides under the names that the bodies use. */
export function problemConstants(problem: MatmulProblem): Record<string, number> {
  return {
    BATCH: problem.batch,
    M: problem.m,
    N: problem.n,
    K: problem.k,
    A_ROW_STRIDE: problem.aRowStride,
    A_COLUMN_STRIDE: problem.aColumnStride,
    B_ROW_STRIDE: problem.bRowStride,
    B_COLUMN_STRIDE: problem.bColumnStride,
  };
}

/**
 * One operand as `size` lines of K elements: line i, element k lies at batch start + i · stride + k · kStride. The lines of
 * `a` are rows of the result, the lines of `b` its columns.
 */
export interface Lines {
  readonly operand: 'a' | 'b';
  readonly size: number;
  readonly stride: number;
  readonly kStride: number;
  readonly aligned: boolean;
}

export function linesOf(problem: MatmulProblem, operand: 'a' | 'b'): Lines {
  return operand === 'a'
    ? {
        operand,
        size: problem.m,
        stride: problem.aRowStride,
        kStride: problem.aColumnStride,
        aligned: problem.aAligned,
      }
    : {
        operand,
        size: problem.n,
        stride: problem.bColumnStride,
        kStride: problem.bRowStride,
        aligned: problem.bAligned,
      };
}

/**
 * How four elements at a time may be read: `along` k within one line, `across` four lines at one k, or only `single`
 * elements. Vectors start at multiples of 4 elements and never reach past the operand.
 */
export type LoadAxis = 'along' | 'across' | 'single';

export function loadAxis(lines: Lines, k: number): LoadAxis {
  if (!lines.aligned) return 'single';
  if (lines.kStride === 1 && k % 4 === 0 && (lines.stride % 4 === 0 || lines.size === 1)) return 'along';
  if (lines.stride === 1 && lines.size % 4 === 0 && (lines.kStride % 4 === 0 || k === 1)) return 'across';
  return 'single';
}
