import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { circlesOf } from './circles.ts';
import { type Import, readImports } from './imports.ts';
import { type Rooms, rooms, typeCircles } from './rooms.ts';
import { readWorkspaces } from './workspaces.ts';

const list = 'tools/boundaries/rooms.ts';

/** Tests, and what only they use. */
const isTest = (file: string): boolean => /\.test\.[cm]?ts$|\/(testing|fixtures?)\//.test(file);

const targetOf = ({ file, specifier }: Import): string => posix.join(posix.dirname(file), specifier);

const ownImports = (root: string, folder: string): readonly Import[] =>
  readImports(root, folder).filter(({ file, specifier }) => specifier.startsWith('.') && !isTest(file));

/** One sentence for every arrow that runs up, every room that is not in the list, and every exception that is none any more. */
export function checkRooms(root: string, { folder, order, exceptions = [] }: Rooms): readonly string[] {
  const roomOf = (file: string): string | undefined => {
    const [room, ...rest] = file.slice(folder.length + 1).split('/');
    return file.startsWith(`${folder}/`) && rest.length > 0 ? room : undefined;
  };
  const folders = readdirSync(join(root, folder), { withFileTypes: true }).filter(
    (one) => one.isDirectory() && !['node_modules', 'dist'].includes(one.name),
  );
  // An empty order: the folders are on one floor and use nothing of each other.
  const unknown = order.length === 0 ? [] : folders.filter(({ name }) => !order.includes(name));
  const used = new Set<string>();
  const upward = ownImports(root, folder).flatMap((one) => {
    const [from, to] = [roomOf(one.file), roomOf(targetOf(one))];
    if (from === undefined || to === undefined || from === to) return [];
    if (order.length > 0 && order.indexOf(to) < order.indexOf(from)) return [];
    const arrow = `${from} -> ${to}`;
    used.add(arrow);
    if (exceptions.includes(arrow)) return [];
    const below = order.slice(0, order.indexOf(from));
    const may = order.length === 0 ? 'no other folder here' : below.join(', ') || 'no other room';
    return [`${one.file}:${one.line}: the room '${from}' of ${folder} uses '${to}'. It may use ${may}.`];
  });
  return [
    ...unknown.map(({ name }) => `${folder}/${name}: the room has no place. Add it to ${list}.`),
    ...upward,
    ...exceptions
      .filter((arrow) => !used.has(arrow))
      .map((arrow) => `${list}: no file of ${folder} needs the exception '${arrow}' any more; remove it.`),
  ];
}

/**
 * One sentence for every circle of values, for every circle of types that has no name, and for every name that is none's any more.
 *
 * @param folders what is looked at, each by itself
 * @param named circles in which only types go one way: prefixes of the paths of their files
 */
export function checkCircles(
  root: string,
  folders: readonly string[],
  named: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  const used = new Set<string>();
  const isNamed = (circle: readonly string[]): boolean => {
    const found = Object.entries(named).find(([, prefixes]) =>
      circle.every((file) => prefixes.some((prefix) => file.startsWith(prefix))),
    );
    if (found !== undefined) used.add(found[0]);
    return found !== undefined;
  };
  const edges = (some: readonly Import[]) => some.map((one) => [one.file, targetOf(one)] as const);
  const faults = folders.flatMap((folder) => {
    const imports = ownImports(root, folder);
    const values = circlesOf(edges(imports.filter(({ typeOnly }) => !typeOnly)));
    const isOfValues = (circle: readonly string[]) =>
      values.some((one) => circle.every((file) => one.includes(file)));
    const ofTypes = circlesOf(edges(imports)).filter((circle) => !isOfValues(circle) && !isNamed(circle));
    return [
      ...values.map((circle) => `${circle.join(' ⇄ ')}: these files import each other's values in a circle.`),
      ...ofTypes.map(
        (circle) => `${circle.join(' ⇄ ')}: these files import each other in a circle of types.`,
      ),
    ];
  });
  const stale = Object.keys(named).filter((name) => !used.has(name));
  return [
    ...faults,
    ...stale.map((name) => `${list}: no files are the circle '${name}' any more; remove it.`),
  ];
}

/** Rooms and circles of every package of this repository. */
export function checkInside(root: string): readonly string[] {
  const folders = rooms.map(({ folder }) => folder);
  const without = readWorkspaces(root).filter(
    ({ folder }) => !folders.some((one) => one === folder || one.startsWith(`${folder}/`)),
  );
  return [
    ...without.map(({ folder }) => `${folder}: the package has no rooms. Add it to ${list}.`),
    ...rooms.flatMap((one) => checkRooms(root, one)),
    // Folders within others are part of them.
    ...checkCircles(
      root,
      rooms.flatMap(({ folder, order }) => (order.length === 0 ? [] : [folder])),
      typeCircles,
    ),
  ];
}
