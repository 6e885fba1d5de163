/** @file One problem on a device: its operands, what should come out, and candidates that are compiled, checked and timed. */
import { hashOf, owned, sha256 } from '@longhorizon/harness';
import { type Device, DeviceArray, evaluate, Plan, type Tensor } from '@longhorizon/tensor';
import { type Floor, floorOf } from '../../../measurements/roof/floor.ts';
import { roofOf } from '../../../measurements/roof/store.ts';
import { problemWith, relativeError } from '../check.ts';
import type { Candidate } from './candidates.ts';
import type { KernelProblem } from './problems.ts';

/** Largest error allowed, over the largest element of the result; as for the rows of the suite. */
const tolerance = 1e-5;

/** How a candidate ended that is not timed. */
export type Fault = 'compile' | 'runtime' | 'correctness' | 'timeout';

export class CandidateFault extends Error {
  override readonly name = 'CandidateFault';
  readonly fault: Fault;
  constructor(fault: Fault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** A candidate ready to be timed. */
export interface Ready {
  readonly candidate: Candidate;
  readonly compileMs: number;
  readonly checkMs: number;
  /** Of the result, over its largest element. */
  readonly error: number;
  /** Equal for kernels that add in the same order. */
  readonly fingerprint: string;
  /** Milliseconds of one call by the bench's clock, when so many are made in one submission. */
  readonly time: (calls: number) => Promise<number>;
  readonly release: () => void;
}

/** Numbers in [−1, 1) that do not repeat with any period of a tile. */
function waves(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(seed + 1.7 * i + 0.3 * (i % 11)));
}

/** Numbers whose sums depend on their order in every bit: of both signs and of sizes from 2⁻¹² to 2¹². */
function adversarial(length: number, seed: number): Float32Array {
  let state = (seed + 1) * 0x9e3779b9;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const bits = (state >>> 9) / 2 ** 23;
    return (state & 256 ? 1 : -1) * (1 + bits) * 2 ** (((state >>> 3) % 25) - 12);
  });
}

const lengthOf = ({ shape }: Tensor): number => shape.reduce((a, b) => a * b, 1);

/**
 * `wall`: until the queue is done. `cpu`: processor time of this process, all threads, which is what a kernel costs on an adapter that is the
 * processor and hardly feels what else the machine does; but it does not see whether the kernel keeps all cores busy.
 */
export const clocks = ['wall', 'cpu'] as const;
export type Clock = (typeof clocks)[number];

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Acts when work has had its time. While this process is stopped, or waits for a processor of a busy machine, no work is done: a stretch of time counts
 * no longer than its step, and by the processor's clock as what the process had of it, a tenth at least, since what waits for ever uses nothing.
 *
 * @returns cancels
 */
function afterWorking(limitMs: number, isCpu: boolean, act: () => void): () => void {
  const stepMs = Math.min(500, limitMs);
  let left = limitMs;
  let [wall, cpu] = [performance.now(), cpuMs()];
  const timer = setInterval(() => {
    const [wallNow, cpuNow] = [performance.now(), cpuMs()];
    const passed = Math.min(wallNow - wall, 2 * stepMs);
    left -= isCpu ? Math.max(passed / 10, Math.min(passed, cpuNow - cpu)) : passed;
    [wall, cpu] = [wallNow, cpuNow];
    if (left <= 0) act();
  }, stepMs);
  return () => clearInterval(timer);
}

const shortestMs = 1e-3;
/** Processor time is counted in steps: below this a sample says nothing of a floor. */
const shortestCpuMs = 5;

/** The operands of a problem on a device, and its result in float64. */
export class ProblemBench {
  readonly device: Device;
  readonly problem: KernelProblem;
  /** Milliseconds of the bench's clock. */
  readonly now: () => number;
  readonly #isCpu: boolean;
  readonly #shortestMs: number;
  readonly #limitMs: number;
  readonly #floor: Floor;
  readonly #expected: Float64Array;
  readonly #arrays: ReadonlyMap<Tensor, DeviceArray>;
  readonly #adversarial: ReadonlyMap<Tensor, DeviceArray>;

