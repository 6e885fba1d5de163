/**
 * @file What a program asks of WebGPU, written down at the boundary: every command by its content, the objects by the order of their first use,
 * and the bytes that come back. It knows nothing of the packages, so that any two commits can be compared with it.
 */
import { createHash, type Hash } from 'node:crypto';
import type { CellFacts, KernelFacts, ModuleFacts } from '@longhorizon/harness';
import { globals } from 'webgpu';
import { moduleFacts } from './module-facts.ts';

/** What was asked of WebGPU between `start` and `stop`; the same for the same code on the same adapter. */
export type Recording = Pick<CellFacts, 'trace' | 'results' | 'counters' | 'modules' | 'kernels'>;

const counterNames = [
  'dispatches',
  'workgroups',
  'boundBytes',
  'submits',
  'passes',
  'writes',
  'writtenBytes',
  'copies',
  'copiedBytes',
  'maps',
  'readBytes',
  'syncs',
  'pipelines',
  'buffers',
  'allocatedBytes',
] as const;
type CounterName = (typeof counterNames)[number];

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

interface Session {
  readonly trace: Hash;
  readonly results: Hash;
  readonly counters: Record<CounterName, number>;
  readonly modules: Map<string, ModuleFacts>;
  readonly kernels: Map<string, Mutable<KernelFacts>>;
  /** Of pipelines and buffers in any order: which of several that are compiled at once is done first is chance. */
  readonly made: string[];
  readonly buffers: WeakMap<object, string>;
  /** What is written into each buffer, one write after the other. */
  readonly written: Map<object, Hash>;
  usedBuffers: number;
  /** Since the host last waited for the queue. */
  hasSubmitted: boolean;
}

let session: Session | undefined;

