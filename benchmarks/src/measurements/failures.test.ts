import { RefusedError } from '@longhorizon/bilevel';
import { DeviceLostError, MemoryBudgetError, OutOfMemoryError } from '@longhorizon/tensor';
import { expect, it } from 'vitest';
import { classifyError } from './failures.ts';

it('what the library reports is a status with its reason', () => {
  expect(classifyError(new RefusedError('λ is not there'))).toMatchObject({
    status: 'unsupported',
    message: 'λ is not there',
  });
  expect(classifyError(new DeviceLostError('unknown', 'driver reset'))?.status).toBe('device-lost');
  expect(classifyError(new OutOfMemoryError('w', 4096, 0, 'no memory'))?.status).toBe('oom');
  expect(classifyError(new MemoryBudgetError('too little'))?.status).toBe('oom');
  expect(classifyError(new RangeError('Array buffer allocation failed'))?.status).toBe('oom');
});

it('our own faults stay errors', () => {
  expect(classifyError(new RangeError('7 is no horizon'))).toBeUndefined();
  expect(classifyError(new Error('internal: something'))).toBeUndefined();
});
