import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, freemem, loadavg, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { hashOf } from '../cell/identity.ts';
import type { AdapterInfo } from './measurement.ts';
import type { CodeState, Environment } from './record.ts';

/** What the caller knows about the run. */
export interface EnvironmentOptions {
  /** The adapter as the caller opened it; null when no device is used. */
  readonly adapter: AdapterInfo | null;
  readonly packages?: PackageSources;
}

/**
 * Packages whose versions matter, each with the folder of the workspace that imports it: two workspaces may have two versions of one package, and
 * the current folder is irrelevant to what runs.
 */
export type PackageSources = Readonly<Record<string, string>>;

/**
 * Describes machine and software. The stable part is hashed into a fingerprint; readings that jitter (free
 * memory, load) are kept beside it and never hashed: a fingerprint that changes with the clock rate makes
 * every run a stranger to the last.
 */
export function captureEnvironment(options: EnvironmentOptions): Environment {
  const processors = cpus();
  const stable: Environment['stable'] = {
    os: { platform: process.platform, architecture: process.arch, release: release() },
    cpu: { model: processors[0]?.model.trim() ?? 'unknown', logicalCores: processors.length },
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    packages: packageVersions(options.packages ?? {}),
    adapter: options.adapter,
  };
  const volatile: Environment['volatile'] = {
    freeMemoryBytes: freemem(),
    loadAverage: loadavg().map((load) => Math.round(load * 100) / 100),
    allowedCores: availableParallelism(),
    scheduler: schedulerVariables(),
  };
  return { fingerprint: hashOf(stable), stable, volatile };
}

/** Runs git in a folder. @throws where there is no git, or it refuses */
function git(folder: string, ...words: readonly string[]): string {
  return execFileSync('git', words, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

/** All commits that led to the present one; undefined outside a git repository, and where history was left out in cloning. */
export function commitsOf(folder: string): ReadonlySet<string> | undefined {
  try {
    if (git(folder, 'rev-parse', '--is-shallow-repository') !== 'false') return undefined;
    return new Set(git(folder, 'rev-list', 'HEAD').split('\n'));
  } catch {
    return undefined;
  }
}

/** The commit of a folder and whether tracked files differ from it; nulls outside a git repository. */
export function captureCode(folder: string): CodeState {
  try {
    return {
      commit: git(folder, 'rev-parse', 'HEAD'),
      dirty: git(folder, 'status', '--porcelain', '--untracked-files=no') !== '',
    };
  } catch {
    return { commit: null, dirty: null };
  }
}

function packageVersions(packages: PackageSources): Record<string, string> {
  const versions = Object.entries(packages).map(([name, folder]) => {
    const { resolve } = createRequire(join(folder, 'package.json'));
    return [name, installedVersion(name, resolve)] as const;
  });
  return Object.fromEntries(versions.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Looks beside the package's entry and upwards: `exports` often hides `package.json` itself. */
function installedVersion(name: string, resolve: NodeJS.RequireResolve): string | undefined {
  for (const folder of resolve.paths(name) ?? []) {
    try {
      const { version } = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as {
        version?: string;
      };
      return version;
    } catch {
      if (folder === dirname(folder)) return undefined;
    }
  }
  return undefined;
}

/** The job's name under Slurm or a CI service, so that a record can be traced to its log. */
function schedulerVariables(): Record<string, string> {
  const names = ['SLURM_JOB_ID', 'SLURM_ARRAY_TASK_ID', 'SLURM_RESTART_COUNT', 'GITHUB_RUN_ID', 'GITHUB_JOB'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
