import { hashOf } from '../cell/identity.ts';
import { deviceKey } from '../record/device-key.ts';
import type { Entry } from './entry.ts';

/** A kind of machine on which records were made. Times of different devices are never put into one table. */
export interface Device {
  readonly id: string;
  /** For people: the adapter's description, or the processor when no adapter was used. */
  readonly label: string;
  readonly adapter: Entry['environment']['stable']['adapter'];
  readonly cpu: string;
  /** Whether the adapter is a program running on the processor: its milliseconds say little about GPUs. */
  readonly software: boolean;
}

const known = new Map<string, Device>();

/** The device of a record. Equal fingerprints are equal devices, so each is described once. */
export function deviceOf({ environment }: Entry): Device {
  const device = known.get(environment.fingerprint) ?? describeDevice(environment);
  known.set(environment.fingerprint, device);
  return device;
}

function describeDevice(environment: Entry['environment']): Device {
  const { adapter, cpu, browser } = environment.stable;
  const id = hashOf(deviceKey(environment)).slice(0, 12);
  if (adapter === null)
    return { id, label: `${cpu.model} (no adapter)`, adapter, cpu: cpu.model, software: true };
  // Browsers tell a vendor and an architecture at most.
  const told = `${adapter.vendor} ${adapter.architecture}`;
  const name = [adapter.description, adapter.device, told].find((text) => text.trim() !== '') ?? 'unnamed';
  const software = adapter.kind === 'software' || adapter.isFallback;
  const place = browser === undefined ? (software ? ` on ${cpu.model}` : '') : ` in ${browser}`;
  return { id, label: `${name}${place}`, adapter, cpu: cpu.model, software };
}

/** All devices of some records, the real ones first. */
export function devicesOf(records: readonly Entry[]): readonly Device[] {
  const devices = new Map(records.map((record) => [record.environment.fingerprint, record]));
  const byId = new Map([...devices.values()].map(deviceOf).map((device) => [device.id, device]));
  return [...byId.values()].sort(
    (a, b) =>
      Number(a.software) - Number(b.software) ||
      (a.label < b.label ? -1 : a.label > b.label ? 1 : a.id < b.id ? -1 : 1),
  );
}
