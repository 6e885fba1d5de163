/** @file What somebody passed where a tensor belongs, in words for an error. */

/** `undefined`, `a promise (await it)`, `an array of numbers`, `a DeviceArray`, `the text 'x'`, … */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (value instanceof Promise) return 'a promise (await it, or do not make it async)';
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return 'an array';
  if (typeof value === 'string') return `the text '${value}'`;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return `the ${typeof value} ${value}`;
  if (typeof value === 'function') return 'a function';
  const maker = (value as object).constructor?.name;
  return maker === undefined || maker === 'Object' ? 'an object' : `a ${maker}`;
}
