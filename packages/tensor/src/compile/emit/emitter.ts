/**
 * @file Writes the WGSL of values: a node at coordinates becomes named expressions, each written once per kernel.
 *
 * Coordinates are index expressions over the kernel's variables. One of them may be `lane` (0 … 3): then the value is a
 * vec4 of four neighbours; what does not depend on the lane stays a scalar. Blocks are the nested scopes of the kernel (a
 * row, the loop inside it); a value is written in the outermost block that knows its variables, so invariant code leaves loops.
 */

import type { IndexedContext } from '../../graph/lowering.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { indexDivision, u32 } from '../../graph/wgsl-numbers.ts';
import {
  coefficientOf,
  constantIndex,
  delinearize,
  divide,
  type Index,
  isMultipleOf,
  linearize,
  mentions,
  opaque,
  plus,
  substitute,
  times,
  variable,
} from '../../indexing/index-expression.ts';
import { constantValue } from '../../ops/leaf/constant.ts';
import { isStepIndex } from '../../ops/leaf/input.ts';
import { passesLanes } from '../abstract-evaluation.ts';
import { elementInRegion, type Region, type Storage } from '../storage.ts';
import { wgslType } from './wgsl-types.ts';

export const lane = variable('lane', 4);
const zero = constantIndex(0);

/** An expression that is a name or a literal, so it may be repeated. */
export interface Value {
  readonly text: string;
  readonly width: 1 | 4;
  /** A literal, which the WGSL compiler knows. */
  readonly literal?: boolean;
}

interface Alone {
  readonly own: readonly Index[];
  readonly all: readonly Index[];
  readonly component: string;
}

interface Block {
  readonly lines: string[];
  readonly memo: Map<string, Value>;
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

export class Emitter {
  readonly #options: EmitterOptions;
  readonly #blocks: Block[] = [{ lines: [], memo: new Map() }];
  /** The block that is written to, at most the innermost one. */
  #current = 0;
  readonly #levels = new Map<string, number>();
  #names = 0;
  /** What came along with values, by their keys. */
  readonly #kept = new Map<string, Value>();
  /** The lane that is written alone, with its coordinates and those of all four. */
  #alone: Alone | undefined;
  usesStepIndex = false;
  /** Loads of four neighbours that do not lie side by side, so each is a load of its own. */
  scatteredLoads = 0;

  constructor(options: EmitterOptions) {
    this.#options = options;
  }

  /** Makes a variable known that the kernel declares in the current block. */
  declare(name: string): void {
    this.#levels.set(name, this.#current);
  }

  /** The lines of the outermost block. */
  get text(): string {
    return this.#blocks[0]!.lines.join('\n');
  }

  line(text: string): void {
    this.#blocks[this.#current]!.lines.push(text);
  }

  /** A nested scope: `head { … }`, with the body written by `body`. */
  scope(head: string, body: () => void): void {
    const text = this.detached(body);
    this.line(`${head} {\n${text}\n}`);
  }

  /** The lines of a nested scope that the caller puts in place. */
  detached(body: () => void): string {
    const outer = this.#current;
    // Code moved out of a deeper scope may open one of its own: the deeper ones wait.
    const deeper = this.#blocks.splice(outer + 1);
    const inner: Block = { lines: [], memo: new Map() };
    this.#blocks.push(inner);
    this.#current = outer + 1;
    body();
    this.#blocks.splice(outer + 1);
    this.#blocks.push(...deeper);
    this.#current = outer;
    return inner.lines.join('\n');
  }

  #fresh(): string {
    return `${this.#options.prefix ?? ''}v${this.#names++}`;
  }

  #levelOfIndex(index: Index): number {
    let level = 0;
    for (const { atom } of index.terms)
      level = Math.max(
        level,
        atom.of === undefined ? (this.#levels.get(atom.key) ?? 0) : this.#levelOfIndex(atom.of),
      );
    return level;
  }

