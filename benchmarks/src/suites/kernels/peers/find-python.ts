/** @file Which Python has PyTorch: the one that LONGHORIZON_PYTHON names, or the first `python3` of the path that does. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { LibraryError } from './library-process.ts';

/** Names the variable in sentences. */
const variable = 'LONGHORIZON_PYTHON';

const howToGetIt =
  "Install it with 'pip install torch' (on Debian and Ubuntu also 'apt install python3-torch'), " +
  `or let ${variable} name a Python that has it.`;

function hasTorch(python: string): boolean {
  const look = "import importlib.util, sys; sys.exit(0 if importlib.util.find_spec('torch') else 1)";
  return spawnSync(python, ['-c', look], { timeout: 30_000, stdio: 'ignore' }).status === 0;
}

/**
 * The command of a Python that has PyTorch.
 *
 * @throws {LibraryError} `unsupported`, with how to get it, where there is none
 */
export function findPython(environment: NodeJS.ProcessEnv): string {
  const named = environment[variable];
  if (named) {
    if (hasTorch(named)) return named;
    const there = spawnSync(named, ['--version'], { timeout: 30_000, stdio: 'ignore' }).status === 0;
    const found = there ? 'has no PyTorch' : 'is no Python that starts';
    throw new LibraryError('unsupported', `${variable} is '${named}', which ${found}. ${howToGetIt}`);
  }
  const file = process.platform === 'win32' ? 'python3.exe' : 'python3';
  const all = (environment.PATH ?? '').split(delimiter).map((folder) => join(folder, file));
  const found = [...new Set(all)].filter((path) => existsSync(path)).find(hasTorch);
  if (found === undefined)
    throw new LibraryError('unsupported', `no python3 of the path has PyTorch. ${howToGetIt}`);
  return found;
}
