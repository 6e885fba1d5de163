/** @file The check of rooms within packages, and of files that import each other in a circle. */
import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { circlesOf } from './circles.ts';
import { type Import, readImports } from './imports.ts';
import { families, type Rooms, rooms, typeCircles } from './rooms.ts';

/** Tests, and what only they use. */
const isTest = (file: string): boolean => /\.test\.[cm]?ts$|\/(testing|fixtures?)\//.test(file);

const targetOf = ({ file, specifier }: Import): string => posix.join(posix.dirname(file), specifier);

const ownImports = (root: string, folder: string): readonly Import[] =>
  readImports(root, folder).filter(({ file, specifier }) => specifier.startsWith('.') && !isTest(file));

/** One sentence for every arrow that runs up, every room that is not in the list, and every exception that is none any more. */
export function checkRooms(root: string, { folder, order, exceptions = [] }: Rooms): readonly string[] {
  const where = 'tools/boundaries/rooms.ts';
  const roomOf = (file: string): string | undefined => {
    const [room, ...rest] = file.slice(folder.length + 1).split('/');
    return file.startsWith(`${folder}/`) && rest.length > 0 ? room : undefined;
  };
  const folders = readdirSync(join(root, folder), { withFileTypes: true }).filter((one) => one.isDirectory());
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
    ...unknown.map(({ name }) => `${folder}/${name}: the room has no place. Add it to ${where}.`),
    ...upward,
    ...exceptions
      .filter((arrow) => !used.has(arrow))
      .map((arrow) => `${where}: no file of ${folder} needs the exception '${arrow}' any more; remove it.`),
  ];
}

/**
 * One sentence for every circle of files that is no named one.
 *
 * @param families circles of values on purpose
 * @param typeCircles circles in which only a type goes one way
 */
export function checkCircles(
  root: string,
  folder: string,
  families: Readonly<Record<string, readonly string[]>>,
  typeCircles: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  const imports = ownImports(root, folder);
  const covered = (circle: readonly string[], named: Readonly<Record<string, readonly string[]>>): boolean =>
    Object.values(named).some((prefixes) =>
      circle.every((file) => prefixes.some((prefix) => file.startsWith(prefix))),
    );
  const edges = (some: readonly Import[]) => some.map((one) => [one.file, targetOf(one)] as const);
  const values = circlesOf(edges(imports.filter(({ typeOnly }) => !typeOnly)));
  const all = circlesOf(edges(imports));
  const within = (circle: readonly string[]) =>
    values.some((one) => circle.every((file) => one.includes(file)));
  return [
    ...values
      .filter((circle) => !covered(circle, families))
      .map((circle) => `${circle.join(' ⇄ ')}: these files import each other's values in a circle.`),
    ...all
      .filter((circle) => !within(circle) && !covered(circle, { ...families, ...typeCircles }))
      .map((circle) => `${circle.join(' ⇄ ')}: these files import each other in a circle of types.`),
  ];
}

/** Rooms and circles of every package of this repository. */
export function checkInside(root: string): readonly string[] {
  return [
    ...rooms.flatMap((one) => checkRooms(root, one)),
    ...rooms.flatMap(({ folder, order }) =>
      order.length === 0 ? [] : checkCircles(root, folder, families, typeCircles),
    ),
  ];
}
