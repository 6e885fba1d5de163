import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  BufferTooLargeError,
  type Device,
  DeviceClosedError,
  DeviceUsageError,
  GpuValidationError,
  LeakError,
  listAdapters,
  NoAdapterError,
  openDevice,
  PassTimer,
  PipelineError,
  WgslError,
} from './index.ts';

const triple = `
@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&x)) { x[id.x] *= 3.0; }
}`;

let device: Device;
let mark = 0;

beforeAll(async () => {
  device = await openDevice({ timestampQuantization: false });
  mark = device.ledger.mark();
});

afterEach(() => device.ledger.assertNoLeaks(mark));

afterAll(() => device.close());

/** The whole way once: allocate, write, run, read. */
async function tripled(values: readonly number[]): Promise<readonly number[]> {
  const buffer = device.createBuffer({ label: 'values', bytes: 4 * values.length, class: 'data' });
  try {
    device.write(buffer, new Float32Array(values));
    const pipeline = await device.pipeline(triple, { label: 'triple' });
    const encoder = device.gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bind(pipeline, buffer.gpu));
    pass.dispatchWorkgroups(Math.ceil(values.length / 64));
    pass.end();
    device.submit(encoder.finish());
    return [...new Float32Array(await device.read(buffer))];
  } finally {
    buffer.destroy();
  }
}

function bind(pipeline: GPUComputePipeline, buffer: GPUBuffer): GPUBindGroup {
  const entries = [{ binding: 0, resource: { buffer } }];
  return device.gpu.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
}

describe('opening', () => {
  test('grants what the adapter has and says which adapter it is', async () => {
    const adapters = await listAdapters();
    expect(adapters).toContainEqual(device.adapter);
    expect(device.adapter.name).not.toBe('');
    expect(device.limits.maxComputeInvocationsPerWorkgroup).toBeGreaterThanOrEqual(128);
    expect(device.limits.maxBufferSize).toBe(device.gpu.limits.maxBufferSize);
    expect(device.toggles).toMatchObject({ disabled: ['timestamp_quantization'], validation: true });
  });

  test('by kind, by a part of the name in any case, and by the environment', async () => {
    const kind = device.adapter.isSoftware ? 'software' : 'hardware';
    const part = device.adapter.name.slice(0, 7).toUpperCase();
    const before = process.env.LONGHORIZON_ADAPTER;
    try {
      for (const adapter of [kind, part, undefined]) {
        process.env.LONGHORIZON_ADAPTER = adapter === undefined ? ` ${part} ` : 'never read';
        const other = await openDevice(adapter === undefined ? {} : { adapter });
        expect(other.adapter).toEqual(device.adapter);
        await other.close();
      }
    } finally {
      if (before === undefined) delete process.env.LONGHORIZON_ADAPTER;
      else process.env.LONGHORIZON_ADAPTER = before;
    }
  });

  test('an unknown name is answered with the names that there are', async () => {
    const opening = openDevice({ adapter: 'Voodoo 2' });
    await expect(opening).rejects.toThrow(NoAdapterError);
    await expect(opening).rejects.toThrow(`'${device.adapter.name}'`);
  });

  test('toggles are refused where a WebGPU is already there', async () => {
    const gpu = {} as GPU;
    await expect(openDevice({ gpu, validation: false })).rejects.toThrow(/skip_validation.*already there/);
  });

  test('a device without validation still computes', async () => {
    const fast = await openDevice({ validation: false, robustness: false });
    expect(fast.toggles.enabled).toEqual(['skip_validation', 'disable_robustness']);
    const buffer = fast.createBuffer({ label: 'four', bytes: 16, class: 'data' });
    fast.write(buffer, new Float32Array([1, 2, 3, 4]));
    expect([...new Float32Array(await fast.read(buffer))]).toEqual([1, 2, 3, 4]);
    expect((await fast.close()).leaks.map((leak) => leak.label)).toEqual(['four']);
  });
});

