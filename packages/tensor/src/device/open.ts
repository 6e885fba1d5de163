/** Opening a device: which adapter, which limits and features, which of Dawn's toggles. */
import type { KernelChoices } from '../kernels/choices.ts';
import { type AdapterChoice, type AdapterDescription, findAdapter, hostGpu } from './adapters.ts';
import { Device, type ToggleRecord } from './device.ts';
import { DeviceError, DeviceUsageError } from './errors.ts';
import { hold } from './instance.ts';
import { copyLimits } from './limits.ts';
import { canWarm, PipelineWarmer } from './pipeline-warmer.ts';
import { type ResidentChoice, residentChoice } from './resident-choice.ts';

export { Device } from './device.ts';

/** How a device is opened: which adapter, how much is validated, which of Dawn's toggles. */
export interface OpenOptions {
  /**
   * Which adapter. When absent, the environment variable LONGHORIZON_ADAPTER, and without it `any`: the host's first
   * choice, a GPU before a CPU. `device.adapter` tells which one it became.
   */
  readonly adapter?: AdapterChoice;
  /** Dawn's toggles by name (Node only). */
  readonly toggles?: { readonly enable?: readonly string[]; readonly disable?: readonly string[] };
  /** Dawn checks every command (default). Without, commands are cheaper and mistakes are undefined behaviour. Node only. */
  readonly validation?: boolean;
  /** Kernels' array accesses are clamped to their buffers (default). Node only. */
  readonly robustness?: boolean;
  /** GPU timestamps are rounded for privacy (default). Switch it off for measuring. Node only. */
  readonly timestampQuantization?: boolean;
  /**
   * Large programs are compiled on two cores, with the help of a second device, where that is faster (default): under Node on llvmpipe
   * with Mesa's cache on disk. See pipeline-warmer.ts.
   */
  readonly warmPipelines?: boolean;
  /**
   * Whether stretches of small steps run inside one dispatch of one workgroup. When absent, the environment variable LONGHORIZON_RESIDENT,
   * and without it `auto`: where it was measured to be quicker.
   */
  readonly resident?: ResidentChoice;
  /** Tables of measured kernels that the compiler asks before its built-in model, of the adapter that was found; none when absent. */
  readonly choices?: (adapter: AdapterDescription) => KernelChoices | undefined;
  readonly label?: string;
  /** A WebGPU to use in place of the host's own: another page's, or one with faults put into it. */
  readonly gpu?: GPU;
}

/** Features that kernels or measurements can use; asked for wherever the adapter has them. */
const usefulFeatures = ['subgroups', 'subgroup-size-control', 'shader-f16', 'timestamp-query'] as const;

/**
 * Opens an adapter with all of its limits and useful features. Close the device when done.
 *
 * @throws {NoAdapterError} when no adapter fits: the message lists what is there, or says what to install
 * @throws {DeviceUsageError} when an option cannot be honoured by this host
 * @example
 * ```ts
 * import { openDevice } from '@longhorizon/tensor';
 *
 * const device = await openDevice({ adapter: 'any' });
 * console.assert(device.adapter.name !== '' && device.limits.maxBufferSize >= 2 ** 28);
 * await device.close();
 * ```
 */
export async function openDevice(options: OpenOptions = {}): Promise<Device> {
  const gpu = options.gpu ?? hostGpu();
  const toggles = toggleRecord(options);
  const resident = residentChoice(options.resident);
  if (gpu !== undefined) refuseToggles(toggles);
  const choice = options.adapter ?? adapterFromEnvironment() ?? 'any';
  const found = await findAdapter(choice, gpu, toggleFlags(toggles));
  const { adapter, description, profile } = found;
  const features = usefulFeatures.filter((name) => adapter.features.has(name)) as GPUFeatureName[];
  let opened: GPUDevice;
  try {
    opened = await adapter.requestDevice({
      label: options.label ?? 'longhorizon',
      requiredFeatures: features,
      requiredLimits: { ...copyLimits(adapter.limits, profile.mostStorageBuffers) } as Record<string, number>,
    });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new DeviceError(`The adapter '${description.name}' gives no device with its own limits: ${detail}`);
  }
  const helped =
    options.warmPipelines !== false && gpu === undefined && profile.warmPipelines && (await canWarm());
  const warmer = helped
    ? new PipelineWarmer(() =>
        // Without validation: Dawn would warn of a dispatch of no workgroups, which is all that this device is for.
        openDevice({ ...options, warmPipelines: false, validation: false, label: 'pipeline warmer' }),
      )
    : undefined;
  return new Device({
    warmer,
    gpu: opened,
    adapter: description,
    profile,
    languageFeatures: new Set<string>(found.gpu.wgslLanguageFeatures),
    toggles,
    resident,
    choices: options.choices?.(description),
    label: options.label ?? 'longhorizon',
    release: hold(found.gpu, () => opened.destroy()),
  });
}

function adapterFromEnvironment(): string | undefined {
  const value = typeof process === 'undefined' ? undefined : process.env?.LONGHORIZON_ADAPTER;
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}

function toggleRecord(options: OpenOptions): ToggleRecord {
  const validation = options.validation ?? true;
  const robustness = options.robustness ?? true;
  const timestampQuantization = options.timestampQuantization ?? true;
  return {
    enabled: [
      ...(options.toggles?.enable ?? []),
      ...(validation ? [] : ['skip_validation']),
      ...(robustness ? [] : ['disable_robustness']),
    ],
    disabled: [
      ...(options.toggles?.disable ?? []),
      ...(timestampQuantization ? [] : ['timestamp_quantization']),
    ],
    validation,
    robustness,
    timestampQuantization,
  };
}

function toggleFlags(toggles: ToggleRecord): readonly string[] {
  const flags: string[] = [];
  if (toggles.enabled.length > 0) flags.push(`enable-dawn-features=${toggles.enabled.join(',')}`);
  if (toggles.disabled.length > 0) flags.push(`disable-dawn-features=${toggles.disabled.join(',')}`);
  return flags;
}

/** A browser's toggles are set when it starts, a given instance's when it was made. */
function refuseToggles(toggles: ToggleRecord): void {
  const asked = [...toggles.enabled, ...toggles.disabled];
  if (asked.length === 0) return;
  throw new DeviceUsageError(
    `The Dawn toggles ${asked.join(', ')} were asked of a WebGPU that is already there (a browser's, or the option ` +
      'gpu). Set them where it is started, or leave them out.',
  );
}
