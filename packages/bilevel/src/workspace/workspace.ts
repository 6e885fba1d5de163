/**
 * @file What a method needs, declared before anything exists: variables, and computations that overwrite them.
 *
 * A method is written against this once. A device engine turns variables into GPU buffers and computations into plans; the float64
 * engine turns them into numbers on the host and the interpreter of the same graphs. Because everything is declared first, the bytes
 * are known before they are asked for.
 */
import { type DType, elementCount, input, type Shape, ShapeError, type Tensor } from '@longhorizon/tensor';
import { sameShape, showShape } from '@longhorizon/tensor/compiler';
import type { ByteClass } from '@longhorizon/tensor/device';
import type { HostArray } from '../problem/host-array.ts';
import { type Counts, noCounts } from './counts.ts';

/** One array of a workspace. In graphs it is its `tensor`, an input. */
export interface Variable {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly class: ByteClass;
  readonly tensor: Tensor;
  /** What it holds at first; zeros when left out. */
  readonly initial?: HostArray;
}

/** Variables and what replaces them, all computed from the values before. A device compiles it into a program of its own. */
export interface Computation {
  readonly name: string;
  readonly updates: ReadonlyMap<Variable, Tensor>;
  /** Derivative work that one execution of it does; the engine adds it up. */
  readonly counts: Counts;
}

/** `count` copies of some variables: a trajectory. Entries are written and read by copies only. */
export interface History {
  readonly name: string;
  readonly count: number;
  readonly like: readonly Variable[];
}

/** One thing that an engine does, in order. */
export type Action = ExecuteAction | HistoryAction;

/** Executes a computation, in which `stepIndex()` is `index`. */
export interface ExecuteAction {
  readonly kind: 'execute';
  readonly computation: Computation;
  readonly index: number;
}

/** Saves variables in an entry, or loads them from it; the variables are of the shapes of `history.like`, in that order. */
export interface HistoryAction {
  readonly kind: 'save' | 'load';
  readonly history: History;
  readonly entry: number;
  readonly variables: readonly Variable[];
}

/** Executes a computation with the number of a step. */
export const execute = (computation: Computation, index: number): Action => ({
  kind: 'execute',
  computation,
  index,
});
/** Writes variables into an entry. */
export const save = (variables: readonly Variable[], history: History, entry: number): Action => ({
  kind: 'save',
  history,
  entry,
  variables,
});
/** Reads variables back from an entry. */
export const load = (history: History, entry: number, variables: readonly Variable[]): Action => ({
  kind: 'load',
  history,
  entry,
  variables,
});

/**
 * What a method needs, declared before anything exists: variables, and computations that overwrite them. Because
 * everything is declared first, the bytes are known before they are asked for.
 */
export class Workspace {
  readonly variables: Variable[] = [];
  readonly computations: Computation[] = [];
  readonly histories: History[] = [];

  /** Declares an array: zero at first, or with the values of `initial`. */
  variable(
    name: string,
    shape: Shape,
    options: { readonly dtype?: DType; readonly class?: ByteClass; readonly initial?: HostArray } = {},
  ): Variable {
    const { initial } = options;
    const dtype = options.dtype ?? initial?.dtype ?? 'f32';
    if (initial !== undefined && elementCount(initial.shape) !== elementCount(shape))
      throw new ShapeError(
        `workspace: '${name}' has shape ${showShape(shape)}, but starts from ${showShape(initial.shape)}; give as many values.`,
      );
    const variable: Variable = {
      name,
      shape: [...shape],
      dtype,
      class: options.class ?? initial?.class ?? 'scratch',
      tensor: input(shape, { dtype, name }),
      ...(initial === undefined ? {} : { initial }),
    };
    this.variables.push(variable);
    return variable;
  }

  /**
   * Declares a computation.
   *
   * @param updates variables with what replaces them; graphs read the variables' tensors and `stepIndex()`
   * @param counts derivative work of one execution
   */
  computation(
    name: string,
    updates: Iterable<readonly [Variable, Tensor]>,
    counts: Partial<Counts> = {},
  ): Computation {
    const map = new Map<Variable, Tensor>();
    for (const [variable, value] of updates) {
      if (!sameShape(variable.shape, value.shape) || variable.dtype !== value.dtype)
        throw new ShapeError(
          `computation '${name}': '${variable.name}' is ${variable.dtype}${showShape(variable.shape)}, but its new value is ${value.dtype}${showShape(value.shape)}; they must agree.`,
        );
      if (value !== variable.tensor) map.set(variable, value);
    }
    const computation: Computation = { name, updates: map, counts: { ...noCounts, ...counts } };
    this.computations.push(computation);
    return computation;
  }

  /** Declares room for `count` copies of some variables. */
  history(name: string, count: number, like: readonly Variable[]): History {
    const history: History = { name, count, like };
    this.histories.push(history);
    return history;
  }
}
