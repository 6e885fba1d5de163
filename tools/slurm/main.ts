/** @file `npm run slurm`: a Slurm of two nodes on this machine until ctrl-C, to try sweeps on. As root; installs Debian's packages where they are missing. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packages, startCluster, whyNoCluster } from './cluster.ts';

const isRoot = process.getuid?.() === 0;
if (whyNoCluster() !== undefined && isRoot && process.platform === 'linux') {
  process.stdout.write(`Installing ${packages.join(', ')}.\n`);
  const options = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
  spawnSync('apt-get', ['-qq', 'update'], options);
  spawnSync('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...packages], options);
}
const problem = whyNoCluster();
if (problem === undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'longhorizon-slurm-'));
  const cluster = await startCluster(folder);
  process.stdout.write(
    `Two nodes of one core are idle. In another shell:\n\n  export SLURM_CONF=${cluster.environment.SLURM_CONF}\n  sinfo\n\nctrl-C takes the cluster down.\n`,
  );
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
} else {
  process.stderr.write(`longhorizon: there can be no cluster here: ${problem}\n`);
  process.exitCode = 1;
}
