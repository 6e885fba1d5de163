import { input, type OpenOptions, openDevice, relu } from '@longhorizon/tensor';
import { makeProgram, type Program, targetOf } from '@longhorizon/tensor/compiler';
import { expect, it } from 'vitest';
import { attribute, printAttribution } from './attribution.ts';
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

it('the parts of a step are its whole, and a part that noise hides is said to be', async () => {
  const request = { outputs: [relu(input([1000]))] };
  const open = (more: OpenOptions) =>
    openDevice({ warmPipelines: false, timestampQuantization: false, ...more });
  const device = await open({});
  const program: Program = makeProgram(request, targetOf(device));
  await device.close();
  const opened: OpenOptions[] = [];
  const found = await attribute(
    (more) => {
      opened.push(more);
      return open(more);
    },
    program,
    request,
  );
  // No kernel of it has workgroup memory, so there is no device on which that is not cleared.
  expect(opened).toEqual([{}, { robustness: false }]);
  const { wholeMs, parts } = found!;
  expect(parts.map(({ name }) => name)).toEqual([
    'kernels',
    'bounds checks',
    'zeros in workgroup memory',
    'encoding',
    'waiting',
  ]);
  expect(parts.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(wholeMs, 9);
  // Said of the same kernel, that it has such memory opens the third device; the parts are the whole with it, too.
  const kernels = program.kernels.map((kernel) => ({ ...kernel, wgsl: `${kernel.wgsl}// var<workgroup>` }));
  const third = (await attribute(open, { ...program, kernels }, request))!;
  expect(third.parts[2]!.note).toBeUndefined();
  expect(third.parts.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(third.wholeMs, 9);
  const text = printAttribution({
    wholeMs: 2,
    rounds: 24,
    parts: [
      { name: 'kernels', ms: 1.5 },
      { name: 'bounds checks', ms: 0.1, half: 0.2 },
      { name: 'zeros in workgroup memory', ms: 0.3, half: 0.1 },
    ],
  });
  expect(text.split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual([
    'where the 2000.0 µs of a step go, medians of 24 rounds in turns',
    ' kernels 1500.0 µs 75.0 %',
    ' bounds checks 100.0 µs 5.0 % (± 200.0, not told apart from nothing)',
    ' zeros in workgroup memory 300.0 µs 15.0 % (± 100.0)',
  ]);
});
