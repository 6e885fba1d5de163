/**
 * @file The process of one commit: opens cells with that commit's packages and answers the judge. This folder is copied into the other commit's
 * working tree, so that both are measured by the same code.
 */
import { cpus, platform, release } from 'node:os';
import type { ArmAnswers, ArmMessage, ArmReply, ArmRequest, TrackCell } from '@longhorizon/harness';
import { closeDevices, sharedDevice } from '../measurements/device.ts';
import { startDriverClock } from './driver-time.ts';
import { timePasses, watchPasses } from './pass-times.ts';
import { openProbe } from './probes/index.ts';
import { MissingCell, type Probe } from './probes/probe.ts';
import { startRecording, stopRecording, watchWebGpu } from './recorder.ts';
import { measureRoofline } from './roofline.ts';
import { withStillClock } from './still-clock.ts';

watchWebGpu();
watchPasses();

const adapter = process.env.LONGHORIZON_ADAPTER;
const opened = new Map<string, Probe>();

async function describe(): Promise<ArmAnswers['describe']> {
  const { adapter: found } = await sharedDevice(adapter);
  await closeDevices();
  const { device, description, backend, isSoftware } = found;
  const processors = cpus();
  return {
    adapter: `${device} (${description})`,
    backend,
    software: isSoftware,
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    system: platform() === 'linux' ? 'linux' : `${platform()} ${release().split('.')[0]}`,
    node: process.version,
    dawn: (await import('webgpu/package.json', { with: { type: 'json' } })).default.version,
  };
}

/** Of everything from opening a cell to reading its results, on a device of its own. */
async function factsOf(cell: TrackCell): Promise<ArmAnswers['facts']> {
  startRecording();
  let probe: Probe | undefined;
  let recording: ReturnType<typeof stopRecording>;
  try {
    probe = await withStillClock(async () => {
      const made = await openProbe(cell);
      await made.call();
      await made.read();
      return made;
    });
  } finally {
    recording = stopRecording();
    if (probe === undefined) await closeDevices();
  }
  try {
    const { counters, ...rest } = recording;
    return { ...rest, counters: { ...counters, ...probe.counters() }, variants: probe.variants() };
  } finally {
    probe.close();
    await closeDevices();
  }
}

async function sample(probe: Probe, calls: number): Promise<ArmAnswers['sample']> {
  const { adapter: found } = await sharedDevice(adapter);
  const driverMs = startDriverClock();
  const start = performance.now();
  const all = async (): Promise<void> => {
    for (let call = 0; call < calls; call++) await probe.call();
  };
  // A timestamp is a boundary between passes: where processor time is told, none is asked for.
  let deviceMs: number | undefined;
  if (found.isSoftware) await all();
  else deviceMs = await timePasses(all);
  const wallMs = (performance.now() - start) / calls;
  return {
    cpuMs: driverMs() / calls,
    wallMs,
    ...(deviceMs === undefined ? {} : { deviceMs: deviceMs / calls }),
  };
}

async function answer(request: ArmRequest): Promise<ArmAnswers[ArmRequest['kind']]> {
  switch (request.kind) {
    case 'describe':
      return describe();
    case 'facts':
      return factsOf(request.cell);
    case 'open': {
      const key = JSON.stringify(request.cell);
      if (!opened.has(key)) {
        const probe = await openProbe(request.cell);
        opened.set(key, probe);
        // Twice: what is compiled late is compiled now.
        await probe.call();
        await probe.call();
      }
      return {};
    }
    case 'sample': {
      const probe = opened.get(JSON.stringify(request.cell));
      if (probe === undefined) throw new Error('internal: a cell was to be timed that is not open.');
      return sample(probe, request.calls);
    }
    case 'roofline':
      return measureRoofline(await sharedDevice(adapter));
    case 'close':
      for (const probe of opened.values()) probe.close();
      opened.clear();
      await closeDevices();
      return {};
  }
}

process.on('message', async (message: ArmMessage) => {
  const { id, ...request } = message;
  let reply: ArmReply;
  try {
    reply = { id, ok: true, answer: await answer(request as ArmRequest) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    reply = { id, ok: false, missing: error instanceof MissingCell, reason };
  }
  process.send?.(reply);
});
process.on('disconnect', () => process.exit(0));