  /** @param limitMs how long a candidate may take to be compiled, and to be run */
  constructor(device: Device, problem: KernelProblem, clock: Clock, limitMs = 60_000) {
    this.#limitMs = limitMs;
    this.device = device;
    this.problem = problem;
    this.#isCpu = clock === 'cpu';
    this.now = this.#isCpu ? cpuMs : () => performance.now();
    this.#shortestMs = this.#isCpu ? shortestCpuMs : 0;
    const arrays = [...problem.inputs, problem.output];
    const bytes = 4 * arrays.reduce((sum, tensor) => sum + lengthOf(tensor), 0);
    this.#floor = floorOf(device.adapter, { operations: problem.operations, bytes }, roofOf);
    // A sum of what cancels would have no digits left to compare.
    const offset = problem.family === 'reduction' ? 1.5 : 0;
    const values = problem.inputs.map((tensor, slot) => waves(lengthOf(tensor), slot).map((x) => x + offset));
    const feeds = problem.inputs.map(
      (tensor, slot) =>
        [
          tensor,
          { shape: tensor.shape, dtype: 'f32' as const, data: Float64Array.from(values[slot]!) },
        ] as const,
    );
    this.#expected = evaluate([problem.output], new Map(feeds))[0]!.data as Float64Array;
    this.#arrays = new Map(
      problem.inputs.map((tensor, slot) => [tensor, DeviceArray.from(device, values[slot]!, tensor.shape)]),
    );
    this.#adversarial = new Map(
      problem.inputs.map((tensor, slot) => [
        tensor,
        DeviceArray.from(device, adversarial(lengthOf(tensor), slot), tensor.shape),
      ]),
    );
  }

  /**
   * Compiles a candidate and checks it.
   *
   * @throws CandidateFault with a sentence where it does not compile, does not end or gives a wrong result
   */
  async prepare(candidate: Candidate): Promise<Ready> {
    const started = performance.now();
    const request = { outputs: [this.problem.output], arrays: this.#arrays, label: candidate.name };
    const plan = await this.#inTime(
      'compile',
      candidate.name,
      Plan.fromProgram(this.device, candidate.program, request),
    );
    const compiled = performance.now();
    try {
      const error = await this.#check(plan, candidate.name);
      const fingerprint = await this.#fingerprint(candidate);
      return {
        candidate,
        compileMs: compiled - started,
        checkMs: performance.now() - compiled,
        error,
        fingerprint,
        time: (calls) => this.#time(plan, candidate.name, calls),
        release: () => plan.destroy(),
      };
    } catch (fault) {
      plan.destroy();
      throw fault;
    }
  }

  async #check(plan: Plan, name: string): Promise<number> {
    const output = plan.outputs[0]!;
    // What a kernel leaves unwritten shows.
    output.write(new Float32Array(this.#expected.length).fill(Number.NaN));
    plan.run();
    const found = await this.#inTime('runtime', name, output.read());
    const problem = problemWith([found], [this.#expected], tolerance);
    if (problem !== undefined) throw new CandidateFault('correctness', `${name}: ${problem}.`);
    return relativeError([found], [this.#expected]);
  }

  /** The bits of the result on operands whose sums show their order. */
  async #fingerprint(candidate: Candidate): Promise<string> {
    using plan = owned(
      await Plan.fromProgram(this.device, candidate.program, {
        outputs: [this.problem.output],
        arrays: this.#adversarial,
      }),
    );
    plan.run();
    const found = await this.#inTime('runtime', candidate.name, plan.outputs[0]!.read());
    return sha256(Buffer.from(found.buffer, found.byteOffset, found.byteLength)).slice(0, 12);
  }

  async #time(plan: Plan, name: string, calls: number): Promise<number> {
    const { device } = this;
    const encoder = device.gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let call = 0; call < calls; call++) plan.encode(pass);
    pass.end();
    const commands = encoder.finish();
    const started = this.now();
    device.submit(commands);
    await this.#inTime('runtime', name, device.wait(device.workDone()));
    // Processor time is counted in steps, and may step back by one.
    const ms = Math.max(shortestMs, this.now() - started);
    const fault = ms < this.#shortestMs ? undefined : this.#floor(ms / calls);
    if (fault !== undefined) throw new CandidateFault('runtime', `${name}: ${fault}.`);
    return ms / calls;
  }

  /** What a driver does not finish in time is given up; what it says is wrong becomes the candidate's fault. */
  async #inTime<T>(fault: 'compile' | 'runtime', name: string, work: Promise<T>): Promise<T> {
    const limitMs = this.#limitMs;
    let cancel = (): void => {};
    const late = new Promise<never>((_, reject) => {
      cancel = afterWorking(limitMs, this.#isCpu, () =>
        reject(
          new CandidateFault(
            'timeout',
            `${name} was not ${fault === 'compile' ? 'compiled' : 'done'} after ${limitMs / 1000} s and is left out.`,
          ),
        ),
      );
    });
    try {
      return await Promise.race([work, late]);
    } catch (error) {
      if (error instanceof CandidateFault) throw error;
      const said = error instanceof Error ? error.message : String(error);
      throw new CandidateFault(
        fault,
        `${name} ${fault === 'compile' ? 'does not compile' : 'ended with a fault'}: ${said}`,
      );
    } finally {
      cancel();
    }
  }

  release(): void {
    for (const array of [...this.#arrays.values(), ...this.#adversarial.values()]) array.destroy();
  }
}

/** A seed that a problem's name gives. */
export const seedOf = (text: string): number => Number.parseInt(hashOf(text).slice(0, 6), 16);
