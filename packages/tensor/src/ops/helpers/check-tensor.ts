import { Tensor } from '../../graph/tensor.ts';

/** What a value is that is no tensor, and what to do about it. */
function remedyFor(value: unknown): string {
  if (typeof value === 'number')
    return Number.isNaN(value)
      ? "is NaN, as JavaScript's operators give for tensors; x * 2 is multiply(x, 2)"
      : `is the number ${value}; make a tensor of it with constant(${value})`;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return 'is an array; use array([...])';
  if (typeof value === 'function') return 'is a function; call it';
  if (typeof value !== 'object' || value === null) return `is ${String(value)}; give a tensor`;
  if (value instanceof Promise) return 'is a promise; await it';
  // Its class stands above this room.
  if (Reflect.get(value, Symbol.toStringTag) === 'DeviceArray')
    return 'is a DeviceArray, which holds values; pass it in `given`, and use the tensor that the step gets for it, or an input()';
  const fields = Object.entries(value).flatMap(([name, field]) => (field instanceof Tensor ? [name] : []));
  if (fields.length > 0)
    return `is an object with the tensors ${fields.join(', ')}; pass one of them, as in .${fields[0]}`;
  return 'is an object; give a tensor';
}

/**
 * Refuses what is no tensor.
 *
 * @param asker the function that was called
 * @param what the argument, as the message names it
 * @throws TypeError that says what the value is
 */
export function checkTensor(asker: string, value: unknown, what = 'its operand'): asserts value is Tensor {
  if (!(value instanceof Tensor)) throw new TypeError(`${asker}: ${what} ${remedyFor(value)}.`);
}
