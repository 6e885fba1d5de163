/**
 * @file A layout names the slices of a flat vector: where each parameter of a network lies in w.
 *
 * All parameters of a network are one vector, so an optimiser's step, a shift or an inner product is one operation for
 * the whole network, and the mathematics of the methods reads as it is written: w ∈ R^d.
 *
 * Every slice starts at a multiple of 4 elements (16 bytes), so that a kernel reads it in whole vectors. The gaps that this
 * leaves are zero and stay zero: nothing reads them, so their gradient is zero, and no optimiser here moves what has none.
 */
import {
  broadcastTo,
  concat,
  constant,
  elementCount,
  reshape,
  type Shape,
  ShapeError,
  slice,
  type Tensor,
} from '@longhorizon/tensor';
import { sameShape, showShape } from '@longhorizon/tensor/compiler';

/** Slices start at multiples of this many elements. */
export const SLICE_ALIGNMENT = 4;

/** A name and a shape, before they have a place. */
export interface NamedShape {
  readonly name: string;
  readonly shape: Shape;
}

/** One parameter's place in the vector. */
export interface Slice extends NamedShape {
  /** First element. */
  readonly offset: number;
  /** Elements, without the gap behind them. */
  readonly size: number;
}

const aligned = (size: number): number => Math.ceil(size / SLICE_ALIGNMENT) * SLICE_ALIGNMENT;

/** Names and places of the slices of a vector. */
export class Layout {
  readonly slices: readonly Slice[];
  /** Number of parameters, d: the sum of the slices' sizes. */
  readonly size: number;
  /** Elements of the vector, gaps included. */
  readonly paddedLength: number;
  readonly #byName: ReadonlyMap<string, Slice>;

  /**
   * @param shapes the slices in order
   * @throws ShapeError if a name occurs twice or a shape is none
   */
  constructor(shapes: Iterable<NamedShape>) {
    const slices: Slice[] = [];
    const byName = new Map<string, Slice>();
    let offset = 0;
    let size = 0;
    for (const { name, shape } of shapes) {
      if (byName.has(name))
        throw new ShapeError(`layout: two slices are called '${name}'; every slice needs a name of its own.`);
      if (shape.some((axis) => !Number.isInteger(axis) || axis < 1))
        throw new ShapeError(
          `layout: slice '${name}' has shape ${showShape(shape)}; axis sizes are whole numbers of 1 or more.`,
        );
      const made: Slice = { name, shape: [...shape], offset, size: elementCount(shape) };
      slices.push(made);
      byName.set(name, made);
      offset += aligned(made.size);
      size += made.size;
    }
    this.slices = slices;
    this.size = size;
    this.paddedLength = offset;
    this.#byName = byName;
  }

