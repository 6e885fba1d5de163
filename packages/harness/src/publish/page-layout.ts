/** @file Which paths a page consists of. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Paths that only a page has: no other program names files like these. */
const fixedPaths =
  /^(?:site\.(?:css|js)|cells\/[0-9a-f]{16}\.html|programs\/[a-z-]+\.js|pictures\/[a-z0-9-]+\.(?:svg|pdf|csv)|data\/(?:(?:rows|cells|samples|curves|metrics|task_scores|bytes_by_class|counters|kernel_variants)\.(?:csv|parquet)|records\.jsonl(?:\.gz)?|README\.md))$/;

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

/** All regular files below a folder, relative to it, with `/`. Links are not followed. */
export function filesBelow(folder: string, path = ''): readonly string[] {
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const inner = path === '' ? entry.name : `${path}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(folder, inner) : entry.isFile() ? [inner] : [];
  });
}
