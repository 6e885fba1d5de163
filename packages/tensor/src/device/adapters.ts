/** Which adapters there are, what they are called, and how one is chosen. */
import { type AdapterProfile, driverSettingsProblem, givenSettings, profileOf } from '../adapters/index.ts';
import { DeviceUsageError, NoAdapterError } from './errors.ts';
import { isNode, nodeBackend, nodeGpu } from './instance.ts';

/** What is known of an adapter; every result record carries it. Strings may be empty where the host says nothing. */
export interface AdapterDescription {
  /** The shortest name that tells adapters apart: `llvmpipe-llvm-15-0-6-256-bits`, `swiftshader-device-subzero`. */
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  /** The driver's own text, with its version. */
  readonly description: string;
  /** `vulkan`, `metal`, `d3d12`; `browser` where the host does not tell. */
  readonly backend: string;
  /** True for an adapter that runs on the CPU. */
  readonly isSoftware: boolean;
  /** Smallest and largest subgroup, in invocations; 0 when the host does not tell. */
  readonly subgroupMinSize: number;
  readonly subgroupMaxSize: number;
}

/** `any`: the host's first choice, a GPU before a CPU. Another text: part of an adapter's name, vendor or driver text. */
export type AdapterChoice = 'any' | 'hardware' | 'software' | (string & {});

export interface FoundAdapter {
  readonly gpu: GPU;
  readonly adapter: GPUAdapter;
  readonly profile: AdapterProfile;
  readonly description: AdapterDescription;
}

/**
 * Every adapter of this machine (Node), or every one that the host shows (browser, or an injected `gpu`).
 * @throws {DeviceUsageError} for a setting of the driver that it cannot read
 */
export async function listAdapters(gpu?: GPU): Promise<readonly AdapterDescription[]> {
  const descriptions: AdapterDescription[] = [];
  for await (const found of candidates(gpu ?? hostGpu(), [])) {
    if (!descriptions.some((known) => sameAdapter(known, found.description)))
      descriptions.push(found.description);
  }
  return descriptions;
}

/**
 * The first adapter that fits the choice.
 * @throws {NoAdapterError} naming what is there, or what to install when nothing is.
 * @throws {DeviceUsageError} for a setting of the driver that it cannot read: the driver would end the process
 */
export async function findAdapter(
  choice: AdapterChoice,
  gpu: GPU | undefined,
  flags: readonly string[],
): Promise<FoundAdapter> {
  const seen: AdapterDescription[] = [];
  for await (const found of candidates(gpu, flags)) {
    if (fits(found.description, choice)) return found;
    if (!seen.some((known) => sameAdapter(known, found.description))) seen.push(found.description);
  }
  throw new NoAdapterError(noAdapterMessage(choice, seen));
}

/** The host's own WebGPU: `navigator.gpu` in a browser, absent in Node. */
export function hostGpu(): GPU | undefined {
  return (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;
}

/** The host's first choice, then all others. Lazy: asking for the rest costs an instance each. */
async function* candidates(gpu: GPU | undefined, flags: readonly string[]): AsyncGenerator<FoundAdapter> {
  if (gpu !== undefined) {
    const requests: GPURequestAdapterOptions[] = [
      { powerPreference: 'high-performance' },
      { powerPreference: 'low-power' },
      { forceFallbackAdapter: true },
    ];
    for (const request of requests) {
      const adapter = await gpu.requestAdapter(request);
      if (adapter !== null) yield found(gpu, adapter, isNode() ? nodeBackend() : 'browser');
    }
    return;
  }
  if (!isNode()) throw new NoAdapterError(`This page has no WebGPU. ${installHint()}`);
  const problem = driverSettingsProblem(process.env);
  if (problem !== undefined) throw new DeviceUsageError(problem);
  const first = await nodeGpu(flags);
  const adapter = await first.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) return;
  yield found(first, adapter, nodeBackend());
  for (const name of await nodeAdapterNames()) {
    const other = await nodeGpu([...flags, `adapter=${name}`]);
    const named = await other.requestAdapter({ powerPreference: 'high-performance' });
    if (named !== null) yield found(other, named, nodeBackend());
  }
}

