/** @file Which paths a page consists of, and which files of a folder an earlier version of this program wrote there. */
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Stamp of pages built before the stamp listed files: one line with a hash. */
export const earlierStampName = 'built-from.txt';

/** Paths that only a page has: no other program names files like these. */
const fixedPaths =
  /^(?:site\.(?:css|js)|built-from\.txt|cells\/[0-9a-f]{16}\.html|programs\/[a-z-]+\.js|pictures\/[a-z0-9-]+\.(?:svg|pdf|csv)|data\/(?:(?:rows|cells|samples|curves|metrics|task_scores|bytes_by_class|counters|kernel_variants)\.(?:csv|parquet)|records\.jsonl(?:\.gz)?|README\.md))$/;

/** Those of pages before the stamp listed files: fewer, and a file that a later page writes may be the user's own there. */
const earlierPaths =
  /^(?:site\.(?:css|js)|built-from\.txt|cells\/[0-9a-f]{16}\.html|pictures\/(?:memory|time|error)\.svg|data\/(?:(?:rows|cells|samples|curves|metrics|task_scores|bytes_by_class|counters|kernel_variants)\.(?:csv|parquet)|records\.jsonl|README\.md))$/;

/** Whether every page writes this path, whatever its methods are called. */
export function isFixedPagePath(path: string): boolean {
  return fixedPaths.test(path) || topPages.has(path);
}

const topPages = new Set(
  [
    'index',
    'choose',
    'published',
    'problems',
    'leaderboard',
    'scaling',
    'gradient',
    'pareto',
    'convergence',
    'kernels',
    'machines',
    'methods',
    'cells',
    'community',
    'gpu',
    'playground',
    'history',
  ].map((name) => `${name}.html`),
);

/** What a page's frame has said from the first version on. */
const pageFrame =
  /^<!doctype html>\n<html lang="en">\n<head>[\s\S]*<link rel="stylesheet" href="(?:\.\.\/)*site\.css">\n<script defer src="(?:\.\.\/)*site\.js"><\/script>/;
const frameBytes = 4096;

/**
 * The files of a page that carries the earlier stamp, which did not list them. A file is ours if it has a page's path, and for pages that are
 * named after a method or could be anybody's if it also begins as our pages do.
 *
 * @returns the hash in the stamp and the paths of the files; undefined where there is no such stamp
 */
export function readEarlierPage(
  folder: string,
): { readonly builtFrom: string; readonly files: readonly string[] } | undefined {
  const stamp = join(folder, earlierStampName);
  if (!existsSync(stamp) || statSync(stamp).size > 66) return undefined;
  const builtFrom = readFileSync(stamp, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/.test(builtFrom)) return undefined;
  const files = filesBelow(folder).filter((path) =>
    /^(?:methods\/.+|[^/]+)\.html$/.test(path) ? hasPageFrame(join(folder, path)) : earlierPaths.test(path),
  );
  return { builtFrom, files };
}

function hasPageFrame(file: string): boolean {
  const bytes = Buffer.alloc(frameBytes);
  const descriptor = openSync(file, 'r');
  try {
    return pageFrame.test(bytes.toString('utf8', 0, readSync(descriptor, bytes)));
  } finally {
    closeSync(descriptor);
  }
}

/** All regular files below a folder, relative to it, with `/`. Links are not followed. */
export function filesBelow(folder: string, path = ''): readonly string[] {
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const inner = path === '' ? entry.name : `${path}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(folder, inner) : entry.isFile() ? [inner] : [];
  });
}
