/** @file What compiling costs, dispatch by dispatch: each is run alone, first once, which compiles it on a software adapter, then again. */
import { type Device, Plan } from '@longhorizon/tensor';
import type { Program, ProgramRequest } from '@longhorizon/tensor/compiler';

/** A plan whose inputs are all zero, to be run for its time alone. */
export async function planOfZeros(device: Device, program: Program, request: ProgramRequest): Promise<Plan> {
  const plan = await Plan.fromProgram(device, program, request);
  for (const array of plan.inputs.values())
    array.write(new Float32Array(array.shape.reduce((a, b) => a * b, 1)));
  return plan;
}

/** Milliseconds of the process's CPU time, driver included, that the first run of each dispatch takes above the second; 0 for a shared module. */
export async function compileTimes(
  device: Device,
  program: Program,
  request: ProgramRequest,
): Promise<readonly number[]> {
  const times: number[] = [];
  for (const kernel of program.kernels) {
    const plan = await planOfZeros(device, { ...program, kernels: [kernel] }, request);
    const run = async (): Promise<number> => {
      const before = process.cpuUsage();
      plan.run();
      await device.idle();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    const first = await run();
    times.push(Math.max(0, first - (await run())));
    plan.destroy();
  }
  return times;
}

export function printCompileTimes(program: Program, times: readonly number[]): string {
  const seen = new Set<string>();
  const lines = program.kernels.map(({ label, variant, wgsl }, k) => {
    const shared = seen.has(wgsl);
    seen.add(wgsl);
    const cost = shared ? 'known' : `${times[k]!.toFixed(0)} ms`;
    return `${String(k).padStart(3)} ${cost.padStart(8)}  ${variant ?? label}`;
  });
  const sum = times.reduce((all, ms) => all + ms, 0);
  return [...lines, `sum ${sum.toFixed(0)} ms of CPU time, ${seen.size} modules`].join('\n');
}
