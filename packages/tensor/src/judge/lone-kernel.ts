/** @file A kernel with buffers of its own, guards around its operands and its result. */
import { bufferUsage, type Device, type LedgerBuffer, storageUsage } from '../device/index.ts';
import type { EmittedKernel } from '../kernels/contraction.ts';
import type { Draw } from './draws.ts';
import { bufferLengths, guard, standaloneModule, startOf, type Watch, watchWords } from './module.ts';
import { renumbered } from './renumbered.ts';
import { type KernelTask, type OperandPlace, resultLength } from './task.ts';

/** A NaN that no arithmetic makes. */
export const poison = 0x7fc0dead;

export interface LoneKernelOptions {
  /** What is counted beside: see standaloneModule(). */
  readonly watch?: Watch;
  /** Workgroups and invocations are numbered from the other end. */
  readonly renumbered?: boolean;
}

/** What is in the buffers after a run, as bits. */
export interface LeftBehind {
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  readonly result: Uint32Array;
  readonly watch?: Uint32Array;
}

/** One kernel of one task, ready to run alone. Destroy it when done. */
export class LoneKernel {
  readonly task: KernelTask;
  readonly wgsl: string;
  readonly workgroups: EmittedKernel['workgroups'];
  readonly #device: Device;
  readonly #pipeline: GPUComputePipeline;
  readonly #group: GPUBindGroup;
  readonly #buffers: readonly LedgerBuffer[];

  private constructor(
    device: Device,
    task: KernelTask,
    wgsl: string,
    workgroups: EmittedKernel['workgroups'],
    pipeline: GPUComputePipeline,
    buffers: readonly LedgerBuffer[],
  ) {
    this.#device = device;
    this.task = task;
    this.wgsl = wgsl;
    this.workgroups = workgroups;
    this.#pipeline = pipeline;
    this.#buffers = buffers;
    this.#group = device.gpu.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer: buffer.gpu } })),
    });
  }

  /**
   * Compiles the kernel and makes its buffers.
   *
   * @returns undefined where it was to be renumbered and its entry point cannot be
   * @throws WgslError, PipelineError where the device makes no pipeline of it
   */
  static async make(
    device: Device,
    task: KernelTask,
    kernel: EmittedKernel,
    options: LoneKernelOptions = {},
  ): Promise<LoneKernel | undefined> {
    const plain = standaloneModule(task, kernel, options.watch);
    const wgsl = options.renumbered ? renumbered(plain) : plain;
    if (wgsl === undefined) return undefined;
    const isWatched = options.watch === 'faults' || options.watch === 'traffic';
    const bindings = isWatched ? 4 : 3;
    // Stated, because a kernel that leaves a buffer out is a fault to be found and not an error of binding.
    const layout = device.gpu.createPipelineLayout({
      bindGroupLayouts: [
        device.bindGroupLayout(
          Array.from({ length: bindings }, (_, binding) => ({
            binding,
            visibility: 0x4,
            buffer: { type: 'storage' as const },
          })),
        ),
      ],
    });
    const pipeline = await device.wait(
      device.pipeline(wgsl, { label: `${task.family} ${task.title}`, layout }),
    );
    const lengths = bufferLengths(task);
    const words = [lengths.a, lengths.b, lengths.result];
    if (isWatched) words.push(watchWords.counters + resultLength(task));
    const buffers = words.map((count, k) =>
      device.createBuffer({
        bytes: 4 * count,
        label: `${['a', 'b', 'result', 'counters'][k]} of a lone kernel`,
        class: 'scratch',
        usage: storageUsage | bufferUsage.copySource,
      }),
    );
    await device.settle();
    return new LoneKernel(device, task, wgsl, kernel.workgroups, pipeline, buffers);
  }

  /** Puts a draw's operands between their guards, and the result's buffer into the state that the draw asks for. */
  load(draw: Pick<Draw, 'a' | 'b' | 'before'>): void {
    const lengths = bufferLengths(this.task);
    for (const [k, name] of (['a', 'b'] as const).entries()) {
      const values = surrounded(draw[name], this.task[name], lengths[name]);
      this.#device.write(this.#buffers[k]!, values);
    }
    if (draw.before === 'poison')
      this.#device.write(this.#buffers[2]!, new Uint32Array(lengths.result).fill(poison));
    const watch = this.#buffers[3];
    if (watch !== undefined) this.#device.write(watch, new Uint32Array(watch.bytes / 4));
  }

  /** Writes dispatches into a pass. */
  encode(pass: GPUComputePassEncoder, times = 1): void {
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, this.#group);
    for (let time = 0; time < times; time++) pass.dispatchWorkgroups(...this.workgroups);
  }

  /** Runs it so many times, and returns when the queue is done. */
  async run(times = 1): Promise<void> {
    const encoder = this.#device.gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    this.encode(pass, times);
    pass.end();
    this.#device.submit(encoder.finish());
    await this.#device.wait(this.#device.idle());
  }

  /** All that lies in its buffers now. */
  async leftBehind(): Promise<LeftBehind> {
    const [a, b, result, watch] = await Promise.all(
      this.#buffers.map(async (buffer) => new Uint32Array(await this.#device.read(buffer))),
    );
    return { a: a!, b: b!, result: result!, ...(watch === undefined ? {} : { watch }) };
  }

  /** The elements of the result among the bits of its buffer. */
  static resultOf(task: KernelTask, bits: Uint32Array): Float32Array {
    return new Float32Array(bits.buffer, bits.byteOffset + 4 * guard, resultLength(task));
  }

  destroy(): void {
    for (const buffer of this.#buffers) buffer.destroy();
  }
}

/** An operand in its buffer: NaN in front of it, behind it and in its gaps. */
export function surrounded(
  values: Float32Array,
  place: OperandPlace,
  length: number,
): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(length).fill(Number.NaN);
  whole.set(values, startOf(place));
  return whole;
}
