/**
 * @file Measures convolution variants against each other. From the root:
 *
 *   MESA_SHADER_CACHE_DISABLE=true node --conditions=longhorizon-source --import tsx \
 *     packages/tensor/src/kernels/study/conv2d.ts conv4-32 4x25,14,14,32,32 8,32,32,16,32/2 --kinds forward --only patch
 *
 * A shape is [tasks×]images,height,width,inChannels,outChannels[:filter][/stride]: a square filter of 3 unless said
 * otherwise, padded by (filter − 1) / 2; conv4-32, conv4-64 and resnet name lists of shapes. A filter gradient is measured
 * as the compiler would run it, its images split by `conv2dSplit`, without the reduction that follows. Each variant is
 * checked against float64 before it is timed; compile time is the first dispatch less a later one. The arms take turns.
 * A star marks the variant that the scores choose. Products with padding count as operations.
 */
import { parseArgs } from 'node:util';
import { referenceConvolution } from '../../ops/helpers/reference-convolution.ts';
import type { Conv2dProblem, KernelVariant } from '../contraction.ts';
import { contractionSizes, multiplyAdds } from '../conv2d/problem.ts';
import { type Operands, prepareKernel, testOperands } from '../conv2d/testing/run.ts';
import { conv2dSplit, conv2dVariants } from '../conv2d/variants.ts';
import { type BenchDevice, openBenchDevice, queueDone, readBack } from './bench-device.ts';

interface Arm {
  readonly variant: string;
  readonly score: number;
  readonly compile: Sample;
  readonly worstError: number;
  readonly run: (dispatches: number) => Promise<Sample>;
  readonly destroy: () => void;
  readonly samples: Sample[];
}

/** Per dispatch. CPU time is this process's, all threads: on a software adapter it hardly feels what else the machine does. */
interface Sample {
  readonly wallMs: number;
  readonly cpuMs: number;
}

const presets: Readonly<Record<string, readonly string[]>> = {
  'conv4-32': ['25,28,28,1,32', '25,14,14,32,32', '25,7,7,32,32', '25,3,3,32,32'],
  'conv4-64': ['25,28,28,1,64', '25,14,14,64,64', '25,7,7,64,64', '25,3,3,64,64'],
  resnet: [
    '8,32,32,3,16',
    '8,32,32,16,16',
    '8,32,32,16,32/2',
    '8,16,16,32,32',
    '8,16,16,32,64/2',
    '8,8,8,64,64',
  ],
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kinds: { type: 'string', default: 'forward,inputGradient,filterGradient' },
    only: { type: 'string', default: '' },
    chosen: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
    sampleMs: { type: 'string', default: '20' },
    'no-robustness': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

function parseShape(text: string, kind: Conv2dProblem['kind']): Conv2dProblem {
  const match = /^(?:(\d+)x)?(\d+),(\d+),(\d+),(\d+),(\d+)(?::(\d+))?(?:\/(\d+))?$/.exec(text);
  if (match === null) {
    throw new Error(
      `'${text}' is no shape; write [tasks×]images,height,width,in,out[:filter][/stride], such as 4x25,14,14,32,32`,
    );
  }
  const [tasks, images, height, width, inChannels, outChannels, filter, stride] = match
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part))) as [number | undefined, ...number[]];
  const side = filter ?? 3;
  const step = stride ?? 1;
  const pad = (side - 1) >> 1;
  return {
    kind,
    tasks: tasks ?? 1,
    images: images!,
    height: height!,
    width: width!,
    inChannels: inChannels!,
    outChannels: outChannels!,
    filterHeight: side,
    filterWidth: side,
    outHeight: Math.floor((height! + 2 * pad - side) / step) + 1,
    outWidth: Math.floor((width! + 2 * pad - side) / step) + 1,
    stride: [step, step],
    padTop: pad,
    padLeft: pad,
    aAligned: true,
    bAligned: true,
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

async function arm(
  { device, kernelAdapter }: BenchDevice,
  problem: Conv2dProblem,
  variant: KernelVariant<Conv2dProblem>,
  operands: Operands,
  wanted: Float64Array,
): Promise<Arm> {
  const before = clock();
  const prepared = await prepareKernel(device, problem, variant.emit(problem, kernelAdapter), operands);
  const run = async (dispatches: number) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    prepared.record(pass, dispatches);
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
  const got = await readBack(device, prepared.result, wanted.length);
  return {
    variant: variant.name,
    score: variant.score(problem, kernelAdapter),
    compile: { wallMs: first.wallMs - second.wallMs, cpuMs: first.cpuMs - second.cpuMs },
    worstError: wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - got[i]!)), 0),
    run,
    destroy: prepared.destroy,
    samples: [],
  };
}

