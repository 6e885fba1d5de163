/**
 * @file Whether a kernel computes what it should: the one judge of hand-written kernels, for tests, the tuner and `longhorizon kernels edit`.
 *
 * Every element of every result is compared with float64. Inputs are fresh; the result's buffer holds poison, or what the last inputs left; the
 * operands lie between NaN and must stay as they were; the same inputs give the same bits twice, and once more with workgroups and invocations
 * numbered from the other end; loads and stores are counted at small shapes. Each of these finds a fault that the others let through: see
 * judge.test.ts, whose kernels cheat.
 */
import type { Device } from '../device/index.ts';
import type { EmittedKernel, KernelAdapter, KernelVariant } from '../kernels/contraction.ts';
import { type Draw, drawsFor } from './draws.ts';
import { type LeftBehind, LoneKernel, poison, surrounded } from './lone-kernel.ts';
import { guard, watchWords } from './module.ts';
import { type KernelTask, resultLength } from './task.ts';

/** What is judged: a variant, without its score. */
export type JudgedVariant<Problem> = Pick<KernelVariant<Problem>, 'name' | 'prerequisites' | 'emit'>;

/** What was found of a variant. */
export interface Judgement {
  /** The first fault as a sentence; undefined where there is none. */
  readonly fault: string | undefined;
  /** Largest error in units of the bound (depth + 4) · 2⁻²⁴ · Σ|a·b|, which holds for a float32 sum in any order. */
  readonly worst: number;
  /** Largest error over the largest magnitude of a result, among random inputs. */
  readonly relative: number;
  /** Elements that were compared. */
  readonly elements: number;
  /** Shapes at which it was run. */
  readonly shapes: readonly string[];
}

/** What is wrong with a run: a sentence without its subject. */
interface Finding {
  readonly fault?: string;
  readonly worst: number;
  readonly relative: number;
}

const fine: Finding = { worst: 0, relative: 0 };

/** An element as (batch, row, column). */
function placeOf({ rows, columns }: KernelTask, element: number): string {
  const row = Math.floor(element / columns);
  return `[${Math.floor(row / rows)}, ${row % rows}, ${element % columns}]`;
}

/** Compares all that a run left with what it should have. */
function compare(task: KernelTask, draw: Draw, left: LeftBehind): Finding {
  for (const name of ['a', 'b'] as const) {
    const wanted = new Uint32Array(surrounded(draw[name], task[name], left[name].length).buffer);
    const at = left[name].findIndex((bits, k) => bits !== wanted[k]);
    if (at >= 0) return { ...fine, fault: `it writes into its operand ${name}, or beside it` };
  }
  const count = resultLength(task);
  const outside = left.result.findIndex((bits, k) => bits !== poison && (k < guard || k >= guard + count));
  if (outside >= 0)
    return { ...fine, fault: `it writes outside its result, at element ${outside - guard} of ${count}` };
  return compareValues(task, draw, left.result);
}

function compareValues(task: KernelTask, draw: Draw, bits: Uint32Array): Finding {
  const found = LoneKernel.resultOf(task, bits);
  const { values, magnitudes } = draw.expected;
  const unit = (task.depth + 4) * 2 ** -24;
  // A product or sum below the smallest normal number may be taken as zero.
  const flushed = (task.depth + 1) * 2 ** -126;
  let [wrong, first, unwritten, worst, error, scale] = [0, -1, 0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const [wanted, got] = [values[i]!, found[i]!];
    if (Object.is(wanted, got) || (Number.isNaN(wanted) && Number.isNaN(got) && bits[guard + i] !== poison))
      continue;
    const apart = Math.abs(got - wanted);
    const bound = unit * magnitudes[i]! + flushed;
    if (Number.isFinite(wanted) && apart <= bound) {
      worst = Math.max(worst, apart / bound);
      error = Math.max(error, apart);
      scale = Math.max(scale, magnitudes[i]!);
      continue;
    }
    if (first < 0) first = i;
    wrong++;
    if (bits[guard + i] === poison) unwritten++;
  }
  const relative = scale === 0 ? 0 : error / scale;
  if (wrong === 0) return { worst, relative };
  const where = `of ${values.length} at ${task.title} (inputs: ${draw.name}; the first is ${placeOf(task, first)}`;
  if (unwritten === wrong)
    return { worst, relative, fault: `it leaves ${wrong} results unwritten ${where})` };
  return {
    worst,
    relative,
    fault: `${wrong} results are wrong ${where}: ${found[first]} instead of ${values[first]})`,
  };
}

const sameBits = (a: Uint32Array, b: Uint32Array): boolean => a.every((bits, k) => bits === b[k]);

async function runOnce(kernel: LoneKernel, draw: Pick<Draw, 'a' | 'b' | 'before'>): Promise<LeftBehind> {
  kernel.load(draw);
  await kernel.run();
  return kernel.leftBehind();
}

/**
 * Judges a kernel that is ready to run: all draws, and the first of them twice.
 *
 * @param draws from drawsFor(); they may serve many kernels of one task
 */
