/**
 * @file Reads the packages of the repository from its manifests.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The prefix of this repository's own packages. */
export const scope = '@longhorizon/';

export interface Workspace {
  /** Without the scope: `tensor`. */
  readonly name: string;
  /** From the repository's folder: `packages/tensor`. */
  readonly folder: string;
  /** Own packages that the manifest declares, without the scope. */
  readonly dependencies: ReadonlySet<string>;
  /** Own packages that only tests may use. */
  readonly devDependencies: ReadonlySet<string>;
  /** The paths that others may import: `.`, and further ones that `exports` lists. */
  readonly faces: ReadonlySet<string>;
}

interface Manifest {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** @param root the repository's folder */
export function readWorkspaces(root: string): readonly Workspace[] {
  const patterns = readManifest(root).workspaces ?? [];
  return patterns.flatMap((pattern) => expand(root, pattern)).map((folder) => readWorkspace(root, folder));
}

function readWorkspace(root: string, folder: string): Workspace {
  const manifest = readManifest(join(root, folder));
  if (!manifest.name.startsWith(scope)) {
    throw new Error(
      `${folder}/package.json is named '${manifest.name}'; packages here are named '${scope}…'.`,
    );
  }
  return {
    name: manifest.name.slice(scope.length),
    folder,
    dependencies: ownNames({ ...manifest.peerDependencies, ...manifest.dependencies }),
    devDependencies: ownNames(manifest.devDependencies),
    faces: new Set(Object.keys(manifest.exports ?? {})),
  };
}

/** npm's patterns here are a folder, or a folder and `/*`. */
function expand(root: string, pattern: string): readonly string[] {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  return readdirSync(join(root, parent))
    .map((name) => `${parent}/${name}`)
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .sort();
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

function ownNames(dependencies: Readonly<Record<string, string>> = {}): ReadonlySet<string> {
  const own = Object.keys(dependencies).filter((name) => name.startsWith(scope));
  return new Set(own.map((name) => name.slice(scope.length)));
}
