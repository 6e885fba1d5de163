/**
 * @file Publishes a folder of ours: built beside its place, flushed, and put there by renaming. Until then the earlier one stands. Only a
 * folder that is empty or carries our stamp is replaced, and files in it that the stamp does not list are carried over.
 */
import {
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { flushFolder, writeFileAtomic } from '../store/atomic.ts';
import { checkOutputFolder, writing } from '../store/folder.ts';
import { earlierStampName, filesBelow } from './page-layout.ts';
import { type PublishedKind, readStamp, stampName, stampText } from './stamp.ts';
import { FolderWriter } from './writer.ts';

/** What is published. */
export interface Publication {
  readonly kind: PublishedKind;
  /** Hash of all that decides the content; a function where only building tells. */
  readonly builtFrom: string | (() => string);
}

/**
 * Builds a folder and puts it in its place.
 *
 * @param build writes the files
 * @returns the files written, relative to the folder
 * @throws UsageError when the folder holds something that is not ours, or cannot be written
 */
export async function publishFolder(
  folder: string,
  { kind, builtFrom }: Publication,
  build: (writer: FolderWriter) => Promise<void> | void,
): Promise<readonly string[]> {
  const place = realPlace(folder);
  checkPlace(folder, place, kind);
  if (atWork.has(place)) throw new Error(`internal: ${place} is being built twice at the same time.`);
  checkOutputFolder(dirname(place));
  restoreInterrupted(place);
  const aside = besideOf(place, 'building');
  atWork.add(place);
  try {
    mkdirSync(aside);
    // Marks the folder as ours from the start: a later build may clear away what a killed one left.
    writeFileSync(join(aside, stampName), stampText({ longhorizon: kind, builtFrom: '', files: [] }));
    const writer = new FolderWriter(aside);
    await build(writer);
    const { files } = writer;
    writeFileAtomic(
      join(aside, stampName),
      stampText({ longhorizon: kind, builtFrom: keyOf(builtFrom), files: [...files] }),
      aside,
    );
    carryOver(place, aside, folder);
    writer.flush();
    swap(place, aside);
    return files;
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    return writing(folder, kind === 'page' ? 'The page' : 'Tables', () => {
      throw error;
    });
  } finally {
    atWork.delete(place);
  }
}

/**
 * Refuses now what {@link publishFolder} would refuse later: to be asked before hours of work whose result is to be published. Writes nothing but
 * the parent folder, and that only where it is absent.
 *
 * @param writes which paths will be written, as far as that is known
 * @throws UsageError as `publishFolder` does
 */
export function checkPublication(
  folder: string,
  kind: PublishedKind,
  writes: (path: string) => boolean,
): void {
  const place = realPlace(folder);
  checkPlace(folder, place, kind);
  checkOutputFolder(dirname(place));
  if (!existsSync(place)) return;
  const own = ownFiles(place);
  const taken = filesBelow(place).find((path) => !own.has(path) && writes(path));
  if (taken !== undefined) throw new UsageError(takenText(folder, taken));
}

function ownFiles(place: string): ReadonlySet<string> {
  return new Set([...(readStamp(place)?.files ?? []), stampName]);
}

function takenText(folder: string, path: string): string {
  return `${join(folder, path)} was not written by this program and stands where a new file has to go. Move it away, or give another folder with --out.`;
}

/** Places that this process is building for. */
const atWork = new Set<string>();

/** Whether the folder holds what would be published now. */
export function isPublished(folder: string, { kind, builtFrom }: Publication): boolean {
  const place = realPlace(folder);
  if (!atWork.has(place)) restoreInterrupted(place);
  const stamp = readStamp(folder);
  return (
    stamp?.longhorizon === kind &&
    stamp.builtFrom === keyOf(builtFrom) &&
    stamp.files.every((file) => existsSync(join(folder, file)))
  );
}

function keyOf(builtFrom: Publication['builtFrom']): string {
  return typeof builtFrom === 'string' ? builtFrom : builtFrom();
}

/** Where a folder really is: behind a link the folder is replaced, not the link. */
function realPlace(folder: string): string {
  const place = resolve(folder);
  return existsSync(place) ? realpathSync(place) : place;
}

function checkPlace(folder: string, place: string, kind: PublishedKind): void {
  const [what, example] = kind === 'page' ? ['The page', 'site'] : ['Tables', 'tables'];
  if (folder === '')
    throw new UsageError(`${what} cannot be written to a folder without a name. Give one with --out.`);
  const inside = relative(place, process.cwd());
  if (inside === '' || !inside.startsWith('..')) {
    throw new UsageError(
      `${what} cannot take the place of the folder that you are in, ${folder}. Give a folder inside it, for instance --out ${join(folder, example)}.`,
    );
  }
  if (!existsSync(place)) return;
  if (!lstatSync(place).isDirectory()) {
    throw new UsageError(
      `${what} cannot be written to ${folder}: a file is in the way. Give another folder with --out.`,
    );
  }
  if (readdirSync(place).length === 0 || readStamp(place)?.longhorizon === kind) return;
  throw new UsageError(
    `${what} cannot be written to ${folder}: it is not empty, and its ${stampName} does not say that it holds ` +
      `${kind === 'page' ? 'a page' : 'tables'} of this program, so nothing there was touched. Give another folder with --out, ` +
      `for instance --out ${join(folder, example)}, or empty this one.`,
  );
}

type Stage = 'building' | 'replaced';

/** A folder beside another one, on the same file system: a hidden name with the process that made it. */
function besideOf(place: string, stage: Stage): string {
  return join(dirname(place), `.${basename(place)}.${stage}-${process.pid}`);
}

/** What builds that are no longer at work left beside a folder. */
function leftovers(place: string, stage: Stage): readonly string[] {
  const parent = dirname(place);
  if (!existsSync(parent)) return [];
  const start = `.${basename(place)}.${stage}-`;
  return readdirSync(parent)
    .filter((name) => name.startsWith(start) && /^\d+$/.test(name.slice(start.length)))
    .filter((name) => !isAlive(Number(name.slice(start.length))))
    .map((name) => join(parent, name))
    .filter((path) => readStamp(path) !== undefined || readdirSync(path).length === 0);
}

/** Whether another process has that id. Our own id on a leftover is one that was used again, as happens in containers. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Clears up after killed builds. One that was killed between its two renames left the place empty: its earlier folder goes back there. */
function restoreInterrupted(place: string): void {
  for (const earlier of leftovers(place, 'replaced')) {
    if (existsSync(place)) removeReplaced(earlier, place);
    else renameSync(earlier, place);
  }
  for (const unfinished of leftovers(place, 'building')) rmSync(unfinished, { recursive: true, force: true });
}

/** Puts what is not ours in the earlier folder into the new one as well: links to the same files, so that nothing is ever in one place only. */
function carryOver(place: string, aside: string, folder: string): void {
  if (!existsSync(place)) return;
  const own = ownFiles(place);
  const walk = (path: string): void => {
    for (const entry of readdirSync(join(place, path), { withFileTypes: true })) {
      const inner = path === '' ? entry.name : `${path}/${entry.name}`;
      if (own.has(inner) && !entry.isDirectory()) continue;
      const [from, to] = [join(place, inner), join(aside, inner)];
      if (entry.isDirectory()) {
        const isOurs = [...own].some((file) => file.startsWith(`${inner}/`));
        if (!existsSync(to) && !isOurs) mkdirSync(to);
        walk(inner);
        continue;
      }
      if (existsSync(to)) {
        throw new UsageError(takenText(folder, inner));
      }
      mkdirSync(dirname(to), { recursive: true });
      if (entry.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
      else linkOrCopy(from, to);
    }
  };
  walk('');
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // Some file systems have no hard links.
    copyFileSync(from, to);
  }
}

/** Two renames: between them the place is empty, and {@link restoreInterrupted} mends that after a kill. */
function swap(place: string, aside: string): void {
  const isThere = existsSync(place);
  if (isThere && readStamp(place) === undefined) {
    // Empty when it was looked at; should something have come meanwhile, this fails and it stays.
    rmdirSync(place);
    renameSync(aside, place);
  } else if (isThere) {
    const earlier = besideOf(place, 'replaced');
    renameSync(place, earlier);
    try {
      renameSync(aside, place);
    } catch (error) {
      renameSync(earlier, place);
      throw error;
    }
    removeReplaced(earlier, place);
  } else renameSync(aside, place);
  flushFolder(dirname(place));
}

/** Removes a replaced folder. What is not ours has been carried over; should it have come too late for that, it follows now. */
function removeReplaced(earlier: string, place: string): void {
  const own = new Set(readStamp(earlier)?.files ?? []);
  const walk = (path: string): void => {
    for (const entry of readdirSync(join(earlier, path), { withFileTypes: true })) {
      const inner = path === '' ? entry.name : `${path}/${entry.name}`;
      if (inner === stampName || (inner === earlierStampName && own.has(inner))) continue;
      const [from, to] = [join(earlier, inner), join(place, inner)];
      if (entry.isDirectory()) {
        walk(inner);
        rmdirSync(from);
      } else if (own.has(inner) || existsSync(to)) rmSync(from);
      else {
        mkdirSync(dirname(to), { recursive: true });
        renameSync(from, to);
      }
    }
  };
  walk('');
  // Last to go, so that what a killed process left is still known as ours.
  for (const name of [stampName, earlierStampName]) rmSync(join(earlier, name), { force: true });
  rmdirSync(earlier);
}
