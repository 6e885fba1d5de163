/**
 * @file A row of the kernel benchmark as plain data: what is computed, on which shapes. It travels to the processes of
 * the libraries as it is, and every library makes of it what is fastest there.
 */

/** An operand of a work, with its numbers. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
}

/** result[b] = a[b] · b[b], with a [batch, rows, inner] and b [batch, inner, columns]. */
export interface MatmulWork {
  readonly kind: 'matmul';
  readonly batch: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** A 3 × 3 convolution with padding 1 over square images, or one of its two gradients. */
export interface ConvolutionWork {
  readonly kind: 'convolution';
  readonly pass: 'forward' | 'input-gradient' | 'filter-gradient';
  readonly images: number;
  readonly size: number;
  readonly inChannels: number;
  readonly outChannels: number;
}

/** add: a + b. fused: a · b + tanh(c), in one pass over memory where a library can. */
export interface PointwiseWork {
  readonly kind: 'pointwise';
  readonly expression: 'add' | 'fused';
  readonly elements: number;
}

/** all: one sum of everything. rows: a sum for each row. columns: a sum for each column. */
export interface ReductionWork {
  readonly kind: 'reduction';
  readonly over: 'all' | 'rows' | 'columns';
  readonly rows: number;
  readonly columns: number;
}

/** Bytes moved by a hand-tuned kernel that does nothing else: what bandwidth there is to be had. */
export interface CopyWork {
  readonly kind: 'copy';
  readonly elements: number;
}

export type NetworkName = 'mlp' | 'convolutional' | 'sine';

/** One step of gradient descent on the cross-entropy of one batch. */
export interface DescentWork {
  readonly kind: 'descent-step';
  readonly network: NetworkName;
}

/** The gradient of a query loss after some steps of descent on a support loss, through those steps: second order. */
export interface MamlWork {
  readonly kind: 'maml-gradient';
  readonly network: NetworkName;
  readonly steps: number;
}

/** T steps of a small problem, whose cost should be that of encoding its dispatches. */
export interface HorizonWork {
  readonly kind: 'horizon';
  readonly steps: number;
}

/** A hypergradient of a quadratic, or of the hidden layers from which sine waves are fitted, after T inner steps; or the inner steps alone. */
export interface HypergradientWork {
  readonly kind: 'hypergradient';
  readonly problem: 'tracking' | 'rates' | 'sine';
  readonly method: 'inner-steps' | 'exact-reverse' | 'one-step' | 'neumann' | 'hyperdistill';
  /** T */
  readonly steps: number;
  /** d */
  readonly weights: number;
  /** p */
  readonly hyperparameters: number;
  /** Products with A of the Neumann series. */
  readonly terms: number;
  /** γ and the fixed θ of HyperDistill. */
  readonly gamma: number;
  readonly theta: number;
}

export type Work =
  | MatmulWork
  | ConvolutionWork
  | PointwiseWork
  | ReductionWork
  | CopyWork
  | DescentWork
  | MamlWork
  | HorizonWork
  | HypergradientWork;

/** Works whose result is worked out without the bilevel package. */
export type KernelWork = Exclude<Work, HypergradientWork>;

/** Elements per side of the filters, and the padding that keeps the images' size. */
export const filterSize = 3;
export const filterPadding = 1;

/** Multiplications and additions that the definition asks for; undefined where bytes are what counts. */
export function operationsOf(work: Work): number | undefined {
  switch (work.kind) {
    case 'matmul':
      return 2 * work.batch * work.rows * work.inner * work.columns;
    case 'convolution':
      return 2 * work.images * work.size ** 2 * filterSize ** 2 * work.inChannels * work.outChannels;
    default:
      return undefined;
  }
}

/** Bytes that have to be read and written at least, each once. */
export function bytesMovedBy(work: Work): number | undefined {
  switch (work.kind) {
    case 'matmul':
      return 4 * work.batch * (work.rows * work.inner + work.inner * work.columns + work.rows * work.columns);
    case 'convolution': {
      const pixels = work.images * work.size ** 2;
      return (
        4 *
        (pixels * (work.inChannels + work.outChannels) + filterSize ** 2 * work.inChannels * work.outChannels)
      );
    }
    case 'pointwise':
      return 4 * work.elements * (work.expression === 'add' ? 3 : 4);
    case 'reduction': {
      const results = { all: 1, rows: work.rows, columns: work.columns }[work.over];
      return 4 * (work.rows * work.columns + results);
    }
    case 'copy':
      return 8 * work.elements;
    default:
      return undefined;
  }
}

/** The sizes of a work as numbers, for its record. */
export function sizesOf(work: Work): Record<string, number> {
  return Object.fromEntries(
    Object.entries(work).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

/** The copy that a row bound by memory is held against; undefined for other rows. */
export function copyBeside(work: Work): CopyWork | undefined {
  if (work.kind === 'pointwise') return { kind: 'copy', elements: work.elements };
  if (work.kind === 'reduction') return { kind: 'copy', elements: work.rows * work.columns };
  return undefined;
}
