/** @file What an op of kind `indexed` writes its value with. */
import type { IndexedContext } from '../../graph/lowering.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { u32 } from '../../graph/wgsl-numbers.ts';
import { constantIndex, type Index, mentions, opaque, variable } from '../../indexing/index-expression.ts';
import type { ScopedWriter } from './scoped-writer.ts';
import { type Value, widened } from './value.ts';
import { wgslType } from './wgsl-types.ts';

/** A node at coordinates, while its op writes it. */
interface Writing {
  readonly tensor: Tensor;
  readonly coordinates: readonly Index[];
  readonly guard: string | undefined;
  readonly width: 1 | 4;
  /** Collects WGSL functions by name. */
  readonly functions: Map<string, string>;
  /** A zero (WGSL, u32) at which loops start. */
  readonly loopStart: string;
  /** Keeps a second value of the same code. */
  readonly keep: (text: string) => void;
}

/** A writer that knows the values of nodes. */
interface Values extends ScopedWriter {
  value(tensor: Tensor, coordinates: readonly Index[], guard?: string): Value;
}

export function indexedContext(
  writer: Values,
  { tensor, coordinates, guard, width, functions, loopStart, keep }: Writing,
): IndexedContext {
  return {
    coordinates,
    parameters: tensor.parameters,
    inputs: tensor.inputs,
    output: tensor,
    type: wgslType(tensor.dtype, width),
    value: (slot, own, ownGuard) => {
      const guards = [guard, ownGuard].filter((one) => one !== undefined);
      const both = guards.length === 2 ? writer.name(guards.join(' && ')) : guards[0];
      const value = writer.value(tensor.inputs[slot]!, own, both);
      const lanes = own.some((coordinate) => mentions(coordinate, 'lane'));
      return lanes ? widened(value, 4, tensor.inputs[slot]!) : value.text;
    },
    text: (index) => writer.indexText(index),
    runtime: (text, count) => opaque(writer.named(text), count),
    name: (expression) => writer.name(expression),
    variable: (type, initial) => writer.variable(type, initial),
    line: (text) => writer.line(text),
    loop: (count, body) => {
      if (count === 1) {
        body(constantIndex(0));
        return;
      }
      const counter = writer.fresh('n');
      writer.scope(`for (var ${counter} = ${loopStart}; ${counter} < ${u32(count)}; ${counter}++)`, () => {
        writer.declare(counter);
        body(variable(counter, Math.max(count, 2)));
      });
    },
    keep,
    functions: (name, text) => functions.set(name, text),
  };
}
