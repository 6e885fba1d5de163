/** @file Times variants of one problem in turns, each checked against float64 first. */

import type { Family, KernelProblem } from '@longhorizon/benchmarks';
import { type Device, evaluate, Plan, type Tensor } from '@longhorizon/tensor';
import { makeProgram, targetOf, VariantError } from '@longhorizon/tensor/compiler';

/** What was asked for is not there. */
export class StudyError extends Error {
  override readonly name = 'StudyError';
}

/** Milliseconds a run. CPU time is this process's, all threads: on a software adapter it hardly feels what else the machine does. */
interface Sample {
  readonly wallMs: number;
  readonly cpuMs: number;
}

interface Arm {
  readonly variant: string;
  readonly plan: Plan;
  readonly compile: Sample;
  readonly samples: Sample[];
}

export interface StudyResult {
  readonly lines: readonly string[];
  /** Variants whose result is wrong. They are not timed. */
  readonly wrong: readonly string[];
}

/** Repeatable values in [−1, 1). */
function waves(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(seed + 1.7 * i + 0.3 * (i % 11)));
}

async function timed(device: Device, plan: Plan, runs: number): Promise<Sample> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let k = 0; k < runs; k++) plan.run();
  await device.idle();
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: (performance.now() - start) / runs, cpuMs: (user + system) / 1000 / runs };
}

/** Results beyond the bound of a float32 sum in any order: (depth + 4) · 2⁻²⁴ · Σ|a·b|. */
function countWrong(
  found: ArrayLike<number>,
  exact: Float64Array,
  magnitude: Float64Array,
  depth: number,
): number {
  return exact.reduce((count, value, k) => {
    const error = Math.abs(found[k]! - value);
    return error <= (depth + 4) * 2 ** -24 * magnitude[k]! ? count : count + 1;
  }, 0);
}

/**
 * @param variants names to try; those that cannot take the problem say why
 * @throws WgslError when a variant's shader does not compile
 */
export async function study(
  device: Device,
  family: Family,
  { title, inputs, output, depth }: KernelProblem,
  variants: readonly string[],
  options: { readonly rounds: number; readonly sampleMs: number },
): Promise<StudyResult> {
  const values = inputs.map(({ shape }, slot) =>
    waves(
      shape.reduce((a, b) => a * b, 1),
      slot,
    ),
  );
  const reference = (change: (value: number) => number) => {
    const feeds = inputs.map((tensor, slot) => {
      const data = Float64Array.from(values[slot]!, change);
      return [tensor, { shape: tensor.shape, dtype: 'f32' as const, data }] as const;
    });
    return evaluate([output], new Map<Tensor, (typeof feeds)[number][1]>(feeds))[0]!.data;
  };
  const [exact, magnitude] = [reference((value) => value), reference(Math.abs)];
  const chosen = new Set(
    makeProgram({ outputs: [output] }, targetOf(device)).kernels.map(({ variant }) => variant),
  );
  const lines = [title];
  const wrong: string[] = [];
  const arms: Arm[] = [];
  try {
    for (const variant of variants) {
      let plan: Plan;
      try {
        plan = await Plan.make(device, { outputs: [output], variants: { [family]: variant } });
      } catch (error) {
        if (!(error instanceof VariantError)) throw error;
        lines.push(`    ${error.message}`);
        continue;
      }
      for (const [slot, tensor] of inputs.entries()) plan.inputs.get(tensor)!.write(values[slot]!);
      const first = await timed(device, plan, 1);
      const second = await timed(device, plan, 1);
      const compile = { wallMs: first.wallMs - second.wallMs, cpuMs: first.cpuMs - second.cpuMs };
      const count = countWrong(await plan.outputs[0]!.read(), exact, magnitude, depth);
      if (count === 0) arms.push({ variant, plan, compile, samples: [] });
      else {
        plan.destroy();
        wrong.push(variant);
        lines.push(`    ${variant}: ${count} of ${exact.length} results are WRONG; it is not timed.`);
      }
    }
    for (let round = 0; round < options.rounds; round++)
      for (const { plan, samples } of arms) {
        const { wallMs } = samples.at(-1) ?? (await timed(device, plan, 1));
        samples.push(await timed(device, plan, Math.max(1, Math.round(options.sampleMs / wallMs))));
      }
    const operations = 2 * exact.length * depth;
    for (const { variant, compile, samples } of arms) {
      const rate = (ms: number) => (operations / ms / 1e6).toFixed(2).padStart(7);
      const sorted = (of: keyof Sample) => samples.map((sample) => sample[of]).sort((a, b) => a - b);
      const [wall, cpu] = [sorted('wallMs'), sorted('cpuMs')];
      const middle = wall[wall.length >> 1]!;
      lines.push(
        `  ${chosen.has(`${family}/${variant}`) ? '*' : ' '} ${variant.padEnd(22)} GFLOP/s ${rate(wall[0]!)} best ${rate(middle)} median ` +
          `${rate(cpu[0]!)} a CPU second; ${(1000 * middle).toFixed(0).padStart(8)} µs; ` +
          `compile ${compile.wallMs.toFixed(0).padStart(4)} ms, ${compile.cpuMs.toFixed(0).padStart(4)} CPU ms`,
      );
    }
  } finally {
    for (const { plan } of arms) plan.destroy();
  }
  return { lines, wrong };
}
