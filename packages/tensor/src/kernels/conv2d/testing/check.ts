/** @file One kernel against float64. */
import { expect } from 'vitest';
import { referenceConvolution } from '../../../ops/helpers/reference-convolution.ts';
import type { Conv2dProblem, KernelVariant } from '../../contraction.ts';
import type { BenchDevice } from '../../testing/bench-device.ts';
import { contractionSizes } from '../problem.ts';
import { runKernel, testOperands } from './run.ts';

/**
 * Runs the variant and expects every element within 1e-4 of float64 (operands lie in [−1, 1), sums have up to 360
 * terms), stored exactly once, and nothing written past the result.
 *
 * @param offset elements before each operand in its buffer
 * @returns the result
 */
export async function expectAgreement(
  { device, kernelAdapter }: BenchDevice,
  variant: KernelVariant<Conv2dProblem>,
  problem: Conv2dProblem,
  title: string,
  offset: number,
): Promise<Float32Array> {
  const operands = testOperands(problem);
  const kernel = variant.emit(problem, kernelAdapter);
  const got = await runKernel(device, problem, kernel, operands, { offset, adding: true });
  const count = contractionSizes(problem).result;
  const wanted = referenceConvolution(problem, operands.a, operands.b, count);
  const worst = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - got[i]!)), 0);
  const what = `${variant.name}, ${problem.kind}, ${title}`;
  expect(worst, `${what}: largest difference`).toBeLessThan(1e-4);
  expect([...got.subarray(count)], `${what}: past the result`).toEqual(
    Array.from(got.subarray(count), () => 0),
  );
  return got.subarray(0, count);
}
