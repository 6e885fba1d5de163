/** @file What becomes of numbers in unfinished WGSL. */
import { expect, it } from 'vitest';
import { f32, indexDivision, u32, writeNumbers } from './wgsl-numbers.ts';

const text = `let a = x * ${u32(12)};
let b = ${indexDivision(`a + ${u32(3)}`, '%', 14)};
let c = ${f32(0.1)};`;

it('they are literals, in the precision of their type', () => {
  expect(writeNumbers(text)).toBe('let a = x * 12u;\nlet b = (a + 3u) % 14u;\nlet c = 0.10000000149011612f;');
  expect(writeNumbers(u32(-1))).toBe('4294967295u');
  expect(writeNumbers('fn main() {}')).toBe('fn main() {}');
});

it('or what the writer says, the dividend before its divisor', () => {
  const order: string[] = [];
  const name = (literal: string) => `n${order.push(literal)}`;
  const written = writeNumbers(text, {
    number: name,
    division: (dividend, operator, divisor) => `[${dividend} ${operator} ${name(divisor)}]`,
  });
  expect(written).toBe('let a = x * n1;\nlet b = [a + n2 % n3];\nlet c = n4;');
  expect(order).toEqual(['12u', '3u', '14u', '0.10000000149011612f']);
});
