import { extname, join } from 'node:path';
import type { SiteProgram, Suite } from '@longhorizon/harness';
import { bundleTogether } from './bundle.ts';
import { playground } from './playground/program-page.ts';
import { type Build, runPage } from './run/program-page.ts';
import { browserSuites } from './suites.ts';

/** Programs by the names of their modules in the site, where each has its page and its worker. */
const entries = {
  gpu: 'run/page.js',
  'gpu-worker': `worker${extname(import.meta.filename)}`,
  playground: 'playground/page.js',
  'playground-worker': `playground/worker${extname(import.meta.filename)}`,
};

/** Bundles all of them. @param root the repository's folder */
export async function sitePrograms(
  root: string,
  build: Build,
  suites: readonly Suite[] = browserSuites,
): Promise<readonly SiteProgram[]> {
  const paths = Object.entries(entries).map(([name, path]) => [name, join(import.meta.dirname, path)]);
  const { modules, shared } = await bundleTogether(Object.fromEntries(paths));
  const filesOf = (...names: readonly string[]): SiteProgram['files'] =>
    Object.fromEntries([...names, ...shared].map((name) => [`programs/${name}`, modules[name] ?? '']));
  return [
    runPage(build, suites, filesOf('gpu.js', 'gpu-worker.js')),
    playground(root, filesOf('playground.js', 'playground-worker.js')),
  ];
}
