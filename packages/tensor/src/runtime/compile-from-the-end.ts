/**
 * @file Two compilers for one program. The first run of a plan compiles its modules from the first dispatch on; meanwhile a second device
 * compiles them from the last one back, by dispatches of no workgroups. Where they meet, the first device finds the rest in the cache.
 */
import type { Kernel } from '../compile/units/unit-kernel.ts';
import type { Device } from '../device/device.ts';
import { Compiler } from './compiler.ts';

/** Opening a device costs as much as compiling two small modules, and the thread of the host as long. */
const fewestModules = 8;

/** What is there faster than this was in the cache, from the other device or from another process: the smallest module takes 22 ms. */
const cachedMs = 15;
/** So many in a row from the cache: the rest will be there, too. */
const enoughCached = 2;

/** Begins where it is worth it, and returns at once. */
export function compileFromTheEnd(device: Device, kernels: readonly Kernel[]): void {
  const modules = [...new Map(kernels.map((kernel) => [kernel.wgsl, kernel])).values()].reverse();
  if (modules.length < fewestModules) return;
  device.second?.use(async (opening, isWanted) => {
    const compiler = new Compiler(await opening);
    let cached = 0;
    let pipeline = compiler.pipeline(modules[0]!);
    for (const [k, kernel] of modules.entries()) {
      const ready = await pipeline;
      const start = performance.now();
      const compiling = compiler.compile(kernel, ready);
      // The next pipeline is made while this module is compiled.
      if (k + 1 < modules.length) {
        pipeline = compiler.pipeline(modules[k + 1]!);
        pipeline.catch(() => {});
      }
      await compiling;
      cached = performance.now() - start < cachedMs ? cached + 1 : 0;
      if (cached === enoughCached || !isWanted()) break;
    }
    compiler.destroy();
  });
}
