/** @file The device that the cells of one process share: opened for the first cell, opened anew after it was lost. */
import type { AdapterInfo } from '@longhorizon/harness';
import { type Device, type OpenOptions, openDevice } from '@longhorizon/tensor';

/** Pipelines after which a device is given up for a fresh one: drivers keep the code of every pipeline they ever made. */
const mostPipelines = 1500;

const open = new Map<string, Device>();

let choices: OpenOptions['choices'];

/** Where devices that are opened from now on get their tables of kernels; a host without files has none. */
export function useKernelChoices(provider: NonNullable<OpenOptions['choices']>): void {
  choices = provider;
}

/** The device of an adapter asked for by name; the best there is for undefined. */
export async function sharedDevice(name: string | undefined): Promise<Device> {
  const key = name ?? '';
  const known = open.get(key);
  if (known !== undefined && !(await isLost(known)) && known.pipelineStatistics().compiled < mostPipelines)
    return known;
  open.delete(key);
  await known?.close();
  const device = await openDevice({
    // A browser's timestamps are rounded as it likes.
    ...(typeof process === 'undefined' ? {} : { timestampQuantization: false }),
    // Nothing else is to be at work while a cell is timed, and where two run at once both cores compile anyway.
    warmPipelines: false,
    ...(choices === undefined ? {} : { choices }),
    ...(name === undefined ? {} : { adapter: name }),
  });
  open.set(key, device);
  return device;
}

/** Gives all devices back; a process with an open device does not end. */
export async function closeDevices(): Promise<void> {
  const devices = [...open.values()];
  open.clear();
  await Promise.all(devices.map((device) => device.close()));
}

async function isLost(device: Device): Promise<boolean> {
  const waited = new Promise<'not yet'>((resolve) => setTimeout(() => resolve('not yet'), 0));
  return device.closed || (await Promise.race([device.lost, waited])) !== 'not yet';
}

/** A device as records name it. */
export function describeDevice(device: Device): AdapterInfo {
  const { vendor, architecture, device: name, description, backend } = device.adapter;
  const { runsOnHost } = device.profile;
  const { enabled, disabled } = device.toggles;
  return {
    vendor,
    architecture,
    device: name,
    description,
    backend,
    kind: runsOnHost ? 'software' : 'unknown',
    isFallback: runsOnHost,
    features: [...device.features].sort(),
    limits: { ...device.limits } as Record<string, number>,
    toggles: [...enabled.map((toggle) => `+${toggle}`), ...disabled.map((toggle) => `-${toggle}`)],
  };
}
