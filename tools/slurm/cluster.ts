/**
 * @file A real Slurm on one machine, for tests: one controller, virtual nodes of one core each, on the loopback interface only, everything below one
 * folder. Needs root and Debian's packages slurmctld, slurmd, slurm-client and munge (Slurm 22.05 was tried).
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** A cluster that is up. */
export interface Cluster {
  /** For programs that talk to it: `SLURM_CONF`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly nodes: readonly string[];
  /** Takes a node away with all that runs on it, as a power cut does. */
  stopNode(name: string): Promise<void>;
  /** Brings it back. */
  startNode(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** The programs that have to be there. */
const programs = ['slurmctld', 'slurmd', 'sbatch', 'squeue', 'munged'] as const;
/** Debian's packages that hold them. */
export const packages = ['slurmctld', 'slurmd', 'slurm-client', 'munge'] as const;
const daemonFolders = ['/usr/sbin', '/usr/bin'];
/** How long a daemon may take to be there, or to be gone. */
const patienceMs = 20_000;

/** Why there can be no cluster here, as a sentence; undefined where there can. */
export function whyNoCluster(): string | undefined {
  if (process.platform !== 'linux') return 'Slurm runs on Linux only.';
  if (process.getuid?.() !== 0) return 'Slurm’s daemons are started by root only.';
  const absent = programs.filter((program) => pathOf(program) === undefined);
  if (absent.length === 0) return undefined;
  return `There is no ${absent.join(', no ')}: apt-get install --no-install-recommends ${packages.join(' ')}`;
}

/**
 * Brings a cluster up and waits until its nodes are idle.
 *
 * @param folder empty or new; everything that the daemons write goes there
 * @throws Error with the last lines of the controller's log where it does not come up
 */
export async function startCluster(
  folder: string,
  nodes: readonly string[] = ['n1', 'n2'],
): Promise<Cluster> {
  const problem = whyNoCluster();
  if (problem !== undefined) throw new Error(problem);
  mkdirSync(folder, { recursive: true });
  const munge = await startMunge(folder);
  const ports = await freePorts(nodes.length + 1);
  const configuration = join(folder, 'slurm.conf');
  writeFileSync(configuration, configurationText(folder, nodes, ports));
  const environment = { SLURM_CONF: configuration };
  const daemons = new Daemons(folder, environment);
  const idle = async (name: string): Promise<void> => {
    await until(`node ${name} to be idle`, folder, () =>
      /^(idle|mixed|allocated)/.test(
        answer('sinfo', ['-h', '-N', '-n', name, '-o', '%T'], environment).trim(),
      ),
    );
  };
  const cluster: Cluster = {
    environment,
    nodes,
    stopNode: async (name) => {
      daemons.killTasksOf(name);
      await daemons.stop(`slurmd-${name}`);
      answer('scontrol', ['update', `NodeName=${name}`, 'State=DOWN', 'Reason=test'], environment);
    },
    startNode: async (name) => {
      daemons.start('slurmd', ['-N', name]);
      answer('scontrol', ['update', `NodeName=${name}`, 'State=RESUME'], environment);
      await idle(name);
    },
    stop: async () => {
      answer('scancel', ['--user=root'], environment);
      for (const name of nodes) daemons.killTasksOf(name);
      for (const name of nodes) await daemons.stop(`slurmd-${name}`);
      await daemons.stop('slurmctld');
      await munge();
    },
  };
  try {
    daemons.start('slurmctld', []);
    await until('the controller to answer', folder, () =>
      answer('scontrol', ['ping'], environment).includes('UP'),
    );
    for (const name of nodes) daemons.start('slurmd', ['-N', name]);
    for (const name of nodes) await idle(name);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** One core a task, no accounting, no service accounts, no cgroups: a container has none. */
function configurationText(folder: string, nodes: readonly string[], ports: readonly number[]): string {
  // A node that has less than it says is refused; tasks do not use memory up (CR_Core).
  const memoryMiB = Math.floor((0.9 * totalmem()) / 2 ** 20);
  const lines = [
    'ClusterName=test',
    'SlurmctldHost=localhost(127.0.0.1)',
    `SlurmctldPort=${ports[0]}`,
    'SlurmUser=root',
    'SlurmdUser=root',
    'AuthType=auth/munge',
    `AuthInfo=socket=${join(folder, 'munge', 'socket')}`,
    `StateSaveLocation=${join(folder, 'state')}`,
    `SlurmctldPidFile=${join(folder, 'slurmctld.pid')}`,
    `SlurmctldLogFile=${join(folder, 'slurmctld.log')}`,
    `SlurmdSpoolDir=${join(folder, 'spool-%n')}`,
    `SlurmdPidFile=${join(folder, 'slurmd-%n.pid')}`,
    `SlurmdLogFile=${join(folder, 'slurmd-%n.log')}`,
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core',
    'AccountingStorageType=accounting_storage/none',
    'JobAcctGatherType=jobacct_gather/none',
    'JobCompType=jobcomp/filetxt',
    `JobCompLoc=${join(folder, 'completed.txt')}`,
    'JobRequeue=1',
    'ReturnToService=2',
    'MpiDefault=none',
    'SchedulerParameters=sched_interval=1,batch_sched_delay=0',
    'SlurmdTimeout=10',
    'MinJobAge=600',
    'KillWait=5',
    ...nodes.map(
      (name, index) =>
        `NodeName=${name} NodeHostname=localhost NodeAddr=127.0.0.1 Port=${ports[index + 1]} CPUs=1 RealMemory=${memoryMiB}`,
    ),
    `PartitionName=all Nodes=${nodes.join(',')} Default=YES MaxTime=INFINITE State=UP`,
  ];
  mkdirSync(join(folder, 'state'), { recursive: true });
  for (const name of nodes) mkdirSync(join(folder, `spool-${name}`), { recursive: true });
  return `${lines.join('\n')}\n`;
}

/** The daemons of a cluster, by the names of their pid files. */
class Daemons {
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;

  constructor(folder: string, environment: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#environment = environment;
  }

  /** Starts a daemon, which goes into the background by itself. */
  start(program: string, words: readonly string[]): void {
    const configuration = this.#environment.SLURM_CONF ?? '';
    execFileSync(pathOf(program) ?? program, ['-f', configuration, ...words], {
      env: { ...process.env, ...this.#environment },
      stdio: 'ignore',
    });
  }

  /** Ends a daemon and waits until it is gone. */
  async stop(name: string): Promise<void> {
    const pid = this.#pidOf(name);
    if (pid === undefined || !isAlive(pid)) return;
    process.kill(pid, 'SIGTERM');
    for (const start = Date.now(); isAlive(pid); await setTimeout(50))
      if (Date.now() - start > patienceMs) kill(pid);
  }

  /** Kills what a node runs, the daemons that watch over it first: a power cut leaves nobody to report. */
  killTasksOf(node: string): void {
    const marks = [`SLURMD_NODENAME=${node}`, `SLURM_CONF=${this.#environment.SLURM_CONF}`];
    const own = processes().filter((pid) => {
      const variables = read(`/proc/${pid}/environ`).split('\0');
      return marks.every((mark) => variables.includes(mark));
    });
    const watchers = own
      .map((pid) => Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1]))
      .filter((pid) => read(`/proc/${pid}/comm`).startsWith('slurmstepd'));
    for (const pid of [...watchers, ...own]) kill(pid);
  }

  #pidOf(name: string): number | undefined {
    const file = join(this.#folder, `${name}.pid`);
    return existsSync(file) ? Number(readFileSync(file, 'utf8').trim()) : undefined;
  }
}

/** Starts an authentication service of our own, with a key of our own. @returns what ends it */
async function startMunge(folder: string): Promise<() => Promise<void>> {
  const place = join(folder, 'munge');
  mkdirSync(place, { recursive: true });
  chmodSync(place, 0o711);
  const key = join(place, 'key');
  writeFileSync(key, crypto.getRandomValues(new Uint8Array(128)), { mode: 0o600 });
  const words = [
    '--foreground',
    '--force',
    `--key-file=${key}`,
    `--socket=${join(place, 'socket')}`,
    `--pid-file=${join(place, 'pid')}`,
    `--log-file=${join(place, 'log')}`,
    `--seed-file=${join(place, 'seed')}`,
  ];
  const daemon = spawn(pathOf('munged') ?? 'munged', words, { stdio: 'ignore' });
  await until('munge to answer', folder, () => existsSync(join(place, 'socket')));
  return async () => {
    daemon.kill('SIGTERM');
    if (daemon.exitCode === null) await new Promise((resolve) => daemon.once('exit', resolve));
  };
}

async function until(what: string, folder: string, isSo: () => boolean): Promise<void> {
  for (const start = Date.now(); !isSo(); await setTimeout(100)) {
    if (Date.now() - start < patienceMs) continue;
    const log = join(folder, 'slurmctld.log');
    const last = existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(-8).join('\n') : '';
    throw new Error(`Waited ${patienceMs / 1000} s for ${what}. ${last}`);
  }
}

/** What a program prints; nothing where it fails. */
function answer(
  program: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): string {
  try {
    return execFileSync(program, [...words], {
      env: { ...process.env, ...environment },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}

function pathOf(program: string): string | undefined {
  return daemonFolders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) =>
          server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
        ),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Kills the program of a task of an array, without a word. @param index the task's in its array */
export function killTask(index: number): void {
  for (const pid of processes())
    if (read(`/proc/${pid}/environ`).split('\0').includes(`SLURM_ARRAY_TASK_ID=${index}`)) kill(pid);
}

function processes(): readonly number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

/** A file's text; empty where it is gone or not ours. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  // A zombie that nobody waits for is gone as well.
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(read(`/proc/${pid}/status`));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was gone already.
  }
}