function found(gpu: GPU, adapter: GPUAdapter, backend: string): FoundAdapter {
  const profile = profileOf(adapter.info, isNode() ? givenSettings(process.env) : {});
  return { gpu, adapter, profile, description: describeAdapter(adapter, profile, backend) };
}

/** Dawn has no call that lists adapters; it lists them in the error for a name that does not exist. */
async function nodeAdapterNames(): Promise<readonly string[]> {
  const gpu = await nodeGpu(['adapter=no adapter has this name']);
  try {
    await gpu.requestAdapter();
    return [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [...message.matchAll(/name: '(.*)'/g)].map((match) => match[1] ?? '');
  }
}

function describeAdapter(adapter: GPUAdapter, profile: AdapterProfile, backend: string): AdapterDescription {
  const info = adapter.info;
  const name =
    slug(info.device) ||
    info.description ||
    `${info.vendor} ${info.architecture}`.trim() ||
    'unnamed adapter';
  return {
    name,
    vendor: info.vendor,
    architecture: info.architecture,
    device: info.device,
    description: info.description,
    backend,
    isSoftware: profile.runsOnHost,
    subgroupMinSize: info.subgroupMinSize ?? 0,
    subgroupMaxSize: info.subgroupMaxSize ?? 0,
  };
}

function fits(adapter: AdapterDescription, choice: AdapterChoice): boolean {
  if (choice === 'any') return true;
  if (choice === 'hardware') return !adapter.isSoftware;
  if (choice === 'software') return adapter.isSoftware;
  const texts = [adapter.name, adapter.vendor, adapter.architecture, adapter.device, adapter.description];
  return texts.some(
    (text) =>
      text.toLowerCase().includes(choice.toLowerCase()) || slug(text).includes(slug(choice) || choice),
  );
}

function sameAdapter(a: AdapterDescription, b: AdapterDescription): boolean {
  return a.name === b.name && a.description === b.description;
}

/** Dawn names devices in the same way: `SwiftShader Device (Subzero)` → `swiftshader-device-subzero`. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

function noAdapterMessage(choice: AdapterChoice, seen: readonly AdapterDescription[]): string {
  if (seen.length > 0) {
    const list = seen
      .map(
        (one) =>
          `  '${one.name}' (${one.isSoftware ? 'software' : 'hardware'}, ${one.backend}; ${one.description})`,
      )
      .join('\n');
    const wanted =
      choice === 'hardware' || choice === 'software' ? `A ${choice} adapter` : `An adapter named '${choice}'`;
    return `${wanted} was asked for, but this machine has only:\n${list}\nChoose one of these by a part of its name, or 'any'.`;
  }
  return `No WebGPU adapter was found. ${installHint()}`;
}

function installHint(): string {
  if (!isNode())
    return (
      'WebGPU is in Chrome and Edge from 113, Safari from 26 and Firefox from 141 on, in pages from https or localhost. Where it is there and ' +
      'finds no adapter, switch on hardware acceleration in the settings; on Linux, Chrome may need chrome://flags/#enable-unsafe-webgpu.'
    );
  switch (process.platform) {
    case 'linux':
      return (
        "Install the Vulkan driver of the machine's GPU, or Mesa's software driver (25.0 works, 22.3 is too old): " +
        'the package mesa-vulkan-drivers on Debian and Ubuntu (on Debian 12 from bookworm-backports), vulkan-swrast on Arch, ' +
        'mesa-vulkan-drivers on Fedora. A variable VK_DRIVER_FILES that names a missing file hides all drivers.'
      );
    case 'darwin':
      return 'Metal is part of macOS 11 and newer; a virtual machine needs its graphics acceleration switched on.';
    case 'win32':
      return 'Direct3D 12 is part of Windows 10 and newer; update the graphics driver.';
    default:
      return `There is no WebGPU for the platform '${process.platform}': Linux, macOS and Windows have one.`;
  }
}
