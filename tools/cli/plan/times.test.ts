import { input, openDevice, relu } from '@longhorizon/tensor';
import { makeProgram, type Program, targetOf } from '@longhorizon/tensor/compiler';
import { expect, it } from 'vitest';
import { compileTimes, planOfZeros } from './compile-times.ts';

it('a step is timed without values for its inputs: they are zero', async () => {
  const device = await openDevice({ warmPipelines: false });
  try {
    const request = { outputs: [relu(input([10]))] };
    const program: Program = makeProgram(request, targetOf(device));
    expect(await compileTimes(device, program, request)).toHaveLength(program.kernels.length);
    const plan = await planOfZeros(device, program, request);
    plan.run();
    expect([...(await plan.outputs[0]!.read())]).toEqual(new Array(10).fill(0));
    plan.destroy();
  } finally {
    await device.close();
  }
});
