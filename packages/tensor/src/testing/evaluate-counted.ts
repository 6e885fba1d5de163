/** @file Running a graph once and counting bytes: what the planner predicted is what the ledger saw. */
import { expect } from 'vitest';
import { makeProgram } from '../compile/known-programs.ts';
import type { Device } from '../device/device.ts';
import type { Tensor } from '../graph/tensor.ts';
import { predictBytes, totalBytes } from '../runtime/byte-counts.ts';
import type { TypedArray } from '../runtime/device-array.ts';
import { Plan } from '../runtime/plan.ts';
import { targetOf } from '../runtime/target-of.ts';

/** The values of nodes, as `evaluateOnDevice` gives them; fails where the predicted bytes are not the measured peak. */
export async function evaluateCounted(
  device: Device,
  outputs: readonly Tensor[],
  feeds: ReadonlyMap<Tensor, ArrayLike<number>>,
): Promise<TypedArray[]> {
  const program = makeProgram({ outputs }, targetOf(device));
  device.ledger.resetPeak();
  const before = device.ledger.withoutStaging.peak;
  const plan = await Plan.fromProgram(device, program, { outputs });
  try {
    for (const [tensor, array] of plan.inputs) array.write(feeds.get(tensor)!);
    plan.run();
    const values = await Promise.all(plan.outputs.map((output) => output.read()));
    const measured = device.ledger.withoutStaging.peak - before;
    expect(measured, 'measured peak bytes').toBe(totalBytes(predictBytes({ outputs }, program)));
    return values;
  } finally {
    plan.destroy();
  }
}
