import { expect, it } from 'vitest';
import { agreement } from './agreement.ts';

it('compares direction, length and signs', () => {
  const found = agreement([3, 4, 0], [0, 4, 3], 'by hand');
  expect(found.cosine).toBeCloseTo(16 / 25, 12);
  expect(found.relativeError).toBeCloseTo(Math.sqrt(18) / 5, 12);
  expect(found.normRatio).toBeCloseTo(1, 12);
  expect(found.signAgreement).toBeCloseTo(1 / 3, 12);
  // Zero agrees with zero.
  expect(agreement([0, 1, 0], [0, 2, -1], 'by hand').signAgreement).toBeCloseTo(2 / 3, 12);
});

it('leaves undefined numbers null: no direction without length', () => {
  expect(agreement([0, 0], [1, 0], 'by hand')).toMatchObject({
    cosine: null,
    relativeError: 1,
    normRatio: 0,
  });
  expect(agreement([1, 0], [0, 0], 'by hand')).toMatchObject({ cosine: null, relativeError: null });
});

it('refuses vectors of different lengths', () => {
  expect(() => agreement([1], [1, 2], 'by hand')).toThrow('1 numbers cannot be compared with 2');
});

it('says how much longer what was found is, not how much shorter', () => {
  expect(agreement([6, 8], [3, 4], 'by hand')).toMatchObject({ cosine: 1, relativeError: 1, normRatio: 2 });
});
