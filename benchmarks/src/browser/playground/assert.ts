/** @file The part of `node:assert/strict` that the programs of the playground use, with a count: a program that ends has shown something. */

/** How many claims held since the worker started. */
export const claims = { held: 0 };

/** @throws Error whose message is the claim */
function claim(holds: boolean, message: string): void {
  if (!holds) throw new Error(message);
  claims.held++;
}

/** Equality of values, as far as programs here have them: numbers, texts, lists, typed arrays, plain objects. */
function deepEquals(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const [own, other] = [Object.entries(a), b as Readonly<Record<string, unknown>>];
  return (
    own.length === Object.keys(other).length && own.every(([key, value]) => deepEquals(value, other[key]))
  );
}

const shown = (value: unknown): string => {
  try {
    return (
      JSON.stringify(value, (_, part) => (ArrayBuffer.isView(part) ? [...(part as never)] : part)) ??
      String(value)
    );
  } catch {
    return String(value);
  }
};

const ok = (value: unknown, message = 'The claim does not hold.'): void => claim(Boolean(value), message);

function throws(action: () => unknown, expected?: RegExp): void {
  let caught: unknown;
  try {
    action();
  } catch (error) {
    caught = error;
  }
  if (caught === undefined) throw new Error('Something was to be thrown, and nothing was.');
  const message = caught instanceof Error ? caught.message : String(caught);
  claim(expected?.test(message) ?? true, `${shown(message)} was thrown, and ${expected} was expected.`);
}

/** `import assert from 'node:assert/strict'` in the playground. */
export const assert = Object.assign(ok, {
  ok,
  throws,
  equal: (a: unknown, b: unknown): void => claim(Object.is(a, b), `${shown(a)} is not ${shown(b)}.`),
  notEqual: (a: unknown, b: unknown): void => claim(!Object.is(a, b), `${shown(a)} is ${shown(b)}.`),
  deepEqual: (a: unknown, b: unknown): void => claim(deepEquals(a, b), `${shown(a)} is not ${shown(b)}.`),
  match: (text: string, pattern: RegExp): void =>
    claim(pattern.test(text), `${shown(text)} does not match ${pattern}.`),
});
