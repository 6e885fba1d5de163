/** @file Describes a value passed in place of a tensor, for an error message. */

/** `undefined`, `a promise (await it)`, `an array`, `a Float32Array`, `a DeviceArray`, `the text 'x'`, … */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (value instanceof Promise) return 'a promise (await it, or do not make it async)';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return `the text '${value}'`;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return `the ${typeof value} ${value}`;
  if (typeof value === 'function') return 'a function';
  const maker = (value as object).constructor?.name;
  return maker === undefined || maker === 'Object'
    ? 'an object'
    : `${/^[AEIOU](?!int)/.test(maker) ? 'an' : 'a'} ${maker}`;
}
