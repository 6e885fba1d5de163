/**
 * @file What a method needs, declared before anything exists: arrays (slots) and programs that overwrite them (kernels).
 *
 * A method is written against this once. A device engine turns slots into GPU buffers and kernels into plans; the float64
 * engine turns them into numbers on the host and the interpreter of the same graphs. Because everything is declared first, the bytes
 * are known before they are asked for.
 */
import { type DType, elementCount, input, type Shape, ShapeError, type Tensor } from '@longhorizon/tensor';
import { sameShape, showShape } from '@longhorizon/tensor/compiler';
import type { ByteClass } from '@longhorizon/tensor/device';
import type { HostArray } from '../problem/host-array.ts';
import { type Counts, noCounts } from './counts.ts';

/** One array of a workspace. In graphs it is its `tensor`, an input. */
export interface Slot {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly class: ByteClass;
  readonly tensor: Tensor;
  /** What it holds at first; zeros when left out. */
  readonly initial?: HostArray;
}

/** A program: slots and what replaces them, all computed from the values before. */
export interface Kernel {
  readonly name: string;
  readonly updates: ReadonlyMap<Slot, Tensor>;
  /** Derivative work that one run of it does; the engine adds it up. */
  readonly counts: Counts;
}

/** `count` copies of some slots: a trajectory. Rows are written and read by copies only. */
export interface Rows {
  readonly name: string;
  readonly count: number;
  readonly like: readonly Slot[];
}

/** One thing that an engine does, in order. */
export type Action = RunAction | CopyAction | RowAction;

/** Runs a kernel, in which `stepIndex()` is `index`. */
export interface RunAction {
  readonly kind: 'run';
  readonly kernel: Kernel;
  readonly index: number;
}

export interface CopyAction {
  readonly kind: 'copy';
  readonly from: Slot;
  readonly to: Slot;
}

/** Saves slots in a row, or loads them from it; the slots are of the shapes of `rows.like`, in that order. */
export interface RowAction {
  readonly kind: 'save' | 'load';
  readonly rows: Rows;
  readonly row: number;
  readonly slots: readonly Slot[];
}

/** Runs a kernel with the number of a step. */
export const run = (kernel: Kernel, index: number): Action => ({ kind: 'run', kernel, index });
/** Copies one slot to another. */
export const copy = (from: Slot, to: Slot): Action => ({ kind: 'copy', from, to });
/** Writes slots into a row. */
export const save = (slots: readonly Slot[], rows: Rows, row: number): Action => ({
  kind: 'save',
  rows,
  row,
  slots,
});
/** Reads slots back from a row. */
export const load = (rows: Rows, row: number, slots: readonly Slot[]): Action => ({
  kind: 'load',
  rows,
  row,
  slots,
});

/**
 * What a method needs, declared before anything exists: arrays (slots) and programs that overwrite them (kernels). Because
 * everything is declared first, the bytes are known before they are asked for.
 */
export class Workspace {
  readonly slots: Slot[] = [];
  readonly kernels: Kernel[] = [];
  readonly rowsOf: Rows[] = [];

  /** Declares an array: zero at first, or with the values of `initial`. */
  slot(
    name: string,
    shape: Shape,
    options: { readonly dtype?: DType; readonly class?: ByteClass; readonly initial?: HostArray } = {},
  ): Slot {
    const { initial } = options;
    const dtype = options.dtype ?? initial?.dtype ?? 'f32';
    if (initial !== undefined && elementCount(initial.shape) !== elementCount(shape))
      throw new ShapeError(
        `workspace: '${name}' has shape ${showShape(shape)}, but starts from ${showShape(initial.shape)}; give as many values.`,
      );
    const slot: Slot = {
      name,
      shape: [...shape],
      dtype,
      class: options.class ?? initial?.class ?? 'scratch',
      tensor: input(shape, { dtype, name }),
      ...(initial === undefined ? {} : { initial }),
    };
    this.slots.push(slot);
    return slot;
  }

  /**
   * Declares a program.
   *
   * @param updates slots with what replaces them; graphs read the slots' tensors and `stepIndex()`
   * @param counts derivative work of one run
   */
  kernel(name: string, updates: Iterable<readonly [Slot, Tensor]>, counts: Partial<Counts> = {}): Kernel {
    const map = new Map<Slot, Tensor>();
    for (const [slot, value] of updates) {
      if (!sameShape(slot.shape, value.shape) || slot.dtype !== value.dtype)
        throw new ShapeError(
          `kernel '${name}': '${slot.name}' is ${slot.dtype}${showShape(slot.shape)}, but its new value is ${value.dtype}${showShape(value.shape)}; they must agree.`,
        );
      if (value !== slot.tensor) map.set(slot, value);
    }
    const kernel: Kernel = { name, updates: map, counts: { ...noCounts, ...counts } };
    this.kernels.push(kernel);
    return kernel;
  }

  /** Declares room for `count` copies of some slots. */
  rows(name: string, count: number, like: readonly Slot[]): Rows {
    const rows: Rows = { name, count, like };
    this.rowsOf.push(rows);
    return rows;
  }
}
