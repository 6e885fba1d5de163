/** @file How a module of this package is started as a process of its own: from the sources, from the build, or from a bundle of the sources. */
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { root } from './root.ts';

/** A program, and what Node needs to run it. */
interface ChildProgram {
  readonly file: string;
  readonly nodeOptions: readonly string[];
}

/** Files of a bundle by the modules that they begin with, as paths from the repository; put in by tools/bootstrap/bundle.mjs. */
declare const bundledPrograms: Readonly<Record<string, string>> | undefined;

const fromSources = import.meta.url.endsWith('.ts');

/**
 * The program of a module.
 *
 * @param name its path as one would import it, without the ending
 * @param parent the URL of the module that says so
 */
export function childProgram(name: string, parent: string): ChildProgram {
  const file = fileURLToPath(new URL(`${name}${fromSources ? '.ts' : '.js'}`, parent));
  if (!fromSources) return { file, nodeOptions: process.execArgv };
  const bundled =
    typeof bundledPrograms === 'undefined'
      ? undefined
      : bundledPrograms[relative(root, file).split(sep).join('/')];
  // All programs of a bundle lie beside the one that this process was started with.
  if (bundled !== undefined) return { file: join(dirname(process.argv[1] ?? ''), bundled), nodeOptions: [] };
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return { file, nodeOptions: ['--conditions=longhorizon-source', '--import', tsx] };
}
