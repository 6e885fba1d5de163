/**
 * @file gpu.js on its WebGPU backend. It turns JavaScript functions into one thread's WGSL each, so the kernels below are
 * what its users write: no tiles, no shared memory. `pipeline: true` keeps operands and results on the device.
 */
import { GPU, type IKernelFunctionThis, type IKernelRunShortcut, type KernelFunction } from 'gpu.js';
import { inputsOf } from '../inputs.ts';
import {
  type ConvolutionWork,
  filterPadding,
  filterSize,
  type NamedArray,
  type ReductionWork,
  type Work,
} from '../work.ts';
import { adapterText, type Host } from './host.ts';
import { CannotDo, type Library, type Prepared } from './library.ts';
import { asleep, queueDone } from './wait.ts';

/** A result that stays on the device. */
interface Handle {
  toArray(): Promise<unknown>;
  delete(): void;
}

type Call = (...operands: readonly Handle[]) => Promise<Handle>;
type Sizes = Readonly<Record<string, number>>;
type Grid = number[][];
type Volume = number[][][];

export async function open(host: Host): Promise<Library> {
  const gpu = new GPU({ mode: 'webgpu' });
  // Its device is opened by the first kernel.
  const probe = kernelOf(
    gpu,
    function (this: IKernelFunctionThis) {
      return this.thread.x;
    },
    [1],
    {},
  );
  (await probe()).delete();
  const device = host.devices[0]!;
  return {
    adapter: adapterText(device),
    prepare: (work) => prepare(gpu, device, work),
    close: async () => {
      await gpu.destroy();
      device.destroy();
    },
  };
}

/** A kernel whose operands and result are handles. Outputs are listed x first. */
function kernelOf(
  gpu: GPU,
  body: unknown,
  output: readonly number[],
  constants: Sizes,
): Call & IKernelRunShortcut {
  return gpu.createKernel(body as KernelFunction, {
    output: [...output],
    constants: { ...constants },
    pipeline: true,
    precision: 'single',
    tactic: 'precision',
  }) as Call & IKernelRunShortcut;
}

async function prepare(gpu: GPU, device: GPUDevice, work: Work): Promise<Prepared> {
  const chain = chainOf(work);
  const operands: Handle[] = [];
  for (const [k, array] of inputsOf(work).entries())
    operands.push(await upload(gpu, array, chain.operands[k]!));
  const kernels = chain.kernels.map(({ body, output, constants }) => kernelOf(gpu, body, output, constants));
  // A kernel writes its result over its last one.
  const once = async (): Promise<Handle> => {
    let result = await kernels[0]!(...operands);
    for (const kernel of kernels.slice(1)) {
      const next = await kernel(result);
      result.delete();
      result = next;
    }
    return result;
  };
  return {
    first: async () => {
      const result = await once();
      const values = await asleep(result.toArray());
      result.delete();
      return [flat(values)];
    },
    run: async (times) => {
      for (let time = 0; time < times; time++) (await once()).delete();
      await queueDone(device);
    },
    release: () => {
      for (const operand of operands) operand.delete();
      for (const kernel of kernels) kernel.destroy();
    },
  };
}

/** A handle to an array of up to three axes; a view from the host goes through a kernel that returns it. */
async function upload(gpu: GPU, array: NamedArray, shape: readonly number[]): Promise<Handle> {
  const bodies: readonly unknown[] = [
    function (this: IKernelFunctionThis, x: number[]) {
      return x[this.thread.x]!;
    },
    function (this: IKernelFunctionThis, x: Grid) {
      return x[this.thread.y]![this.thread.x]!;
    },
    function (this: IKernelFunctionThis, x: Volume) {
      return x[this.thread.z]![this.thread.y]![this.thread.x]!;
    },
  ];
  const copy = gpu.createKernel(bodies[shape.length - 1] as KernelFunction, {
    output: [...shape].reverse(),
    pipeline: true,
    precision: 'single',
  }) as ((values: unknown) => Promise<Handle>) & IKernelRunShortcut;
  return copy(nested(array.values, shape));
}

/** Arrays within arrays, the last axis as a Float32Array. */
function nested(values: Float32Array, shape: readonly number[]): unknown {
  if (shape.length === 1) return values;
  const [count, ...inner] = shape as [number, ...number[]];
  const size = values.length / count;
  return Array.from({ length: count }, (_, k) => nested(values.subarray(k * size, (k + 1) * size), inner));
}

