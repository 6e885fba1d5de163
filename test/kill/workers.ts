/**
 * @file Kills workers of a sweep at work, by every kind of signal, and counts the cells that end as in an uninterrupted run:
 *
 *     node --conditions=longhorizon-source --import tsx test/kill/workers.ts [kills] [seeds]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { latestRecords, randomFrom, readRecords, stableDigest } from '@longhorizon/harness';
import { bundleOf } from '@longhorizon/tools/bundle';

// As `npm start` runs it: a worker that starts from the sources takes seconds for it.
const bundle = await bundleOf(join(import.meta.dirname, '../..'), 'benchmarks/src/bench/main.ts', [
  'benchmarks/src/suites/kernels/peers/child.ts',
]);
if (bundle === undefined) throw new Error('The benchmark cannot be bundled; its own command says why.');
const program: string = bundle;
const signals = ['SIGKILL', 'SIGSEGV', 'SIGTERM'] as const;

/** What {@link sweep} found. */
export interface Sweep {
  readonly code: number | null;
  /** Signals sent to workers. */
  readonly sent: readonly string[];
}

/** What a sweep consists of, beside its methods. */
export interface SweepSize {
  readonly horizons: readonly number[];
  readonly seeds: number;
}

/** A sweep as arguments of Node.js: four methods, all but their times. */
export function wordsOf(out: string, { horizons, seeds }: SweepSize): readonly string[] {
  const cells =
    '--suite hypergradient --problem tracking --method exact-reverse,one-step,drmad,hyperdistill ' +
    `--horizon ${horizons} --dim 10 --seeds ${seeds} --pass gradient,memory --no-site`;
  return [program, ...cells.split(' '), '--out', out];
}

/**
 * Runs the cells into a folder. After a random number of finished cells, a random moment later, one of its workers is ended by the next of
 * {@link signals}; as often as is asked.
 */
export function sweep(out: string, size: SweepSize, kills: number, seed = 11): Promise<Sweep> {
  const random = randomFrom(seed);
  const sent: string[] = [];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, wordsOf(out, size));
    let nextAt = 1;
    let done = 0;
    let complaints = '';
    const kill = (): void => {
      const workers = workersOf(child.pid);
      const worker = workers[Math.floor(workers.length * random.uniform())];
      const signal = signals[sent.length % signals.length] ?? 'SIGKILL';
      if (worker === undefined) return;
      process.kill(worker, signal);
      sent.push(signal);
    };
    child.stderr.on('data', (text) => (complaints += text));
    child.stdout.on('data', (text: Buffer) => {
      done += String(text).match(/^\[/gm)?.length ?? 0;
      if (sent.length >= kills || done < nextAt) return;
      nextAt = done + 1 + Math.floor(4 * random.uniform());
      setTimeout(kill, 40 * random.uniform());
    });
    child.on('close', (code, signal) => {
      if (signal !== null) reject(new Error(`the sweep was ended by ${signal}: ${complaints}`));
      else resolve({ code, sent });
    });
  });
}

/** The processes that serve cells to a benchmark. */
function workersOf(parent: number | undefined): readonly number[] {
  const isOurs = (pid: string): boolean => {
    try {
      const [, after = ''] = /^.*\) \S (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      return Number(after) === parent && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('\0serve\0');
    } catch {
      return false;
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isOurs(name))
    .map(Number);
}

/** How many cells of two folders have the same stable content, and how many there are. */
export function equalCells(
  whole: string,
  killed: string,
): { readonly equal: number; readonly cells: number } {
  const digests = (folder: string): ReadonlyMap<string, string> =>
    new Map(
      latestRecords(readRecords([folder]).records).map((one) => [one.identity.cellId, stableDigest(one)]),
    );
  const [expected, found] = [digests(whole), digests(killed)];
  const equal = [...expected].filter(([cell, digest]) => found.get(cell) === digest).length;
  return { equal, cells: expected.size };
}

if (process.argv[1] === import.meta.filename) {
  const [kills, seeds] = [Number(process.argv[2] ?? 10), Number(process.argv[3] ?? 2)];
  const size = { horizons: [1, 2, 3], seeds };
  const folder = mkdtempSync(join(tmpdir(), 'kill-workers-'));
  try {
    const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')];
    await sweep(whole, size, 0);
    const broken = await sweep(killed, size, kills);
    const before = equalCells(whole, killed);
    const resumed = await sweep(killed, size, 0);
    const { equal, cells } = equalCells(whole, killed);
    console.log(
      `${broken.sent.length} workers ended (${broken.sent.join(', ')}), exit code ${broken.code}: ${before.equal} of ${cells} cells equal ` +
        `an uninterrupted run; resumed, exit code ${resumed.code}: ${equal} of ${cells}.`,
    );
    if (equal !== cells) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
