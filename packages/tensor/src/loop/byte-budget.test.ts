/** @file Budgets as people write them. */
import { expect, it } from 'vitest';
import { parseBytes } from './byte-budget.ts';

it.each([
  ['512MiB', 536_870_912],
  ['2 GB', 2_000_000_000],
  ['1.5 GiB', 1_610_612_736],
  ['40 KB', 40_000],
  ['40kib', 40_960],
  ['3mb', 3_000_000],
  [' 12 b ', 12],
  ['4096', 4096],
  ['1.0007 KB', 1000],
  [12.7, 12],
])('%j is %i bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

it.each(['much', '', '0', '0 MiB', '-1 MiB', '1 TB', '1e9', '1,5 GB', 0, -1, Number.NaN, Infinity])(
  '%j is refused with an example of each form',
  (text) => {
    expect(() => parseBytes(text)).toThrow(
      `memory: '${text}' is not a number of bytes; write for instance 536870912, '512MiB' or '2 GB'.`,
    );
  },
);