interface Binding {
  readonly binding: number;
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

const bufferBytes = new WeakMap<object, number>();
const moduleHashes = new WeakMap<object, string>();
const pipelines = new WeakMap<object, { readonly label: string; readonly module: string }>();
const groups = new WeakMap<object, readonly Binding[]>();
const passes = new WeakMap<object, { pipeline?: object; readonly groups: Map<number, number> }>();
/** What belongs to a device that only helps to compile: whether it did anything is a matter of time. */
const helpers = new WeakSet<object>();
const helperLabel = 'pipeline warmer';

/** Begins to write down. */
export function startRecording(): void {
  session = {
    trace: createHash('sha256'),
    results: createHash('sha256'),
    counters: Object.fromEntries(counterNames.map((name) => [name, 0])) as Record<CounterName, number>,
    modules: new Map(),
    kernels: new Map(),
    made: [],
    buffers: new WeakMap(),
    written: new Map(),
    usedBuffers: 0,
    hasSubmitted: false,
  };
}

/** Ends it and says what came. */
export function stopRecording(): Recording {
  const done = session;
  if (done === undefined) throw new Error('internal: nothing is being recorded.');
  session = undefined;
  done.trace.update(done.made.sort().join('\n'));
  const written = [...done.written].map(
    ([buffer, stream]) => `written ${done.buffers.get(buffer) ?? 'unused'} ${stream.digest('hex')}`,
  );
  done.trace.update(written.sort().join('\n'));
  return {
    trace: done.trace.digest('hex').slice(0, 16),
    results: done.results.digest('hex').slice(0, 16),
    counters: { ...done.counters, modules: done.modules.size },
    modules: [...done.modules.values()].sort((a, b) => byText(a.hash, b.hash)),
    kernels: [...done.kernels.values()].sort((a, b) => byText(a.label + a.module, b.label + b.module)),
  };
}

const byText = (a: string, b: string): number => (a < b ? -1 : 1);

function nameOf(buffer: object): string {
  const known = session?.buffers.get(buffer);
  if (known !== undefined) return known;
  const name = `b${session!.usedBuffers++}[${bufferBytes.get(buffer) ?? '?'}]`;
  session!.buffers.set(buffer, name);
  return name;
}

function note(...words: readonly unknown[]): void {
  session?.trace.update(`${words.join(' ')}\n`);
}

function count(name: CounterName, by = 1): void {
  if (session !== undefined) session.counters[name] += by;
}

/** The bytes that a call of `writeBuffer` takes: of typed arrays offset and size are in elements. */
function bytesOf(data: ArrayBufferView | ArrayBuffer, offset = 0, size?: number): Uint8Array {
  if (!ArrayBuffer.isView(data))
    return new Uint8Array(data).subarray(offset, size === undefined ? undefined : offset + size);
  const width = (data as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
  const length = size === undefined ? data.byteLength - offset * width : size * width;
  return new Uint8Array(data.buffer, data.byteOffset + offset * width, length);
}

const digest = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex').slice(0, 16);

type Method = (this: object, ...words: never[]) => unknown;

/** Puts a function behind a method of a class of WebGPU; it sees the call and what came of it, while something is recorded. */
function after<Words extends readonly unknown[], Result = unknown>(
  type: string,
  method: string,
  act: (self: object, words: Words, result: Result) => void,
): void {
  const { prototype } = (globals as Record<string, { prototype: Record<string, Method> }>)[type]!;
  const original = prototype[method]!;
  prototype[method] = function (this: object, ...words: never[]): unknown {
    const result = original.apply(this, words);
    if (session !== undefined && !helpers.has(this))
      act(this, words as readonly unknown[] as Words, result as Result);
    return result;
  };
}

/** Watches everything that this process asks of WebGPU from now on. To be called once, before a device is opened. */
export function watchWebGpu(): void {
  watchHelpers();
  watchObjects();
  watchQueue();
  watchPasses();
}

/** Finds out what belongs to a helping device: it, its queue, its encoders and passes. */
function watchHelpers(): void {
  const types = globals as Record<string, { prototype: Record<string, Method> }>;
  const { prototype: adapter } = types.GPUAdapter!;
  const open = adapter.requestDevice!;
  adapter.requestDevice = async function (this: object, ...words: never[]): Promise<unknown> {
    const device = (await open.apply(this, words)) as GPUDevice;
    const [descriptor] = words as readonly GPUDeviceDescriptor[];
    if (descriptor?.label === helperLabel) helpers.add(device).add(device.queue);
    return device;
  };
  const inherit = (type: string, method: string): void => {
    const { prototype } = types[type]!;
    const original = prototype[method]!;
    prototype[method] = function (this: object, ...words: never[]): unknown {
      const made = original.apply(this, words) as object;
      if (helpers.has(this)) helpers.add(made);
      return made;
    };
  };
  inherit('GPUDevice', 'createCommandEncoder');
  inherit('GPUCommandEncoder', 'beginComputePass');
}

function watchObjects(): void {
  after(
    'GPUDevice',
    'createShaderModule',
    (_, [descriptor]: readonly [GPUShaderModuleDescriptor], made: object) => {
      const { code, label = '' } = descriptor;
      const hash = digest(code);
      moduleHashes.set(made, hash);
      if (!session!.modules.has(hash)) session!.modules.set(hash, moduleFacts(hash, label, code));
    },
  );
  const describe = ({ compute, label = '' }: GPUComputePipelineDescriptor) => {
    const module = moduleHashes.get(compute.module) ?? 'elsewhere';
    return { label: label || compute.module.label || module, module };
  };
  const asked = ({ compute }: GPUComputePipelineDescriptor): void => {
    count('pipelines');
    const constants = Object.entries(compute.constants ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    session!.made.push(
      `pipeline ${moduleHashes.get(compute.module)} ${compute.entryPoint ?? ''} ${JSON.stringify(constants)}`,
    );
  };
  type Words = readonly [GPUComputePipelineDescriptor];
  after('GPUDevice', 'createComputePipeline', (_, [descriptor]: Words, made: object) => {
    asked(descriptor);
    pipelines.set(made, describe(descriptor));
  });
  after('GPUDevice', 'createComputePipelineAsync', (_, [descriptor]: Words, made: Promise<object>) => {
    asked(descriptor);
    const described = describe(descriptor);
    void made.then(
      (one) => pipelines.set(one, described),
      () => {},
    );
  });
  after('GPUDevice', 'createBuffer', (_, [{ size, usage }]: readonly [GPUBufferDescriptor], made: object) => {
    bufferBytes.set(made, size);
    count('buffers');
    count('allocatedBytes', size);
    session!.made.push(`buffer ${size} ${usage}`);
  });
  after(
    'GPUDevice',
    'createBindGroup',
    (_, [{ entries }]: readonly [GPUBindGroupDescriptor], made: object) => {
      const bindings = [...entries].map(({ binding, resource }): Binding => {
        const place = resource as Partial<GPUBufferBinding>;
        const buffer = place.buffer ?? (resource as GPUBuffer);
        const offset = place.offset ?? 0;
        return { binding, buffer, offset, size: place.size ?? (bufferBytes.get(buffer) ?? 0) - offset };
      });
      groups.set(made, bindings);
    },
  );
}

function watchQueue(): void {
  type Write = readonly [GPUBuffer, number, ArrayBuffer | ArrayBufferView, number?, number?];
  after('GPUQueue', 'writeBuffer', (_, [buffer, , data, offset, size]: Write) => {
    const bytes = bytesOf(data, offset, size);
    count('writes');
    count('writtenBytes', bytes.byteLength);
    const stream = session!.written.get(buffer) ?? createHash('sha256');
    session!.written.set(buffer, stream.update(bytes));
  });
  after('GPUQueue', 'submit', () => {
    count('submits');
    session!.hasSubmitted = true;
    note('submit');
  });
  after('GPUQueue', 'onSubmittedWorkDone', () => {
    // Uploads are paced by waits of their own, as many as time allows.
    if (session!.hasSubmitted) count('syncs');
    session!.hasSubmitted = false;
  });
  after('GPUBuffer', 'mapAsync', (self, [mode]: readonly [number]) => {
    // 1: to be read.
    if (mode !== 1) return;
    count('maps');
    note('map', nameOf(self));
  });
  after('GPUBuffer', 'getMappedRange', (self, _, range: ArrayBuffer) => {
    const { usage } = self as GPUBuffer;
    if ((usage & 1) === 0) return;
    count('readBytes', range.byteLength);
    session!.results.update(new Uint8Array(range));
  });
}

function watchPasses(): void {
  after('GPUCommandEncoder', 'beginComputePass', (_, __, pass: object) => {
    passes.set(pass, { groups: new Map() });
    count('passes');
    note('pass');
  });
  after('GPUCommandEncoder', 'copyBufferToBuffer', (_, words: readonly [GPUBuffer, ...unknown[]]) => {
    const [from, ...rest] = words;
    const whole = typeof rest[0] !== 'number';
    const [at, to, toAt, given] = (whole ? [0, rest[0], 0, rest[1]] : rest) as [
      number,
      GPUBuffer,
      number,
      number?,
    ];
    const bytes = given ?? (bufferBytes.get(from) ?? 0) - at;
    count('copies');
    count('copiedBytes', bytes);
    note('copy', nameOf(from), at, nameOf(to), toAt, bytes);
  });
  after('GPUCommandEncoder', 'clearBuffer', (_, [buffer, ...range]: readonly [GPUBuffer, ...unknown[]]) =>
    note('clear', nameOf(buffer), ...range),
  );
  after('GPUComputePassEncoder', 'setPipeline', (self, [pipeline]: readonly [object]) => {
    const state = passes.get(self);
    if (state !== undefined) state.pipeline = pipeline;
    note('use', pipelines.get(pipeline)?.module ?? 'elsewhere');
  });
  after(
    'GPUComputePassEncoder',
    'setBindGroup',
    (self, [slot, group, ...more]: readonly [number, object, ...unknown[]]) => {
      const bindings = groups.get(group) ?? [];
      const bytes = bindings.reduce((sum, { size }) => sum + size, 0);
      passes.get(self)?.groups.set(slot, bytes);
      const places = bindings.map(
        ({ binding, buffer, offset, size }) => `${binding}:${nameOf(buffer)}+${offset}[${size}]`,
      );
      const dynamic = more.map((one) => (ArrayBuffer.isView(one) ? [...(one as Uint32Array)] : one));
      note('bind', slot, ...places, ...dynamic);
    },
  );
  type Size = readonly [number, number?, number?];
  after('GPUComputePassEncoder', 'dispatchWorkgroups', (self, [x, y = 1, z = 1]: Size) =>
    dispatched(self, x * y * z, `${x} ${y} ${z}`),
  );
  after(
    'GPUComputePassEncoder',
    'dispatchWorkgroupsIndirect',
    (self, [buffer, at]: readonly [GPUBuffer, number]) => dispatched(self, 0, `from ${nameOf(buffer)} ${at}`),
  );
}

function dispatched(pass: object, workgroups: number, size: string): void {
  const state = passes.get(pass);
  const boundBytes = [...(state?.groups.values() ?? [])].reduce((sum, one) => sum + one, 0);
  count('dispatches');
  count('workgroups', workgroups);
  count('boundBytes', boundBytes);
  note('dispatch', size);
  const nowhere = { label: 'elsewhere', module: 'elsewhere' };
  const { label, module } = pipelines.get(state?.pipeline ?? {}) ?? nowhere;
  const key = `${label} ${module}`;
  const known = session!.kernels.get(key) ?? { label, module, dispatches: 0, workgroups: 0, boundBytes: 0 };
  known.dispatches++;
  known.workgroups += workgroups;
  known.boundBytes += boundBytes;
  session!.kernels.set(key, known);
}