function flat(values: unknown): Float32Array {
  const parts: Float32Array[] = [];
  const visit = (part: unknown): void => {
    if (part instanceof Float32Array) parts.push(part);
    else for (const inner of part as readonly unknown[]) visit(inner);
  };
  visit(values);
  const whole = new Float32Array(parts.reduce((count, part) => count + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

interface Stage {
  readonly body: unknown;
  readonly output: readonly number[];
  readonly constants: Sizes;
}

interface KernelChain {
  /** The shapes under which the operands are given. */
  readonly operands: readonly (readonly number[])[];
  readonly kernels: readonly Stage[];
}

function chainOf(work: Work): KernelChain {
  switch (work.kind) {
    case 'matmul': {
      const { batch, rows, inner, columns } = work;
      return {
        operands: [
          [batch, rows, inner],
          [batch, inner, columns],
        ],
        kernels: [{ body: matmul, output: [columns, rows, batch], constants: { inner } }],
      };
    }
    case 'convolution':
      return convolutionChain(work);
    case 'pointwise': {
      const operands = Array.from({ length: work.expression === 'add' ? 2 : 3 }, () => [work.elements]);
      const body = work.expression === 'add' ? add : fused;
      return { operands, kernels: [{ body, output: [work.elements], constants: {} }] };
    }
    case 'reduction':
      return reductionChain(work);
    case 'descent-step':
    case 'maml-gradient':
      throw new CannotDo('gpu.js has no derivatives: it compiles single kernels');
    default:
      throw new CannotDo(`the benchmark asks it for no row of kind ${work.kind}`);
  }
}

function matmul(this: IKernelFunctionThis<{ inner: number }>, a: Volume, b: Volume) {
  let sum = 0;
  for (let k = 0; k < this.constants.inner; k++) {
    sum += a[this.thread.z]![this.thread.y]![k]! * b[this.thread.z]![k]![this.thread.x]!;
  }
  return sum;
}

function add(this: IKernelFunctionThis, a: number[], b: number[]) {
  return a[this.thread.x]! + b[this.thread.x]!;
}

function fused(this: IKernelFunctionThis, a: number[], b: number[], c: number[]) {
  return a[this.thread.x]! * b[this.thread.x]! + Math.tanh(c[this.thread.x]!);
}

function rowSums(this: IKernelFunctionThis<{ columns: number }>, x: Grid) {
  let sum = 0;
  for (let k = 0; k < this.constants.columns; k++) sum += x[this.thread.x]![k]!;
  return sum;
}

function columnSums(this: IKernelFunctionThis<{ rows: number }>, x: Grid) {
  let sum = 0;
  for (let k = 0; k < this.constants.rows; k++) sum += x[k]![this.thread.x]!;
  return sum;
}

function wholeSum(this: IKernelFunctionThis<{ count: number }>, x: number[]) {
  let sum = 0;
  for (let k = 0; k < this.constants.count; k++) sum += x[k + this.thread.x]!;
  return sum;
}

function reductionChain({ over, rows, columns }: ReductionWork): KernelChain {
  const ofRows: Stage = { body: rowSums, output: [rows], constants: { columns } };
  const ofColumns: Stage = { body: columnSums, output: [columns], constants: { rows } };
  const ofAll: Stage = { body: wholeSum, output: [1], constants: { count: columns } };
  const kernels = { rows: [ofRows], columns: [ofColumns], all: [ofColumns, ofAll] }[over];
  return { operands: [[rows, columns]], kernels };
}

type ConvolutionSizes = { size: number; inChannels: number; outChannels: number; images: number };

/** x [image][pixel][channel], filter [place][in][out]; x: out channel, y: pixel, z: image. */
function forward(this: IKernelFunctionThis<ConvolutionSizes>, x: Volume, filter: Volume) {
  const row = Math.floor(this.thread.y / this.constants.size);
  const column = this.thread.y - row * this.constants.size;
  let sum = 0;
  for (let up = 0; up < 3; up++) {
    for (let across = 0; across < 3; across++) {
      const r = row + up - 1;
      const c = column + across - 1;
      if (r >= 0 && r < this.constants.size && c >= 0 && c < this.constants.size) {
        for (let k = 0; k < this.constants.inChannels; k++) {
          sum +=
            x[this.thread.z]![r * this.constants.size + c]![k]! *
            filter[up * 3 + across]![k]![this.thread.x]!;
        }
      }
    }
  }
  return sum;
}

/** y [image][pixel][out], filter [place][in][out]; x: in channel, y: pixel, z: image. */
function inputGradient(this: IKernelFunctionThis<ConvolutionSizes>, y: Volume, filter: Volume) {
  const row = Math.floor(this.thread.y / this.constants.size);
  const column = this.thread.y - row * this.constants.size;
  let sum = 0;
  for (let up = 0; up < 3; up++) {
    for (let across = 0; across < 3; across++) {
      const r = row - up + 1;
      const c = column - across + 1;
      if (r >= 0 && r < this.constants.size && c >= 0 && c < this.constants.size) {
        for (let k = 0; k < this.constants.outChannels; k++) {
          sum +=
            y[this.thread.z]![r * this.constants.size + c]![k]! *
            filter[up * 3 + across]![this.thread.x]![k]!;
        }
      }
    }
  }
  return sum;
}

/** x [image][pixel][in], y [image][pixel][out]; x: out channel, y: in channel, z: place in the filter. */
function filterGradient(this: IKernelFunctionThis<ConvolutionSizes>, x: Volume, y: Volume) {
  const up = Math.floor(this.thread.z / 3);
  const across = this.thread.z - up * 3;
  let sum = 0;
  for (let image = 0; image < this.constants.images; image++) {
    for (let row = 0; row < this.constants.size; row++) {
      for (let column = 0; column < this.constants.size; column++) {
        const r = row + up - 1;
        const c = column + across - 1;
        if (r >= 0 && r < this.constants.size && c >= 0 && c < this.constants.size) {
          sum +=
            x[image]![r * this.constants.size + c]![this.thread.y]! *
            y[image]![row * this.constants.size + column]![this.thread.x]!;
        }
      }
    }
  }
  return sum;
}

function convolutionChain(work: ConvolutionWork): KernelChain {
  const { pass, images, size, inChannels, outChannels } = work;
  if (filterSize !== 3 || filterPadding !== 1)
    throw new Error('internal: the kernels are written for 3 × 3 filters.');
  const constants = { images, size, inChannels, outChannels };
  const x = [images, size * size, inChannels];
  const y = [images, size * size, outChannels];
  const filter = [9, inChannels, outChannels];
  switch (pass) {
    case 'forward':
      return {
        operands: [x, filter],
        kernels: [{ body: forward, output: [outChannels, size * size, images], constants }],
      };
    case 'input-gradient':
      return {
        operands: [y, filter],
        kernels: [{ body: inputGradient, output: [inChannels, size * size, images], constants }],
      };
    case 'filter-gradient':
      return {
        operands: [x, y],
        kernels: [{ body: filterGradient, output: [outChannels, inChannels, 9], constants }],
      };
  }
}
