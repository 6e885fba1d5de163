import { describe, it } from 'vitest';
import { expectGolden, goldenExamples } from './testing/golden.ts';

describe('worked examples in float64: values, running statistics, 82 derivatives and those of the input', () => {
  for (const golden of goldenExamples)
    it(golden.name, () => expectGolden('float64', golden, { of: 1e-7, relative: true }));
});
