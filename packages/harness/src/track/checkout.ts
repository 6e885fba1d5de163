/** @file A commit made ready to run beside the working tree: a worktree of it, with its own packages and the judge's measuring code. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from '../cell/identity.ts';
import { writing } from '../store/folder.ts';
import { NoBaselineError } from './errors.ts';
import { git } from './git.ts';

/** How a commit's working tree is made. */
export interface CheckoutOptions {
  /** The repository. */
  readonly root: string;
  /** Where working trees are kept between runs; outside the repository, so that nothing of it is found by looking upwards. */
  readonly cache: string;
  /** Folders of measuring code, from the repository's folder, that the working tree gets from the one at hand. */
  readonly measuring: readonly string[];
  readonly say: (text: string) => void;
}

const lockName = 'package-lock.json';
const readyName = '.track-ready';
const installMinutes = 15;

/**
 * The folder of a commit, ready to run. One that an earlier run made is used again; one that a killed run left half made is made anew.
 *
 * @throws NoBaselineError where it cannot be checked out or its packages cannot be installed
 */
export function checkout(commit: string, options: CheckoutOptions): string {
  return writing(options.cache, 'A working tree', () => made(commit, options));
}

function made(commit: string, { root, cache, measuring, say }: CheckoutOptions): string {
  const folder = join(cache, 'commits', commit.slice(0, 16));
  if (!existsSync(join(folder, readyName))) {
    say(`${commit.slice(0, 10)}: a working tree in ${folder}`);
    mkdirSync(dirname(folder), { recursive: true });
    git(root, 'worktree', 'remove', '--force', folder);
    rmSync(folder, { recursive: true, force: true });
    git(root, 'worktree', 'prune');
    const { ok, complaint } = git(root, 'worktree', 'add', '--detach', '--force', folder, commit);
    if (!ok) throw new NoBaselineError(`${commit.slice(0, 10)} cannot be checked out: ${complaint}`);
    bringPackages(folder, root, cache, say);
    writeFileSync(join(folder, readyName), `${commit}\n`);
  }
  for (const path of measuring) {
    rmSync(join(folder, path), { recursive: true, force: true });
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  return folder;
}

/** Links the packages of a tree whose lock file is the same; installs them where there is none. */
function bringPackages(folder: string, root: string, cache: string, say: (text: string) => void): void {
  const lock = readFileSync(join(folder, lockName));
  const donors = join(cache, 'packages');
  const donorFile = join(donors, sha256(lock).slice(0, 16));
  const donor = donorOf(lock, root, donorFile);
  if (donor !== undefined) {
    linkPackages(folder, donor);
    return;
  }
  say(`${folder}: npm ci, because its package-lock.json is another one`);
  const words = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  const { status, stderr, error } = spawnSync('npm', words, {
    cwd: folder,
    encoding: 'utf8',
    timeout: installMinutes * 60_000,
  });
  if (status !== 0) {
    const line = (error?.message ?? stderr).split('\n').find((one) => one.trim() !== '') ?? '';
    throw new NoBaselineError(`The packages of ${folder} could not be installed: ${line.trim()}`);
  }
  mkdirSync(donors, { recursive: true });
  writeFileSync(donorFile, folder);
}

function donorOf(lock: Buffer, root: string, donorFile: string): string | undefined {
  if (existsSync(join(root, 'node_modules')) && readFileSync(join(root, lockName)).equals(lock)) return root;
  if (!existsSync(donorFile)) return undefined;
  const donor = readFileSync(donorFile, 'utf8');
  return existsSync(join(donor, 'node_modules')) ? donor : undefined;
}

/** Folders of packages whose entries are links into the repository itself: they have to be the new tree's own. */
function isOwn(path: string): boolean {
  return (
    lstatSync(path).isSymbolicLink() &&
    !readlinkSync(path).includes('node_modules') &&
    readlinkSync(path).startsWith('..')
  );
}

/** Gives a tree the packages of another: a link a package, but for the repository's own, which are those of the tree. */
function linkPackages(folder: string, donor: string): void {
  const workspaces = ['.', ...workspaceFolders(folder)];
  for (const workspace of workspaces) {
    const from = join(donor, workspace, 'node_modules');
    if (existsSync(from)) linkFolder(from, join(folder, workspace, 'node_modules'));
  }
}

function workspaceFolders(folder: string): readonly string[] {
  const below = (name: string): readonly string[] =>
    existsSync(join(folder, name)) ? readdirSync(join(folder, name)).map((one) => join(name, one)) : [];
  return [...below('packages'), 'benchmarks', 'datasets', 'tools', 'test'];
}

function linkFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    if (existsSync(target)) continue;
    if (name.startsWith('@')) linkFolder(source, target);
    else if (isOwn(source)) symlinkSync(readlinkSync(source), target);
    else symlinkSync(source, target);
  }
}
