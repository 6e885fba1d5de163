/**
 * @file Measures matmul variants against each other. From the root:
 *
 *   MESA_SHADER_CACHE_DISABLE=true node --conditions=longhorizon-source --import tsx \
 *     packages/tensor/src/kernels/study/matmul.ts 512,512,512 32x25,64,576 256,256,256:tn --only subgroup --rounds 7
 *
 * A shape is [batch×]m,n,k[:nn|tn|nt|tt] (t: that operand is stored transposed). Each variant is checked against float64 on
 * a sample of elements before it is timed; compile time is the first dispatch less a later one. The arms take turns. A star
 * marks the variant that the scores choose. --json prints one line an arm, for fitting `matmul/cost.ts`.
 */
import { parseArgs } from 'node:util';
import type { KernelVariant, MatmulProblem } from '../contraction.ts';
import { matmulVariants } from '../matmul/variants.ts';
import { type BenchDevice, openBenchDevice, queueDone, readBack, storageBuffer } from './bench-device.ts';
import { exactElement, type MatmulCase, matmulCase, sampleValues, standaloneMatmul } from './matmul-case.ts';

interface Arm {
  readonly variant: string;
  readonly score: number;
  readonly compileMs: number;
  readonly compileCpuMs: number;
  readonly worstError: number;
  readonly run: (dispatches: number) => Promise<Sample>;
  readonly samples: Sample[];
}

/** Per dispatch. CPU time is this process's, all threads: on a software adapter it hardly feels what else the machine does. */
interface Sample {
  readonly wallMs: number;
  readonly cpuMs: number;
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '7' },
    sampleMs: { type: 'string', default: '30' },
    'no-robustness': { type: 'boolean', default: false },
    print: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

function parseShape(text: string): MatmulCase {
  const match = /^(?:(\d+)x)?(\d+),(\d+),(\d+)(?::([nt])([nt]))?$/.exec(text);
  if (match === null)
    throw new Error(`'${text}' is no shape; write [batch×]m,n,k[:nn|tn|nt|tt], such as 32x25,64,576`);
  const [, batch, m, n, k, a, b] = match;
  return matmulCase({
    batch: Number(batch ?? 1),
    m: Number(m),
    n: Number(n),
    k: Number(k),
    transposeA: a === 't',
    transposeB: b === 't',
  });
}

async function arm(
  bench: BenchDevice,
  one: MatmulCase,
  variant: KernelVariant<MatmulProblem>,
  a: Float32Array,
  b: Float32Array,
  buffers: readonly [GPUBuffer, GPUBuffer, GPUBuffer],
): Promise<Arm | undefined> {
  const { device, kernelAdapter } = bench;
  const refusal = variant.prerequisites(one.problem, kernelAdapter);
  if (refusal !== undefined) {
    console.log(`  ${variant.name}: ${refusal}`);
    return undefined;
  }
  const kernel = variant.emit(one.problem, kernelAdapter);
  const code = standaloneMatmul(one, kernel);
  if (options.print) console.log(code);
  const before = clock();
  const module = device.createShaderModule({ code });
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } });
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const run = async (dispatches: number) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    for (let i = 0; i < dispatches; i++) pass.dispatchWorkgroups(...kernel.workgroups);
    pass.end();
    const commands = encoder.finish();
    const start = clock();
    device.queue.submit([commands]);
    await queueDone(device);
    return since(start, dispatches);
  };
  await run(1);
  const first = since(before, 1);
  const second = await run(1);
  return {
    variant: variant.name,
    score: variant.score(one.problem, kernelAdapter),
    compileMs: first.wallMs - second.wallMs,
    compileCpuMs: first.cpuMs - second.cpuMs,
    worstError: await check(device, one, a, b, buffers[2]),
    run,
    samples: [],
  };
}

function clock(): Sample {
  const cpu = process.cpuUsage();
  return { wallMs: performance.now(), cpuMs: (cpu.user + cpu.system) / 1000 };
}

