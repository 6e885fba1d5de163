/**
 * @file What is known of the machine outside of WebGPU.
 */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, homedir, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { driverVariables, residentVariable } from '@longhorizon/tensor/device';
import { readDistribution } from '../bootstrap/os-release.mjs';

export interface Machine {
  readonly system: string;
  readonly processor: string;
  /** Processors that this process may use. */
  readonly parallelism: number;
  readonly memoryBytes: number;
  readonly node: string;
  /** Version of the `webgpu` package, which carries Dawn. */
  readonly webgpu: string;
  /** Driver files that the Vulkan loader would read, in its order (Linux). */
  readonly vulkanDriverFiles: readonly string[];
  /** Variables that change which adapter is found, where they are set. */
  readonly variables: Readonly<Record<string, string>>;
}

const variableNames = [
  'LONGHORIZON_ADAPTER',
  'LONGHORIZON_DATA',
  'VK_DRIVER_FILES',
  'VK_ICD_FILENAMES',
  'VK_LOADER_DRIVERS_SELECT',
  'VK_LOADER_DRIVERS_DISABLE',
  'XDG_RUNTIME_DIR',
  residentVariable,
  ...driverVariables,
];

export function describeMachine(environment: NodeJS.ProcessEnv = process.env): Machine {
  const distribution = platform() === 'linux' ? `${readDistribution().name}, ` : '';
  const set = variableNames.flatMap((name) => (environment[name] ? [[name, environment[name]]] : []));
  return {
    system: `${distribution}${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model.trim() || 'unknown processor',
    parallelism: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.version,
    webgpu: (createRequire(import.meta.url)('webgpu/package.json') as { version: string }).version,
    vulkanDriverFiles: platform() === 'linux' ? vulkanDriverFiles(environment) : [],
    variables: Object.fromEntries(set) as Record<string, string>,
  };
}

/** The loader's search path, as far as it is usual: the variable, then the user's, the machine's, the packages'. */
function vulkanDriverFiles(environment: NodeJS.ProcessEnv): readonly string[] {
  const named = environment.VK_DRIVER_FILES ?? environment.VK_ICD_FILENAMES;
  if (named) return named.split(':');
  const bases = [join(homedir(), '.config'), '/etc/xdg', '/etc', join(homedir(), '.local/share')];
  const folders = [...bases, '/usr/local/share', '/usr/share'].map((base) => join(base, 'vulkan/icd.d'));
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .sort()
        .map((name) => join(folder, name)),
    )
    .filter((path) => path.endsWith('.json'));
}
