/**
 * @file The check of dependency directions: every declared dependency and every import against the layers.
 */
import { posix } from 'node:path';
import { type Import, readImports } from './imports.ts';
import { allowed, layers } from './layers.ts';
import { readWorkspaces, scope, type Workspace } from './workspaces.ts';

/**
 * @param root the repository's folder
 * @returns one sentence a violation; none when all is well
 */
export function checkBoundaries(root: string): readonly string[] {
  const workspaces = readWorkspaces(root);
  return workspaces.flatMap((workspace) => {
    if (!layers.includes(workspace.name)) {
      const where = 'tools/boundaries/layers.ts';
      return [
        `${workspace.folder}: the package '${workspace.name}' has no layer. Add a line for it to ${where}.`,
      ];
    }
    const imports = readImports(root, workspace.folder);
    return [
      ...upwardDependencies(workspace),
      ...imports.flatMap((one) => checkImport(one, workspace, workspaces) ?? []),
    ];
  });
}

function upwardDependencies({ name, folder, dependencies, devDependencies }: Workspace): readonly string[] {
  const declared = [...dependencies, ...devDependencies];
  return declared
    .filter((other) => !allowed(name).has(other))
    .map((other) => `${folder}/package.json: ${upward(name, other)}`);
}

function checkImport(
  { file, line, specifier }: Import,
  from: Workspace,
  workspaces: readonly Workspace[],
): string | undefined {
  const at = `${file}:${line}: `;
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(file), specifier);
    if (target.startsWith(`${from.folder}/`)) return undefined;
    return `${at}'${specifier}' leads out of ${from.folder}. Import the other package by its name.`;
  }
  if (!specifier.startsWith(scope)) return undefined;

  const [name = '', ...rest] = specifier.slice(scope.length).split('/');
  const target = workspaces.find((workspace) => workspace.name === name);
  if (target === undefined) return `${at}there is no package '${scope}${name}' in this repository.`;
  const face = rest.length === 0 ? '.' : `./${rest.join('/')}`;
  if (!target.faces.has(face)) {
    return `${at}'${specifier}' reaches into the package. Import from '${scope}${name}', or list '${face}' in its exports.`;
  }
  if (name === from.name) return undefined;
  if (!allowed(from.name).has(name)) return at + upward(from.name, name);
  const isTest = /\.test\.[cm]?ts$/.test(file);
  if (from.dependencies.has(name) || (isTest && from.devDependencies.has(name))) return undefined;
  return `${at}'${specifier}' is not declared. Add it to the dependencies in ${from.folder}/package.json.`;
}

function upward(from: string, to: string): string {
  const below = [...allowed(from)];
  const may = below.length === 0 ? 'no other package' : below.join(', ');
  return `'${from}' uses '${to}', which does not stand below it. It may use ${may}.`;
}
