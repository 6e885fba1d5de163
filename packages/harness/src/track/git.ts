/** @file What tracking asks of git. */
import { spawnSync } from 'node:child_process';
import { UsageError } from '../errors.ts';
import { NoBaselineError } from './errors.ts';

/** A commit as history keeps it. */
export interface Commit {
  readonly hash: string;
  readonly parents: readonly string[];
  /** When it was committed, ISO 8601. */
  readonly committed: string;
  readonly subject: string;
}

interface Answer {
  readonly ok: boolean;
  readonly text: string;
  readonly complaint: string;
}

/** @throws NoBaselineError where there is no git */
export function git(root: string, ...words: readonly string[]): Answer {
  const { error, status, stdout, stderr } = spawnSync('git', ['-C', root, ...words], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (error !== undefined)
    throw new NoBaselineError(
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'There is no git on this machine, so no other commit can be compared with. Install git.'
        : `git could not be run: ${error.message}`,
    );
  return { ok: status === 0, text: stdout.trim(), complaint: stderr.trim().split('\n')[0] ?? '' };
}

/** The commit that a name stands for. @throws NoBaselineError with what to do */
export function commitNamed(root: string, name: string): string {
  const { ok, text } = git(root, 'rev-parse', '--verify', '--quiet', `${name}^{commit}`);
  if (ok) return text;
  const folder = git(root, 'rev-parse', '--git-dir');
  if (!folder.ok)
    throw new NoBaselineError(
      `${root} is no git repository that git reads, so there is no commit ${name} to compare with. Track in a clone. (${folder.complaint})`,
    );
  if (git(root, 'rev-parse', '--is-shallow-repository').text === 'true')
    throw new NoBaselineError(
      `This clone is shallow and does not have ${name}. Fetch more of it: "git fetch --deepen 50", or fetch-depth: 0 in a workflow.`,
    );
  throw new NoBaselineError(
    `There is no commit ${name} here. Name one that "git log" shows, or fetch it first.`,
  );
}

/** The last commit that both have, which is what a branch is to be compared with; the base itself where they have none. */
export function mergeBase(root: string, base: string, head: string): string {
  const { ok, text } = git(root, 'merge-base', base, head);
  return ok ? text : base;
}

/** What git says of a commit. */
export function describeCommit(root: string, hash: string): Commit {
  const [own = '', parents = '', committed = '', subject = ''] = git(
    root,
    'show',
    '-s',
    '--format=%H%x00%P%x00%cI%x00%s',
    hash,
  ).text.split('\0');
  return { hash: own, parents: parents.split(' ').filter(Boolean), committed, subject };
}

/** Files with changes that are not committed; empty where there are none. */
export function uncommitted(root: string): readonly string[] {
  const { text } = git(root, 'status', '--porcelain', '--untracked-files=normal');
  return text === '' ? [] : text.split('\n').map((line) => line.slice(2).trim());
}

/** Commits from the first, not with it, to the second, the oldest first. */
export function commitsBetween(root: string, from: string, to: string): readonly string[] {
  const { ok, text, complaint } = git(root, 'rev-list', '--first-parent', '--reverse', `${from}..${to}`);
  if (!ok) throw new UsageError(`git cannot list the commits ${from}..${to}: ${complaint}`);
  return text === '' ? [] : text.split('\n');
}

/** What the messages of commits say, with their trailers. */
export function messagesBetween(root: string, from: string, to: string): string {
  return git(root, 'log', '--format=%B', `${from}..${to}`).text;
}
