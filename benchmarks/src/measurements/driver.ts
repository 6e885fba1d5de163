/** @file Settings of a software driver and of the executor, for this process and for those of cells. */
import type { AdapterInfo, CellConfig, Isolation } from '@longhorizon/harness';
import {
  type DriverSettings,
  driverSettings,
  givenSettings,
  hasDriverSettings,
  residentChoice,
  residentVariable,
} from '@longhorizon/tensor/device';
import type { BenchmarkSuite } from './benchmark-suite.ts';
import { tableVariables } from './kernel-tables/tables.ts';

/**
 * Puts into this process's environment what the processes of all cells have in common, so that it finds the adapter as they do. To be called
 * before it opens a device.
 */
export function shareDriverSettings(): void {
  Object.assign(process.env, driverSettings('large', process.env));
}

/** The settings under which a cell runs, those of its problem's dispatches or of this process where it runs here. */
export function settingsOfCell(
  suite: BenchmarkSuite | undefined,
  of: Pick<CellConfig, 'problem' | 'profile'>,
  { adapter, isolation }: { readonly adapter: AdapterInfo | null; readonly isolation: Isolation },
): DriverSettings {
  if (adapter === null || !hasDriverSettings({ ...adapter, isFallbackAdapter: adapter.isFallback }))
    return {};
  if (isolation === 'in-process' && suite?.startsProcesses !== true) return givenSettings(process.env);
  return driverSettings(suite?.dispatches?.(of) ?? 'small', process.env);
}

/**
 * What of the environment decides how a cell runs: {@link settingsOfCell}, whether steps run resident where that was not left to the device, and which
 * tables of kernels its compiler asks.
 */
export function variablesOfCell(...of: Parameters<typeof settingsOfCell>): Readonly<Record<string, string>> {
  const choice = residentChoice(undefined);
  const [, , { adapter }] = of;
  return {
    ...settingsOfCell(...of),
    ...(choice === 'auto' ? {} : { [residentVariable]: choice }),
    ...(adapter === null ? {} : tableVariables(adapter)),
  };
}
