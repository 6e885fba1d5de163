/** @file How a module of this package is started as a process of its own, from the sources or from the build. */
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const fromSources = import.meta.url.endsWith('.ts');

/** The file of a module, as TypeScript from the sources or as JavaScript from the build. */
export function childFile(name: string, parent: string): string {
  return fileURLToPath(new URL(`${name}${fromSources ? '.ts' : '.js'}`, parent));
}

/** What Node needs to run it; said here, because a test's process is started in other ways. */
export const nodeOptions: readonly string[] = fromSources
  ? [
      '--conditions=longhorizon-source',
      '--import',
      pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href,
    ]
  : process.execArgv;
