import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, it } from 'vitest';
import { expectGolden, GOLDEN } from './testing/golden.ts';

const device = useDevice();

describe('golden values on the device', () => {
  for (const golden of GOLDEN) it(golden.name, () => expectGolden(device(), golden, 1e-6));
});
