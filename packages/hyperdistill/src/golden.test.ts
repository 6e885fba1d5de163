import { describe, it } from 'vitest';
import { expectGolden, GOLDEN } from './testing/golden.ts';

describe('golden values on the float64 reference', () => {
  for (const golden of GOLDEN) it(golden.name, () => expectGolden('float64', golden, 1e-10));
});