function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((x, y) => x - y);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** The problem as the compiler would run it: images split into further tasks. */
function splitImages(problem: Conv2dProblem, ways: number): Conv2dProblem {
  return { ...problem, tasks: problem.tasks * ways, images: problem.images / ways };
}

async function measure(bench: BenchDevice, text: string, kind: Conv2dProblem['kind']): Promise<void> {
  const whole = parseShape(text, kind);
  const ways = conv2dSplit(whole, bench.kernelAdapter);
  const problem = splitImages(whole, ways);
  const operands = testOperands(problem);
  const wanted = referenceConvolution(problem, operands.a, operands.b, contractionSizes(problem).result);
  // Rounding grows with the length of the sum, and with its magnitude.
  const magnitude = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  console.log(`${kind} ${text}${ways > 1 ? `, images split ${ways} ways` : ''}`);
  const valid = conv2dVariants.filter((variant) => !variant.prerequisites(problem, bench.kernelAdapter));
  const best = Math.max(...valid.map((variant) => variant.score(problem, bench.kernelAdapter)));
  const arms: Arm[] = [];
  for (const variant of valid) {
    if (options.chosen && variant.score(problem, bench.kernelAdapter) !== best) continue;
    if (!options.only.split(',').some((part) => variant.name.includes(part))) continue;
    arms.push(await arm(bench, problem, variant, operands, wanted));
  }
  const turns = new Map<Arm, number>();
  for (const each of arms) {
    turns.set(each, Math.max(1, Math.round(Number(options.sampleMs) / (await each.run(1)).wallMs)));
  }
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const each of arms) each.samples.push(await each.run(turns.get(each) ?? 1));
  }
  for (const each of arms) {
    report(text, problem, each, each.score === best, magnitude);
    each.destroy();
  }
}

function report(text: string, problem: Conv2dProblem, arm: Arm, chosen: boolean, magnitude: number): void {
  const wall = arm.samples.map((sample) => sample.wallMs);
  const cpu = arm.samples.map((sample) => sample.cpuMs);
  if (options.json) {
    const { variant, score, compile } = arm;
    const cpuMs = Math.min(...cpu);
    console.log(
      JSON.stringify({
        kind: problem.kind,
        shape: text,
        variant,
        score,
        cpuMs,
        wallMs: median(wall),
        compile,
      }),
    );
    return;
  }
  const rate = (ms: number) => ((2 * multiplyAdds(problem)) / ms / 1e6).toFixed(2).padStart(6);
  console.log(
    `  ${chosen ? '*' : ' '} ${arm.variant.padEnd(12)} GFLOP/s ${rate(Math.min(...wall))} best ${rate(median(wall))} median` +
      ` ${rate(Math.min(...cpu))} a CPU second; ${(median(wall) * 1000).toFixed(0).padStart(7)} µs;` +
      ` compile ${arm.compile.wallMs.toFixed(0).padStart(4)} ms, ${arm.compile.cpuMs.toFixed(0).padStart(4)} CPU ms;` +
      ` error ${arm.worstError.toExponential(1)}${arm.worstError < 1e-5 * magnitude + 1e-6 ? '' : '  WRONG'}`,
  );
}

const bench = await openBenchDevice(!options['no-robustness']);
console.log(`${bench.name}; robustness ${options['no-robustness'] ? 'off' : 'on'}`);
for (const kind of options.kinds.split(',') as Conv2dProblem['kind'][]) {
  for (const text of positionals.flatMap((name) => presets[name] ?? [name])) await measure(bench, text, kind);
}
process.exit(0);
