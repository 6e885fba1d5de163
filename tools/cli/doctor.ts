/**
 * @file `longhorizon doctor`: what this machine is, which adapters WebGPU finds on it, and what a device offers.
 * The first thing to look at, and to send along, when something does not work.
 */
import { closing } from '@longhorizon/harness/command-line';
import { type AdapterDescription, type Device, listAdapters } from '@longhorizon/tensor';
import {
  type DispatchWork,
  type DriverSettings,
  driverSettings,
  type ResidentChoice,
} from '@longhorizon/tensor/device';
import type { Command } from 'commander';
import { adapterOption, openNamedDevice } from './input/adapter.ts';
import { describeMachine, type Machine } from './machine.ts';

interface Report {
  readonly machine: Machine;
  /** Every adapter; the host's first choice stands first. */
  readonly adapters: readonly AdapterDescription[];
  /** How a software driver is set, by what most dispatches are, unless the variables above say otherwise. */
  readonly driverSettings: Readonly<Record<DispatchWork, DriverSettings>>;
  /** The device that benchmarks and tests would open now. */
  readonly device: {
    readonly adapter: string;
    /** Whether small steps run many to a dispatch. */
    readonly resident: ResidentChoice;
    readonly limits: Readonly<Record<string, number>>;
    readonly features: readonly string[];
    readonly languageFeatures: readonly string[];
  };
}

export function command(doctor: Command): void {
  const print = (text: string): void => doctor.configureOutput().writeOut?.(`${text}\n`);
  doctor
    .option(...adapterOption)
    .option('--json', 'print the report as JSON')
    .action(async ({ adapter, json = false }: { adapter?: string; json?: boolean }) => {
      const machine = describeMachine();
      const settings = {
        small: driverSettings('small', process.env),
        large: driverSettings('large', process.env),
      };
      // Printed before an adapter is asked for: when there is none, this is what helps.
      if (!json) print(printMachine(machine));
      if (!json) print(printSettings(settings));
      Object.assign(process.env, settings.small);
      const adapters = await listAdapters();
      if (!json && adapters.length > 0) print(printAdapters(adapters));
      await using device = closing(await openNamedDevice(adapter));
      const report: Report = {
        machine,
        driverSettings: settings,
        adapters,
        device: describeDevice(device),
      };
      print(json ? JSON.stringify(report, undefined, 2) : printDevice(report.device));
    });
}

function describeDevice(device: Device): Report['device'] {
  return {
    adapter: device.adapter.name,
    resident: device.resident,
    limits: Object.fromEntries(Object.entries(device.limits).sort(([a], [b]) => a.localeCompare(b))),
    features: [...device.features].sort(),
    languageFeatures: [...device.languageFeatures].sort(),
  };
}

function printMachine(machine: Machine): string {
  const gibibytes = (machine.memoryBytes / 2 ** 30).toFixed(1);
  const variables = Object.entries(machine.variables).map(([name, value]) => `${name}=${value}`);
  return section('machine', [
    ['system', machine.system],
    ['processor', `${machine.processor}, ${machine.parallelism} usable`],
    ['memory', `${gibibytes} GiB`],
    ['Node.js', machine.node],
    ['webgpu (Dawn)', machine.webgpu],
    ['Vulkan drivers', machine.vulkanDriverFiles.join('\n')],
    ['variables', variables.join('\n')],
  ]);
}

function printSettings(settings: Report['driverSettings']): string {
  const text = (work: DispatchWork): string =>
    Object.entries(settings[work])
      .map(([name, value]) => `${name}=${value}`)
      .join(' ') || "the driver's own";
  return section('settings of a software driver', [
    ['small dispatches', `${text('small')} (single commands, tests, most cells)`],
    ['large dispatches', `${text('large')} (cells of convolutional networks, large kernels)`],
  ]);
}

function printAdapters(adapters: readonly AdapterDescription[]): string {
  const rows = adapters.map((adapter): readonly [string, string] => {
    const kind = adapter.isSoftware ? 'software: runs on the CPU' : 'hardware';
    return [adapter.name, `${adapter.description} (${adapter.backend}; ${kind})`];
  });
  return section('adapters', rows);
}

function printDevice(device: Report['device']): string {
  const limits = Object.entries(device.limits).map(([name, value]): readonly [string, string] => [
    name,
    `${value}`,
  ]);
  return [
    section('device', [
      ['adapter', device.adapter],
      ['resident', device.resident],
      ['features', device.features.join(' ')],
      ['WGSL extensions', device.languageFeatures.join('\n')],
    ]),
    section('limits', limits),
  ].join('\n');
}

/** A title and aligned rows; a value of several lines hangs under its first. */
function section(title: string, rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = rows.map(([name, value]) => {
    const indented = (value === '' ? 'none' : value).replaceAll('\n', `\n  ${' '.repeat(width)}`);
    return `  ${name.padEnd(width)}${indented}`;
  });
  return [title, ...lines, ''].join('\n');
}