  #at<T>(level: number, write: () => T): T {
    const before = this.#current;
    this.#current = Math.min(level, before);
    const result = write();
    this.#current = before;
    return result;
  }

  #remember(key: string, level: number, make: () => Value): Value {
    for (let block = 0; block <= this.#current; block++) {
      const found = this.#blocks[block]!.memo.get(key);
      if (found !== undefined) return found;
    }
    const value = this.#at(level, make);
    this.#blocks[Math.min(level, this.#current)]!.memo.set(key, value);
    return value;
  }

  /** Names an expression in the current block. */
  name(expression: string): string {
    const name = this.#fresh();
    this.line(`let ${name} = ${expression};`);
    this.#levels.set(name, this.#current);
    return name;
  }

  /** WGSL text (u32) of an index without a lane. */
  indexText(index: Index): string {
    const parts: string[] = [];
    for (const { atom, coefficient } of index.terms) {
      let text = atom.key;
      if (atom.of !== undefined) {
        text = this.#remember(`index:${atom.key}`, this.#levelOfIndex(atom.of), () => {
          const dividend = this.indexText(atom.of!);
          return {
            text: this.name(indexDivision(dividend, atom.kind === 'quotient' ? '/' : '%', atom.by!)),
            width: 1,
          };
        }).text;
      }
      const size = Math.abs(coefficient);
      const term = size === 1 ? text : `${text} * ${u32(size)}`;
      parts.push(coefficient < 0 ? ` - ${term}` : ` + ${term}`);
    }
    // By their text, so that layers of other sizes give the same sum; first what is added, so that an unsigned difference reads in order.
    const subtracted = (part: string) => part.startsWith(' -');
    parts.sort((a, b) => Number(subtracted(a)) - Number(subtracted(b)) || (a < b ? -1 : 1));
    if (parts[0]?.startsWith(' +')) parts[0] = parts[0].slice(3);
    if (parts.length === 0) return u32(index.constant);
    if (parts[0]!.startsWith(' -')) parts.unshift(u32(Math.max(index.constant, 0)));
    else if (index.constant > 0) parts.push(` + ${u32(index.constant)}`);
    if (index.constant < 0) parts.push(` - ${u32(-index.constant)}`);
    return parts.join('');
  }

  /** The value of a node at coordinates; with a guard, anything where the guard is false. */
  value(tensor: Tensor, coordinates: readonly Index[], guard?: string): Value {
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
    let level = guard === undefined ? 0 : (this.#levels.get(guard) ?? 0);
    for (const coordinate of coordinates) level = Math.max(level, this.#levelOfIndex(coordinate));
    return this.#remember(keyOf(tensor, coordinates, guard), level, make);
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
        const texts = operands.map((operand, slot) => this.#widen(operand, width, tensor.inputs[slot]!));
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

  #widen(value: Value, width: 1 | 4, tensor: Tensor): string {
    return value.width === width ? value.text : `vec4<${tensor.dtype}>(${value.text})`;
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
    const wide = this.#widen(value, 4, tensor);
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
        const a = this.#widen(result, width, tensor);
        result = { text: this.name(`select(${a}, ${this.#widen(value, width, tensor)}, ${inside})`), width };
      }
      start += size;
    }
    return result!;
  }

  #context(
    tensor: Tensor,
    coordinates: readonly Index[],
    guard: string | undefined,
    width: 1 | 4,
  ): IndexedContext {
    return {
      coordinates,
      parameters: tensor.parameters,
      inputs: tensor.inputs,
      output: tensor,
      type: wgslType(tensor.dtype, width),
      value: (slot, own, ownGuard) => {
        const both =
          guard === undefined
            ? ownGuard
            : ownGuard === undefined
              ? guard
              : this.name(`${guard} && ${ownGuard}`);
        const value = this.value(tensor.inputs[slot]!, own, both);
        const lanes = own.some((coordinate) => mentions(coordinate, 'lane'));
        return lanes ? this.#widen(value, 4, tensor.inputs[slot]!) : value.text;
      },
      text: (index) => this.indexText(index),
      runtime: (text, count) => {
        const name = /^[a-z]+\w*$/.test(text) ? text : this.name(text);
        if (!this.#levels.has(name)) this.#levels.set(name, this.#current);
        return opaque(name, count);
      },
      name: (expression) => this.name(expression),
      variable: (type, initial) => {
        const name = this.#fresh();
        this.line(`var ${name}: ${type} = ${initial};`);
        this.#levels.set(name, this.#current);
        return name;
      },
      line: (text) => this.line(text),
      loop: (count, body) => {
        if (count === 1) {
          body(zero);
          return;
        }
        const counter = `${this.#options.prefix ?? ''}n${this.#names++}`;
        const start = this.#options.opaqueZero ?? '0u';
        this.scope(`for (var ${counter} = ${start}; ${counter} < ${u32(count)}; ${counter}++)`, () => {
          this.declare(counter);
          body(variable(counter, Math.max(count, 2)));
        });
      },
      keep: (text) => this.#kept.set(keyOf(tensor, coordinates, guard), { text, width }),
      functions: (name, text) => this.#options.functions.set(name, text),
    };
  }
}

function keyOf(tensor: Tensor, coordinates: readonly Index[], guard: string | undefined): string {
  const at = coordinates.map(({ key }) => `,${key}`).join('');
  return `${tensor.id}${at}${guard === undefined ? '' : `?${guard}`}`;
}

const sameCoordinates = (a: readonly Index[], b: readonly Index[]): boolean =>
  a.length === b.length && a.every((index, k) => index.key === b[k]!.key);

/** The linear index of a vector kernel: 4·quad + lane. */
export function quadIndex(name: string, quads: number): Index {
  return plus(times(variable(name, quads), 4), lane);
}