export async function judgeLone(kernel: LoneKernel, draws: readonly Draw[]): Promise<Judgement> {
  const { task } = kernel;
  const shapes = [task.title];
  let [worst, relative, elements] = [0, 0, 0];
  const done = (fault?: string): Judgement => ({ fault, worst, relative, elements, shapes });
  for (const draw of draws) {
    const left = await runOnce(kernel, draw);
    const finding = compare(task, draw, left);
    elements += resultLength(task);
    worst = Math.max(worst, finding.worst);
    relative = Math.max(relative, finding.relative);
    if (finding.fault !== undefined) return done(finding.fault);
  }
  const again: Draw = { ...draws[0]!, before: 'poison' };
  const [first, second] = [await runOnce(kernel, again), await runOnce(kernel, again)];
  if (!sameBits(first.result, second.result))
    return done(
      `two runs with the same inputs give different bits at ${task.title}: it races, or goes by an earlier run`,
    );
  return done(compare(task, again, second).fault);
}

/** What only other modules of the same kernel show: accesses outside, repeated stores, a result that depends on the order. */
async function judgeWays(
  device: Device,
  task: KernelTask,
  emitted: EmittedKernel,
  draw: Draw,
  plain: Uint32Array,
): Promise<string | undefined> {
  const watched = (await LoneKernel.make(device, task, emitted, { watch: 'faults' }))!;
  try {
    const { watch } = await runOnce(watched, draw);
    const counts = watch!.subarray(watchWords.counters);
    if (watch![watchWords.loadsOfA]! + watch![watchWords.loadsOfB]! > 0) {
      const name = watch![watchWords.loadsOfA]! > 0 ? 'a' : 'b';
      return `it reads outside its operand ${name} at ${task.title}`;
    }
    if (watch![watchWords.stores]! > 0)
      return `it stores elements that its result does not have at ${task.title}`;
    const at = counts.findIndex((count) => count !== 1);
    if (at >= 0)
      return `it stores the element ${placeOf(task, at)} ${counts[at]} times at ${task.title}; each is to be stored once`;
  } finally {
    watched.destroy();
  }
  const turned = await LoneKernel.make(device, task, emitted, { renumbered: true });
  if (turned === undefined) return undefined;
  try {
    const { result } = await runOnce(turned, draw);
    if (sameBits(result, plain)) return undefined;
    return `its result depends on the order in which workgroups or invocations run at ${task.title}: it races`;
  } finally {
    turned.destroy();
  }
}

export interface JudgeOptions {
  /** A 32-bit number; new for each judgement unless a fault is to be seen again. */
  readonly seed: number;
  /** At the first two shapes also with accesses counted and numbers turned round, which compiles the kernel three times. */
  readonly everyWay?: boolean;
  /** Draws that are known already, by the task's title: float64 results are dear. */
  readonly draws?: Map<string, readonly Draw[]>;
  /** What the kernel is written for, where that is not the device's own adapter: a software adapter runs what graphics processors get. */
  readonly adapter?: KernelAdapter;
}

/** What a variant may ask of a device. */
export function kernelAdapterOf(device: Device): KernelAdapter {
  const { profile, features, limits, adapter } = device;
  return { profile, features, limits, subgroupMinSize: adapter.subgroupMinSize };
}

/**
 * Judges a variant at some shapes and stops at the first fault. Shapes that its prerequisites refuse are left out.
 *
 * @throws WgslError, PipelineError where it does not compile; DeviceLostError where it takes the device with it. A kernel that never ends
 *   cannot be stopped from within: give it a process of its own.
 * @example
 * ```ts
 * import { openDevice } from '@longhorizon/tensor';
 * import { judgeVariant, matmulTask, variantsOf } from '@longhorizon/tensor/kernels';
 *
 * const device = await openDevice();
 * const naive = variantsOf('matmul').find(({ name }) => name === 'naive')!;
 * const { fault } = await judgeVariant(device, naive, [matmulTask({ m: 5, n: 7, k: 3 })], { seed: 1 });
 * console.assert(fault === undefined);
 * await device.close();
 * ```
 */
export async function judgeVariant<Problem>(
  device: Device,
  variant: JudgedVariant<Problem>,
  tasks: readonly KernelTask<Problem>[],
  { seed, everyWay = false, draws = new Map(), adapter = kernelAdapterOf(device) }: JudgeOptions,
): Promise<Judgement> {
  let [worst, relative, elements] = [0, 0, 0];
  const shapes: string[] = [];
  for (const task of tasks) {
    if (variant.prerequisites(task.problem, adapter) !== undefined) continue;
    const emitted = variant.emit(task.problem, adapter);
    const own = draws.get(task.title) ?? drawsFor(task as KernelTask, seed);
    draws.set(task.title, own);
    const kernel = (await LoneKernel.make(device, task as KernelTask, emitted))!;
    shapes.push(task.title);
    try {
      const one = await judgeLone(kernel, own);
      worst = Math.max(worst, one.worst);
      relative = Math.max(relative, one.relative);
      elements += one.elements;
      let { fault } = one;
      if (fault === undefined && everyWay && shapes.length <= 2) {
        const first: Draw = { ...own[0]!, before: 'poison' };
        const { result } = await runOnce(kernel, first);
        fault = await judgeWays(device, task as KernelTask, emitted, first, result);
      }
      if (fault !== undefined) return { fault, worst, relative, elements, shapes };
    } finally {
      kernel.destroy();
    }
  }
  const fault = shapes.length === 0 ? 'it takes none of the shapes at which it was to be judged' : undefined;
  return { fault, worst, relative, elements, shapes };
}
