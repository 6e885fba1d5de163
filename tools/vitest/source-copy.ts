/** @file A copy of the repository's sources in a scratch folder, for tests that add files to it; what is installed is linked. */
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');

export interface SourceCopy {
  readonly folder: string;
  readonly read: (path: string) => string;
  readonly has: (path: string) => boolean;
  /** Makes the folders that are missing. */
  readonly write: (path: string, text: string) => void;
  /**
   * What Node prints for these words in the copy.
   *
   * @param variables of the environment, beside those that there are
   * @throws Error with what it complains of, where it ends with another code than 0
   */
  readonly printed: (words: readonly string[], variables?: NodeJS.ProcessEnv) => Promise<string>;
  /** The same for a TypeScript file of the copy, its packages being their sources. */
  readonly printedBy: (
    file: string,
    words?: readonly string[],
    variables?: NodeJS.ProcessEnv,
  ) => Promise<string>;
  readonly remove: () => void;
}

const isSource = (path: string): boolean => !/[\\/](node_modules|dist|records|docs[\\/]images)$/.test(path);

/** Links what a folder of the repository has installed, and own packages to their copies. */
function linkInstalled(folder: string, workspace: string): void {
  const from = join(root, workspace, 'node_modules');
  if (!existsSync(from)) return;
  const to = join(folder, workspace, 'node_modules');
  mkdirSync(join(to, '@longhorizon'), { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== '@longhorizon' && name !== '.bin') symlinkSync(join(from, name), join(to, name));
  }
}

export function copyOfSources(): SourceCopy {
  const folder = mkdtempSync(join(tmpdir(), 'longhorizon-copy-'));
  for (const name of ['packages', 'benchmarks', 'datasets', 'tools', 'test', 'docs'])
    cpSync(join(root, name), join(folder, name), { recursive: true, filter: isSource });
  for (const name of ['package.json', '.biome.jsonc', 'tsconfig.base.json', '.gitignore'])
    if (existsSync(join(root, name))) cpSync(join(root, name), join(folder, name));
  const packages = readdirSync(join(folder, 'packages')).map((name) => `packages/${name}`);
  const workspaces = [...packages, 'benchmarks', 'datasets', 'tools', 'test'];
  for (const workspace of ['.', ...workspaces]) linkInstalled(folder, workspace);
  for (const workspace of workspaces) {
    const { name } = JSON.parse(readFileSync(join(folder, workspace, 'package.json'), 'utf8'));
    symlinkSync(join(folder, workspace), join(folder, 'node_modules', name));
  }
  const printed: SourceCopy['printed'] = async (words, variables = {}) => {
    const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1', ...variables };
    // A test runner that is started by a test is its own.
    for (const name of Object.keys(env)) if (/^VITEST|^FORCE_COLOR$/.test(name)) delete env[name];
    const run = promisify(execFile)(process.execPath, [...words], { cwd: folder, env, encoding: 'utf8' });
    const { stdout } = await run.catch(({ code, stdout, stderr }) => {
      throw new Error(`${words.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
    });
    return stdout;
  };
  return {
    folder,
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    has: (path) => existsSync(join(folder, path)),
    write: (path, text) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    printed,
    printedBy: (file, words = [], variables = {}) =>
      printed(['--conditions=longhorizon-source', '--import', 'tsx', file, ...words], variables),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
