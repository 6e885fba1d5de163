/**
 * The one place that makes and holds Dawn instances in Node.
 *
 * Dawn's documentation asks that the result of `create()` be kept while the GPU is in use and dropped afterwards,
 * because some versions keep the process alive as long as it is referenced. So: a device holds its instance from
 * open to close, and nothing else does.
 *
 * What was found with `webgpu` 0.6.2 on Node 20, with lavapipe and SwiftShader (process.test.ts keeps watch over it):
 * - A process ends by itself after close(), and also when close() is forgotten: neither a referenced instance nor
 *   work in flight keeps it. A pending read does, until it is answered.
 * - process.exit() while the GPU still works: SwiftShader crashed in 13 of 200 runs, and in 0 of 200 where the device
 *   was destroyed first, which waits for the GPU. So devices that are still open are destroyed when the process
 *   exits, also after an uncaught exception.
 * - In a worker thread that is ended while a read is in flight, Dawn aborts the whole process ("Promise not resolved
 *   or rejected: mapAsync()"), and destroying does not help. Await reads before a worker ends, or use processes.
 */

/** What is open: the instance, and how to destroy the device that was opened from it. */
interface Holding {
  readonly gpu: GPU;
  readonly destroy: () => void;
}

const held = new Set<Holding>();

/** Dawn's default backend on each platform, named so that records can state it. */
const backends: Readonly<Record<string, string>> = { linux: 'vulkan', darwin: 'metal', win32: 'd3d12' };

/** The backend that {@link nodeGpu} uses on this machine. */
export function nodeBackend(): string {
  return backends[process.platform] ?? 'vulkan';
}

/** True where Dawn has to be loaded because the host has no WebGPU of its own. */
export function isNode(): boolean {
  return typeof process !== 'undefined' && process.versions?.node !== undefined;
}

/**
 * A new Dawn instance.
 * @param flags Dawn's own options, such as `enable-dawn-features=dump_shaders` or `adapter=llvmpipe`.
 */
export async function nodeGpu(flags: readonly string[] = []): Promise<GPU> {
  // The name is a variable so that a bundler for the browser does not look for the package.
  const packageName = 'webgpu';
  const dawn = (await import(/* @vite-ignore */ packageName)) as { create(flags: string[]): GPU };
  return dawn.create([`backend=${nodeBackend()}`, ...flags]);
}

/** Keeps an instance alive, and destroys its device should the process exit first, until the result is called. */
export function hold(gpu: GPU, destroy: () => void): () => void {
  const holding: Holding = { gpu, destroy };
  if (held.size === 0 && isNode()) process.on('exit', destroyAll);
  held.add(holding);
  return () => {
    held.delete(holding);
    if (held.size === 0 && isNode()) process.off('exit', destroyAll);
  };
}

function destroyAll(): void {
  for (const { destroy } of held) destroy();
}
