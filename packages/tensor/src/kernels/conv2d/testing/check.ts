/** @file One kernel before the judge. */
import { expect } from 'vitest';
import type { Device } from '../../../device/index.ts';
import { judgeVariant } from '../../../judge/judge.ts';
import { conv2dTask } from '../../../judge/task.ts';
import type { Conv2dProblem, KernelVariant } from '../../contraction.ts';

/** Exact results are computed once a shape and kind. */
const draws = new Map();

/** Expects the judge to find nothing wrong with a variant. */
export async function expectRight(
  device: Device,
  variant: KernelVariant<Conv2dProblem>,
  problem: Conv2dProblem,
  title: string,
  everyWay = false,
): Promise<void> {
  const alignment = problem.aAligned ? '' : ', misaligned';
  const task = conv2dTask(problem, `${problem.kind}, ${title}${alignment}`);
  const { fault } = await judgeVariant(device, variant, [task], { seed: 1, draws, everyWay });
  expect(fault, variant.name).toBeUndefined();
}