describe('memory', () => {
  test('values go there and come back', async () => {
    expect(await tripled([1, -2, 0.5])).toEqual([3, -6, 1.5]);
  });

  test('new buffers are zero', async () => {
    const buffer = device.createBuffer({ label: 'zeros', bytes: 64, class: 'scratch' });
    expect([...new Uint32Array(await device.read(buffer))]).toEqual(new Array(16).fill(0));
    buffer.destroy();
  });

  test('any byte range can be read', async () => {
    const bytes = Uint8Array.from({ length: 64 }, (_, index) => index);
    const buffer = device.createBuffer({ label: 'bytes', bytes: 64, class: 'data' });
    device.write(buffer, bytes);
    for (const [offset, count] of [
      [0, 64],
      [3, 2],
      [5, 0],
      [7, 50],
      [63, 1],
    ] as const) {
      expect(new Uint8Array(await device.read(buffer, offset, count))).toEqual(
        bytes.slice(offset, offset + count),
      );
    }
    buffer.destroy();
  });

  test('a read longer than one staging part comes back whole', async () => {
    const words = (36 * 2 ** 20) / 4;
    const values = new Uint32Array(words);
    for (let i = 0; i < words; i++) values[i] = i;
    const buffer = device.createBuffer({ label: 'long', bytes: 4 * words, class: 'data' });
    device.write(buffer, values);
    const back = new Uint32Array(await device.read(buffer));
    buffer.destroy();
    expect(back.length).toBe(words);
    expect(back.findIndex((value, index) => value !== index)).toBe(-1);
    expect(device.ledger.liveByClass().staging).toBeLessThanOrEqual(64 * 2 ** 20);
  });

  test('reads at the same time do not disturb each other', async () => {
    const buffers = [1, 2, 3].map((value) => {
      const buffer = device.createBuffer({ label: `b${value}`, bytes: 8, class: 'data' });
      device.write(buffer, new Uint32Array([value, 10 * value]));
      return buffer;
    });
    const results = await Promise.all(buffers.map((buffer) => device.read(buffer)));
    expect(results.map((result) => [...new Uint32Array(result)])).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
    ]);
    for (const buffer of buffers) buffer.destroy();
  });

  test('the ledger follows buffers, staging and the memory behind writes', async () => {
    await device.idle();
    const { ledger } = device;
    const before = ledger.liveByClass();
    ledger.resetPeak();
    const classes = { weights: 900, padding: 124 };
    const arena = device.createBuffer({ label: 'arena', bytes: 1024, classes });
    expect(ledger.liveByClass()).toEqual({
      ...before,
      weights: before.weights + 900,
      padding: before.padding + 124,
    });
    device.write(arena, new Uint8Array(512));
    expect(ledger.liveByClass().staging).toBe(before.staging + 512);
    await device.idle();
    expect(ledger.liveByClass().staging).toBe(before.staging);
    arena.destroy();
    expect(ledger.liveByClass()).toEqual(before);
    expect(ledger.withoutStaging.peak).toBe(1024);
    expect(ledger.withoutStaging.byClass()).toMatchObject(classes);
    expect(ledger.peak).toBe(1024 + 512 + before.staging);
  });

  test('a leak is named with the place that made it', () => {
    const forgotten = device.createBuffer({ label: 'forgotten', bytes: 256, class: 'trajectory' });
    expect(() => device.ledger.assertNoLeaks(mark)).toThrow(LeakError);
    expect(() => device.ledger.assertNoLeaks(mark)).toThrow(
      /'forgotten', 256 bytes \(trajectory 256\), created by .*device\.test\.ts/,
    );
    forgotten.destroy();
    expect(() => device.ledger.assertNoLeaks(mark)).not.toThrow();
  });

  test('a buffer over a limit is refused in a sentence, and the device goes on', async () => {
    const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
    const beyond = 4 * Math.floor(maxBufferSize / 4) + 4;
    const request = { label: 'trajectory of 10^6 steps', bytes: beyond, class: 'trajectory' } as const;
    expect(() => device.createBuffer(request)).toThrow(BufferTooLargeError);
    expect(() => device.createBuffer(request)).toThrow(
      new RegExp(`${beyond} bytes .*maxBufferSize of the adapter '.*' is ${maxBufferSize} bytes`),
    );
    if (maxStorageBufferBindingSize + 4 <= maxBufferSize) {
      const bytes = 4 * Math.floor(maxStorageBufferBindingSize / 4) + 4;
      expect(() => device.createBuffer({ ...request, bytes })).toThrow(/maxStorageBufferBindingSize/);
    }
    expect(device.ledger.list().some((allocation) => allocation.label === request.label)).toBe(false);
    expect(await tripled([7])).toEqual([21]);
  });

  test('sizes, ranges and words are checked', async () => {
    for (const bytes of [0, -4, 6, 1.5, Number.NaN]) {
      expect(() => device.createBuffer({ label: 'odd', bytes, class: 'data' })).toThrow(DeviceUsageError);
    }
    const buffer = device.createBuffer({ label: 'eight', bytes: 8, class: 'data' });
    await expect(device.read(buffer, 4, 8)).rejects.toThrow(/8 bytes at offset 4 .* has 8 bytes/);
    expect(() => device.write(buffer, new Uint8Array(12))).toThrow(DeviceUsageError);
    expect(() => device.write(buffer, new Uint8Array(3))).toThrow(/whole words/);
    buffer.destroy();
    buffer.destroy();
    await expect(device.read(buffer)).rejects.toThrow(/has been destroyed/);
  });
});