  get names(): string[] {
    return this.slices.map(({ name }) => name);
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** @throws RangeError if there is no slice of this name */
  slice(name: string): Slice {
    const found = this.#byName.get(name);
    if (found === undefined)
      throw new RangeError(`layout: there is no slice '${name}'; the slices are ${this.names.join(', ')}.`);
    return found;
  }

  /**
   * One parameter as a tensor.
   *
   * @param vector f32 [paddedLength], or with leading axes such as tasks [tasks, paddedLength]
   * @returns [...leading axes, ...shape of the slice]
   */
  view(vector: Tensor, name: string): Tensor {
    const { offset, size, shape } = this.slice(name);
    const leading = this.#leadingAxes(vector);
    const starts = [...leading.map(() => 0), offset];
    return reshape(slice(vector, starts, [...leading, offset + size]), [...leading, ...shape]);
  }

  /** All parameters as tensors, by name. See `view`. */
  views(vector: Tensor): Record<string, Tensor> {
    return Object.fromEntries(this.names.map((name) => [name, this.view(vector, name)]));
  }

  /**
   * The vector made of its parts, with zeros in the gaps: the inverse of `views`.
   *
   * @param parts a tensor [...leading axes, ...shape] for every slice; the leading axes agree
   */
  assemble(parts: Readonly<Record<string, Tensor>>): Tensor {
    this.#checkNames('assemble', Object.keys(parts));
    const first = this.slices[0];
    if (first === undefined)
      throw new ShapeError('assemble: the layout has no slices, so there is no vector.');
    const leading = parts[first.name]!.shape.slice(0, -first.shape.length || undefined);
    const pieces: Tensor[] = [];
    for (const { name, shape, size } of this.slices) {
      const part = parts[name]!;
      if (!sameShape(part.shape, [...leading, ...shape]))
        throw new ShapeError(
          `assemble: part '${name}' is ${showShape(part.shape)}, but the layout wants ${showShape([...leading, ...shape])}.`,
        );
      pieces.push(reshape(part, [...leading, size]));
      const gap = aligned(size) - size;
      if (gap > 0) pieces.push(broadcastTo(constant(0), [...leading, gap]));
    }
    return concat(pieces, leading.length);
  }

  /**
   * The vector as numbers, made of values for each slice in row-major order; gaps are zero.
   *
   * @throws RangeError if a slice is missing, unknown, or of another size
   */
  pack(values: Readonly<Record<string, ArrayLike<number>>>): Float32Array {
    this.#checkNames('pack', Object.keys(values));
    const vector = new Float32Array(this.paddedLength);
    for (const { name, offset, size } of this.slices) {
      const given = values[name]!;
      if (given.length !== size)
        throw new RangeError(`pack: '${name}' has ${size} elements, but ${given.length} values were given.`);
      vector.set(given, offset);
    }
    return vector;
  }

  /** The numbers of each slice, copied out of a vector of `paddedLength` numbers. */
  unpack(vector: ArrayLike<number>): Record<string, Float32Array> {
    if (vector.length !== this.paddedLength)
      throw new RangeError(
        `unpack: the vector has ${vector.length} elements, but the layout has ${this.paddedLength}, gaps included.`,
      );
    const numbers = Float32Array.from(vector);
    return Object.fromEntries(
      this.slices.map(({ name, offset, size }) => [name, numbers.slice(offset, offset + size)]),
    );
  }

  /**
   * The layout of some of the slices, in a vector of their own: the body, the head, the warp layers.
   *
   * @param choose names, or a rule
   * @throws RangeError for a name that is not here, or when nothing is chosen
   */
  pick(choose: readonly string[] | ((slice: Slice) => boolean)): Layout {
    if (typeof choose !== 'function') for (const name of choose) this.slice(name);
    const chosen = this.slices.filter((one) =>
      typeof choose === 'function' ? choose(one) : choose.includes(one.name),
    );
    if (chosen.length === 0)
      throw new RangeError(
        `layout: none of the slices ${this.names.join(', ')} was chosen; choose at least one.`,
      );
    return new Layout(chosen);
  }

  /** The layout of the slices that another one does not have. */
  without(other: Layout): Layout {
    return this.pick(({ name }) => !other.has(name));
  }

  /** `name [shape] at offset`, a line for each slice. */
  print(): string {
    return this.slices
      .map(({ name, shape, offset }) => `${name} ${showShape(shape)} at ${offset}`)
      .join('\n');
  }

  #leadingAxes(vector: Tensor): Shape {
    if (vector.shape.at(-1) !== this.paddedLength)
      throw new ShapeError(
        `layout: the vector has shape ${showShape(vector.shape)}, but its last axis should have ${this.paddedLength} elements: ${this.size} parameters and the gaps between them.`,
      );
    return vector.shape.slice(0, -1);
  }

  #checkNames(asker: string, given: readonly string[]): void {
    const missing = this.names.filter((name) => !given.includes(name));
    const unknown = given.filter((name) => !this.has(name));
    if (missing.length > 0 || unknown.length > 0)
      throw new RangeError(
        `${asker}: the slices are ${this.names.join(', ')}; ` +
          [
            missing.length > 0 ? `missing: ${missing.join(', ')}` : '',
            unknown.length > 0 ? `unknown: ${unknown.join(', ')}` : '',
          ]
            .filter((text) => text !== '')
            .join('; ') +
          '.',
      );
  }
}
