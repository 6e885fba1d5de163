import { expect, it } from 'vitest';
import type { z } from 'zod';
import {
  above0,
  atLeastZero,
  checked,
  fields,
  InputError,
  number,
  refuse,
  vector,
  whole,
} from './options.ts';

/** What is said of a value that a schema refuses. */
function complaint(schema: z.ZodType, value: unknown): string {
  try {
    checked(schema, value, 'The file');
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).exitCode).toBe(2);
    return (error as InputError).message;
  }
  return 'nothing';
}

it('every wrong field is named with its path, and what is known beside one that is not', () => {
  const schema = fields({ rates: vector, steps: whole('steps', 1, 10), inner: fields({ mu: above0('μ') }) });
  expect(complaint(schema, { rates: [1, 'two'], steps: 11, inner: { mu: 0 } })).toBe(
    'The file cannot be used:\n' +
      '  rates.1: a finite number is needed.\n' +
      '  steps: steps must be 10 or less.\n' +
      '  inner.mu: μ must be above 0.',
  );
  expect(complaint(schema, { rates: [1], steps: 1, inner: { mu: 1 }, step: 2 })).toBe(
    "The file cannot be used:\n  there is no 'step' here; the fields are rates, steps, inner.",
  );
  expect(complaint(fields({}), { any: 1 })).toContain("there is no 'any' here; no fields are known");
  expect(complaint(schema, [])).toContain('an object is needed');
});

it('numbers are those that float32 holds', () => {
  const largest = (2 - 2 ** -23) * 2 ** 127;
  for (const schema of [number, above0('x')]) {
    expect(complaint(schema, largest)).toBe('nothing');
    expect(complaint(schema, 3.5e38)).toContain('that float32 can hold');
  }
  expect(complaint(number, -largest)).toBe('nothing');
  expect(complaint(number, -3.5e38)).toContain('that float32 can hold');
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '1', null])
    expect(complaint(number, value)).toContain('a finite number is needed');
  expect(complaint(atLeastZero, 0)).toBe('nothing');
  expect(complaint(atLeastZero, -1e-9)).toContain('a number of 0 or more is needed');
});

it('bounds of whole numbers are both allowed', () => {
  const steps = whole('steps', 2, 4);
  expect([1, 2, 4, 5, 2.5].map((value) => complaint(steps, value).split('\n')[1])).toEqual([
    '  steps must be 2 or more.',
    undefined,
    undefined,
    '  steps must be 4 or less.',
    '  steps must be a whole number.',
  ]);
  expect(complaint(vector, [])).toContain('at least one number is needed');
});

it('faults beyond the twentieth are counted', () => {
  const faults = (count: number) => Array.from({ length: count }, (_, k) => `fault ${k + 1}.`);
  expect(() => refuse([], 'The file')).not.toThrow();
  const messageOf = (count: number): string => {
    try {
      refuse(faults(count), 'The file');
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };
  expect(messageOf(20).split('\n')).toHaveLength(21);
  expect(messageOf(20)).not.toContain('more');
  expect(messageOf(23).split('\n').slice(-2)).toEqual(['  fault 20.', '  … and 3 more.']);
});