describe('pipelines', () => {
  test('are made once per text', async () => {
    const before = device.pipelineStatistics();
    const text = triple.replace('3.0', '4.0');
    const [one, two] = await Promise.all([device.pipeline(text), device.pipeline(text)]);
    expect(one).toBe(two);
    expect(await device.pipeline(text.replace('4.0', '5.0'))).not.toBe(one);
    const after = device.pipelineStatistics();
    expect(after.compiled - before.compiled).toBe(2);
    expect(after.cacheHits - before.cacheHits).toBe(1);
    expect(after.compileMs).toBeGreaterThan(before.compileMs);
  });

  test('constants and layouts tell pipelines apart', async () => {
    const text = triple.replace('@compute', 'override factor: f32 = 1.0;\n@compute').replace('3.0', 'factor');
    const entries = [{ binding: 0, visibility: 4, buffer: { type: 'storage' } }] as const;
    const group = device.bindGroupLayout(entries);
    expect(device.bindGroupLayout([...entries])).toBe(group);
    const layout = device.gpu.createPipelineLayout({ bindGroupLayouts: [group] });
    const pipelines = await Promise.all([
      device.pipeline(text),
      device.pipeline(text, { constants: { factor: 2 } }),
      device.pipeline(text, { constants: { factor: 3 } }),
      device.pipeline(text, { constants: { factor: 3 }, layout }),
    ]);
    expect(new Set(pipelines).size).toBe(4);
    expect(await device.pipeline(text, { layout, constants: { factor: 3 } })).toBe(pipelines[3]);
  });

  test('an error in the text is shown with its line', async () => {
    const wgsl = '@compute @workgroup_size(1)\nfn main() {\n  let n: i32 = 1.5;\n}';
    const error = await device.pipeline(wgsl, { label: 'broken' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(WgslError);
    expect(error).toMatchObject({ line: 3, column: 16 });
    expect((error as Error).message).toContain("The WGSL of 'broken' does not compile: line 3, column 16:");
    expect((error as Error).message).toContain('  let n: i32 = 1.5;\n');
    await device.idle();
  });

  test('a workgroup over the limit is a sentence, and may be asked for again', async () => {
    const wgsl = '@compute @workgroup_size(60000) fn main() {}';
    await expect(device.pipeline(wgsl, { label: 'wide' })).rejects.toThrow(PipelineError);
    await expect(device.pipeline(wgsl, { label: 'wide' })).rejects.toThrow(
      /makes no compute pipeline of 'wide'/,
    );
    await device.idle();
  });
});

describe('faults that nobody caught', () => {
  test('are thrown once, at the next idle() or read()', async () => {
    const buffer = device.createBuffer({ label: 'target', bytes: 16, class: 'data' });
    device.gpu.queue.writeBuffer(buffer.gpu, 12, new Float32Array(2));
    await expect(device.idle()).rejects.toThrow(GpuValidationError);
    await device.idle();
    device.gpu.queue.writeBuffer(buffer.gpu, 12, new Float32Array(2));
    device.gpu.queue.writeBuffer(buffer.gpu, 8, new Float32Array(3));
    await expect(device.read(buffer)).rejects.toThrow(/and 1 more after it/);
    expect((await device.read(buffer)).byteLength).toBe(16);
    buffer.destroy();
  });

  test('are thrown by close() when nothing else was asked, after everything is released', async () => {
    const other = await openDevice();
    const buffer = other.createBuffer({ label: 'target', bytes: 16, class: 'data' });
    other.gpu.queue.writeBuffer(buffer.gpu, 12, new Float32Array(2));
    await expect(other.close()).rejects.toThrow(GpuValidationError);
    expect(other.ledger.live).toBe(0);
  });
});

describe('timestamps', () => {
  test('a longer pass takes longer, and a full timer says so', async () => {
    const timer = PassTimer.make(device, 2);
    expect(timer === undefined).toBe(!device.features.has('timestamp-query'));
    if (timer === undefined) return;
    const pipeline = await device.pipeline(triple);
    const buffer = device.createBuffer({ label: 'x', bytes: 4 * 64 * 4096, class: 'data' });
    const measure = async () => {
      const encoder = device.gpu.createCommandEncoder();
      for (const workgroups of [1, 4096]) {
        const pass = encoder.beginComputePass({ timestampWrites: timer.next(`${workgroups} workgroups`) });
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, bind(pipeline, buffer.gpu));
        for (let repeat = 0; repeat < 4; repeat++) pass.dispatchWorkgroups(workgroups);
        pass.end();
      }
      expect(() => timer.next('one more')).toThrow(/'one more'.*2 passes that is full/);
      timer.resolve(encoder);
      device.submit(encoder.finish());
      return timer.spans();
    };
    await measure(); // the first use of a pipeline includes its compilation
    const shortest = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] as [number, number];
    // Other work on the machine lengthens a pass now and then: the shortest of several is the pass itself.
    for (let repeat = 0; repeat < 10; repeat++) {
      const started = performance.now();
      const spans = await measure();
      const wallNs = (performance.now() - started) * 1e6;
      expect(spans.map((span) => span.label)).toEqual(['1 workgroups', '4096 workgroups']);
      const [short, long] = spans.map((span) => span.ns ?? Number.POSITIVE_INFINITY) as [number, number];
      expect(short).toBeGreaterThan(0);
      expect(short + long).toBeLessThan(wallNs);
      shortest[0] = Math.min(shortest[0], short);
      shortest[1] = Math.min(shortest[1], long);
    }
    expect(shortest[1]).toBeGreaterThan(shortest[0]);
    timer.destroy();
    buffer.destroy();
  });
});

describe('closing', () => {
  test('reports leaks, works twice, and ends all use', async () => {
    const other = await openDevice({ label: 'short-lived' });
    const left = other.createBuffer({ label: 'left behind', bytes: 32, class: 'checkpoints' });
    const reading = other.read(left);
    const report = await other.close();
    expect(report.leaks).toMatchObject([{ label: 'left behind', bytes: 32, classes: { checkpoints: 32 } }]);
    expect((await reading).byteLength).toBe(32);
    expect(await other.close()).toBe(report);
    expect(other.ledger.live).toBe(0);
    expect(left.destroyed).toBe(true);
    expect((await other.lost).reason).toBe('destroyed');
    expect(() => other.throwIfLost()).not.toThrow();
    expect(() => other.createBuffer({ label: 'late', bytes: 4, class: 'data' })).toThrow(DeviceClosedError);
    await expect(other.idle()).rejects.toThrow(DeviceClosedError);
    await expect(other.pipeline(triple)).rejects.toThrow(DeviceClosedError);
  });
});
