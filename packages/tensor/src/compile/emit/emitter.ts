/**
 * @file Writes the WGSL of values: a node at coordinates becomes named expressions, each written once per kernel.
 *
 * Coordinates are index expressions over the kernel's variables. One of them may be `lane` (0 … 3): then the value is a
 * vec4 of four neighbours; what does not depend on the lane stays a scalar.
 */

import type { IndexedContext } from '../../graph/lowering.ts';
import type { Shape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { u32 } from '../../graph/wgsl-numbers.ts';
import {
  coefficientOf,
  constantIndex,
  delinearize,
  divide,
  type Index,
  isMultipleOf,
  linearize,
  mentions,
  plus,
  substitute,
} from '../../indexing/index-expression.ts';
import { constantValue } from '../../ops/leaf/constant.ts';
import { isStepIndex } from '../../ops/leaf/input.ts';
import { passesLanes } from '../abstract-evaluation.ts';
import { elementInRegion, type Region, type Storage } from '../storage.ts';
import { indexedContext } from './indexed-context.ts';
import { ScopedWriter } from './scoped-writer.ts';
import { keyOf, sameCoordinates, type Value, widened } from './value.ts';
import { wgslType } from './wgsl-types.ts';

const zero = constantIndex(0);

interface Alone {
  readonly own: readonly Index[];
  readonly all: readonly Index[];
  readonly component: string;
}

/** Memory as the emitter uses it: each call returns WGSL, an expression or a statement. */
export interface Memory {
  /** `index` counts elements. */
  load(region: Region, index: string): string;
  /** `index` counts vectors of four. */
  load4(region: Region, index: string): string;
  store(region: Region, index: string, value: string): string;
  store4(region: Region, index: string, value: string): string;
}

export interface EmitterOptions {
  readonly bindings: Memory;
  /** Where a node can be read from memory; undefined for a node computed here. */
  readonly storage: (tensor: Tensor) => Storage | undefined;
  /** Values that the kernel already holds in a name: accumulators. */
  readonly registers: ReadonlyMap<Tensor, Value>;
  /** Collects WGSL functions by name. */
  readonly functions: Map<string, string>;
  /** A prefix that keeps names of several emitters of one module apart. */
  readonly prefix?: string;
  /** A zero (WGSL, u32) that the driver does not see through: loops start at it where they should stay loops. */
  readonly opaqueZero?: string | undefined;
}

export class Emitter extends ScopedWriter {
  readonly #options: EmitterOptions;
  /** What came along with values, by their keys. */
  readonly #kept = new Map<string, Value>();
  /** The lane that is written alone, with its coordinates and those of all four. */
  #alone: Alone | undefined;
  usesStepIndex = false;
  /** Loads of four neighbours that do not lie side by side, so each is a load of its own. */
  scatteredLoads = 0;

  constructor(options: EmitterOptions) {
    super(options.prefix);
    this.#options = options;
  }

  /** The value of a node at coordinates; with a guard, anything where the guard is false. */
  value(tensor: Tensor, coordinates: readonly Index[], given?: string): Value {
    const guard =
      given !== undefined && this.#existsBefore(coordinates, tensor.shape, given) ? undefined : given;
    const register = this.#options.registers.get(tensor);
    if (register !== undefined) return register;
    const constant = constantValue(tensor);
    // A module that holds the literals 0 and −0 gets one of them for both (Dawn 0.6.2): the bits of −0 are read at run time.
    if (Object.is(constant, -0) && tensor.dtype === 'f32')
      return { text: this.name(`bitcast<f32>(${this.name('0x80000000u')})`), width: 1 };
    if (constant !== undefined)
      return { text: wgslType(tensor.dtype, 1).literal(constant), width: 1, literal: true };
    if (isStepIndex(tensor)) {
      this.usesStepIndex = true;
      return { text: 'step.index', width: 1 };
    }
    const alone = this.#alone;
    if (alone !== undefined && guard === undefined && sameCoordinates(alone.own, coordinates))
      return this.#laneOf(tensor, alone);
    return this.#remembered(tensor, coordinates, guard, () => this.#compute(tensor, coordinates, guard));
  }

  /** Whether an element is there whatever a guard says: it was named before the loop that the guard belongs to, so that it is written there, too. */
  #existsBefore(coordinates: readonly Index[], shape: Shape, guard: string): boolean {
    const level = this.levelOf(guard);
    return coordinates.every(
      (index, axis) => index.min >= 0 && index.max < shape[axis]! && this.levelOfIndex(index) < level,
    );
  }

  /** What a single lane reads at its own place is a component of what all four read at theirs: it is written once, not five times. */
  #laneOf(tensor: Tensor, { all, component }: Alone): Value {
    const before = this.#alone;
    this.#alone = undefined;
    const value = this.value(tensor, all);
    this.#alone = before;
    return value.width === 4 ? { text: `${value.text}.${component}`, width: 1 } : value;
  }

  #remembered(
    tensor: Tensor,
    coordinates: readonly Index[],
    guard: string | undefined,
    make: () => Value,
  ): Value {
    let level = guard === undefined ? 0 : this.levelOf(guard);
    for (const coordinate of coordinates) level = Math.max(level, this.levelOfIndex(coordinate));
    return this.remember(keyOf(tensor, coordinates, guard), level, make);
  }

  /** The value that the code of an input kept, if that input is computed here. */
  #keptValue(
    tensor: Tensor,
    slot: number | undefined,
    coordinates: readonly Index[],
    guard: string | undefined,
  ): Value | undefined {
    const input = slot === undefined ? undefined : tensor.inputs[slot];
    if (input === undefined || this.#options.storage(input) !== undefined) return undefined;
    this.value(input, coordinates, guard);
    return this.#kept.get(keyOf(input, coordinates, guard));
  }

  #compute(tensor: Tensor, coordinates: readonly Index[], guard: string | undefined): Value {
    const storage = this.#options.storage(tensor);
    if (storage !== undefined)
      return this.#load(tensor, storage, linearize(coordinates, tensor.shape), guard);
    const { lower } = tensor.op;
    const hasLane = coordinates.some((coordinate) => mentions(coordinate, 'lane'));
    switch (lower.kind) {
      case 'elementwise': {
        const operands = this.#hidden(
          tensor.inputs.map((operand) => this.value(operand, coordinates, guard)),
        );
        const width = operands.some((operand) => operand.width === 4) ? 4 : 1;
        const texts = operands.map((operand, slot) => widened(operand, width, tensor.inputs[slot]!));
        const type = wgslType(tensor.inputs[tensor.inputs.length - 1]!.dtype, width);
        if (lower.functions !== undefined)
          this.#options.functions.set(`${tensor.op.name}:${type.text}`, lower.functions(type));
        const expression = lower.expression(texts, type, wgslType(tensor.dtype, width), tensor.parameters);
        return { text: this.name(expression), width };
      }
      case 'movement': {
        const input = tensor.inputs[0]!;
        return this.value(
          input,
          lower.coordinates(coordinates, input.shape, tensor.parameters, tensor.shape),
          guard,
        );
      }
      case 'indexed': {
        const kept = this.#keptValue(tensor, lower.keptBy?.(tensor), coordinates, guard);
        if (kept !== undefined) return kept;
        if (!hasLane) return { text: lower.emit(this.#context(tensor, coordinates, guard, 1)), width: 1 };
        if (passesLanes(tensor, coordinates))
          return { text: lower.emit(this.#context(tensor, coordinates, guard, 4)), width: 4 };
        return this.#perLane(tensor, coordinates, guard);
      }
      case 'concat':
        if (hasLane && mentions(coordinates[lower.axis(tensor.parameters)]!, 'lane'))
          return this.#perLane(tensor, coordinates, guard);
        return this.#selectChain(tensor, coordinates, lower.axis(tensor.parameters), guard);
      default:
        throw new Error(
          `internal: node ${tensor.op.name} must be materialised before it is read, but has no storage.`,
        );
    }
  }

  /**
   * Literals alone would make an expression that the WGSL compiler evaluates, and it refuses one whose value is not finite: named,
   * they are operands like any other.
   */
  #hidden(operands: readonly Value[]): readonly Value[] {
    if (!operands.every(({ literal }) => literal)) return operands;
    return operands.map(({ text, width }) => ({ text: this.name(text), width }));
  }

  #perLane(tensor: Tensor, coordinates: readonly Index[], guard: string | undefined): Value {
    const outer = this.#alone;
    const lanes = [0, 1, 2, 3].map((number) => {
      const own = coordinates.map((coordinate) => substitute(coordinate, 'lane', constantIndex(number)));
      this.#alone = undefined;
      return this.#remembered(tensor, own, guard, () => {
        this.#alone = { own, all: coordinates, component: 'xyzw'[number]! };
        return this.#compute(tensor, own, guard);
      }).text;
    });
    this.#alone = outer;
    return { text: this.name(`vec4<${tensor.dtype}>(${lanes.join(', ')})`), width: 4 };
  }

  #load(tensor: Tensor, storage: Storage, linear: Index, guard: string | undefined): Value {
    const place = elementInRegion(storage, linear);
    const { bindings } = this.#options;
    if (!mentions(place, 'lane')) {
      const text = this.#guarded(place, guard);
      return { text: this.name(bindings.load(storage.region, text)), width: 1 };
    }
    const first = substitute(place, 'lane', zero);
    if (coefficientOf(place, 'lane') === 1 && isMultipleOf(first, 4)) {
      const text = this.#guarded(divide(first, 4), guard);
      return { text: this.name(bindings.load4(storage.region, text)), width: 4 };
    }
    this.scatteredLoads++;
    const lanes = [0, 1, 2, 3].map((number) =>
      bindings.load(storage.region, this.#guarded(substitute(place, 'lane', constantIndex(number)), guard)),
    );
    return { text: this.name(`vec4<${tensor.dtype}>(${lanes.join(', ')})`), width: 4 };
  }

  /** An index that is 0 where the guard is false, so that the read stays inside its buffer. */
  #guarded(index: Index, guard: string | undefined): string {
    const text = this.indexText(index);
    return guard === undefined ? text : `select(0u, ${text}, ${guard})`;
  }

  /** Writes a value to where a node is materialised. */
  store(tensor: Tensor, storage: Storage, linear: Index, value: Value): void {
    const place = elementInRegion(storage, linear);
    const { bindings } = this.#options;
    if (!mentions(place, 'lane')) {
      this.line(bindings.store(storage.region, this.indexText(place), value.text));
      return;
    }
    const first = substitute(place, 'lane', zero);
    const wide = widened(value, 4, tensor);
    if (coefficientOf(place, 'lane') === 1 && isMultipleOf(first, 4)) {
      this.line(bindings.store4(storage.region, this.indexText(divide(first, 4)), wide));
      return;
    }
    const name = this.name(wide);
    ['x', 'y', 'z', 'w'].forEach((component, number) => {
      const index = this.indexText(substitute(place, 'lane', constantIndex(number)));
      this.line(bindings.store(storage.region, index, `${name}.${component}`));
    });
  }

  /** Writes what nodes are at an index of all their elements. */
  storeAll(
    tensors: readonly Tensor[],
    linear: Index,
    storageOf: (tensor: Tensor) => Storage | undefined,
  ): void {
    // All values before all writes: a result may lie where an operand was.
    const values = tensors.map((tensor) => this.value(tensor, delinearize(linear, tensor.shape)));
    tensors.forEach((tensor, k) => {
      this.store(tensor, storageOf(tensor)!, linear, values[k]!);
    });
  }

  /** A short concatenation, read where the coordinate falls. */
  #selectChain(
    tensor: Tensor,
    coordinates: readonly Index[],
    axis: number,
    guard: string | undefined,
  ): Value {
    const position = coordinates[axis]!;
    let start = 0;
    let result: Value | undefined;
    for (const piece of tensor.inputs) {
      const size = piece.shape[axis]!;
      if (size === 0) continue;
      if (position.max < start || position.min >= start + size) {
        start += size;
        continue;
      }
      const text = this.indexText(position);
      const inside = this.name(
        `(${text}) - ${u32(start)} < ${u32(size)}${guard === undefined ? '' : ` && ${guard}`}`,
      );
      const own = coordinates.map((c, k) => (k === axis ? plus(position, constantIndex(-start)) : c));
      const value = this.value(piece, own, inside);
      if (result === undefined) result = value;
      else {
        const width = result.width === 4 || value.width === 4 ? 4 : 1;
        const a = widened(result, width, tensor);
        result = { text: this.name(`select(${a}, ${widened(value, width, tensor)}, ${inside})`), width };
      }
      start += size;
    }
    return result!;
  }

  /** What an op sees that writes its value at coordinates itself. */
  #context(
    tensor: Tensor,
    coordinates: readonly Index[],
    guard: string | undefined,
    width: 1 | 4,
  ): IndexedContext {
    const { functions, opaqueZero } = this.#options;
    return indexedContext(this, {
      tensor,
      coordinates,
      guard,
      width,
      functions,
      loopStart: opaqueZero ?? '0u',
      keep: (text) => this.#kept.set(keyOf(tensor, coordinates, guard), { text, width }),
    });
  }
}