function since(start: Sample, dispatches: number): Sample {
  const now = clock();
  return { wallMs: (now.wallMs - start.wallMs) / dispatches, cpuMs: (now.cpuMs - start.cpuMs) / dispatches };
}

/** Largest error on 300 elements, in units of Σ|a·b| · 2⁻²⁴: a float32 sum in order of k stays well below K of them. */
async function check(
  device: GPUDevice,
  one: MatmulCase,
  a: Float32Array,
  b: Float32Array,
  result: GPUBuffer,
): Promise<number> {
  const { batch, m, n } = one.problem;
  const total = batch * m * n;
  const values = await readBack(device, result, total);
  const encoder = device.createCommandEncoder();
  encoder.clearBuffer(result);
  device.queue.submit([encoder.finish()]);
  const count = Math.min(300, total);
  let worst = 0;
  for (let i = 0; i < count; i++) {
    const at = Math.floor((i * (total - 1)) / Math.max(1, count - 1));
    const exact = exactElement(one, a, b, Math.floor(at / (m * n)), Math.floor(at / n) % m, at % n);
    const error = Math.abs((values[at] ?? Number.NaN) - exact.value) / (exact.magnitude * 2 ** -24);
    worst = error > worst || Number.isNaN(error) ? error : worst;
  }
  return worst;
}

function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((x, y) => x - y);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

const bench = await openBenchDevice(!options['no-robustness']);
console.log(`${bench.name}; robustness ${options['no-robustness'] ? 'off' : 'on'}`);
for (const text of positionals) {
  const one = parseShape(text);
  const { batch, m, n, k } = one.problem;
  const a = sampleValues(one.aLength, 1);
  const b = sampleValues(one.bLength, 2);
  const buffers = [
    storageBuffer(bench.device, a),
    storageBuffer(bench.device, b),
    storageBuffer(bench.device, batch * m * n),
  ] as const;
  console.log(text);
  const arms: Arm[] = [];
  for (const variant of matmulVariants) {
    if (!options.only.split(',').some((part) => variant.name.includes(part))) continue;
    const one_ = await arm(bench, one, variant, a, b, buffers);
    if (one_ !== undefined) arms.push(one_);
  }
  const turns = new Map<Arm, number>();
  for (const each of arms)
    turns.set(each, Math.max(1, Math.round(Number(options.sampleMs) / (await each.run(1)).wallMs)));
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const each of arms) each.samples.push(await each.run(turns.get(each) ?? 1));
  }
  const flops = 2 * batch * m * n * k;
  const chosen = Math.max(...arms.map((each) => each.score));
  for (const each of arms) {
    const wall = each.samples.map((sample) => sample.wallMs);
    const cpu = each.samples.map((sample) => sample.cpuMs);
    if (options.json) {
      const { variant, compileCpuMs } = each;
      console.log(
        JSON.stringify({ shape: text, variant, cpuMs: Math.min(...cpu), wallMs: median(wall), compileCpuMs }),
      );
      continue;
    }
    const rate = (ms: number) => (flops / ms / 1e6).toFixed(2).padStart(6);
    console.log(
      `  ${each.score === chosen ? '*' : ' '} ${each.variant.padEnd(22)} GFLOP/s ${rate(Math.min(...wall))} best ${rate(median(wall))} median` +
        ` ${rate(Math.min(...cpu))} a CPU second; ${(median(wall) * 1000).toFixed(0).padStart(7)} µs;` +
        ` compile ${each.compileMs.toFixed(0).padStart(4)} ms, ${each.compileCpuMs.toFixed(0).padStart(4)} CPU ms;` +
        ` error ${each.worstError.toFixed(1)}${each.worstError < k + 4 ? '' : '  WRONG'}`,
    );
  }
  for (const buffer of buffers) buffer.destroy();
}
process.exit(0);
