/** @file The files of a sweep's folder, their schemas, and where each lies. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { UsageError } from '../errors.ts';
import { check } from '../record/record.ts';
import { writeFileAtomic } from '../store/atomic.ts';

/**
 *     sweep.json                 what is measured, by which code, on which engine
 *     device.json                the adapter and processor of the first task that began: the others have to have the same
 *     rounds/1/round.json        what was submitted, and as which jobs
 *     rounds/1/tasks.txt         a line a task: the ids of its cells, with spaces between
 *     rounds/1/r1-a1.sbatch      what the engine was given
 *     records/r1-t0001.1.jsonl   the records of a task's first start; a store like any other, for `show`, `site` and `gather`
 *     progress/r1-t0001.1.jsonl  a line a cell: how it ended
 *     logs/                      what tasks printed
 */
const sweepSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('sweep'),
  engine: z.strictObject({ name: z.string(), options: z.record(z.string(), z.json()) }),
  selection: z.strictObject({
    profile: z.string(),
    suites: z.array(z.string()).optional(),
    problems: z.array(z.string()).optional(),
    methods: z.array(z.string()).optional(),
    passes: z.array(z.string()).optional(),
    horizons: z.array(z.number()).optional(),
    dimensions: z.array(z.number()).optional(),
    seeds: z.array(z.number()).optional(),
    cells: z.array(z.string()).optional(),
  }),
  adapterName: z.string().optional(),
  isolation: z.enum(['in-process', 'worker', 'process']).optional(),
  /** Environment variables of all tasks, wherever they run. */
  variables: z.record(z.string(), z.string()).optional(),
  /** Whether tasks may run on different devices; boards never mix them. */
  mixedDevices: z.boolean(),
  commit: z.string().nullable(),
  /** Hash of the measured code, by suite. */
  codeHashes: z.record(z.string(), z.string()),
  cells: z.int().min(1),
});

const arraySchema = z.strictObject({
  name: z.string(),
  firstTask: z.int().min(1),
  lastTask: z.int().min(1),
  memoryMiB: z.int().min(1),
  minutes: z.int().min(1),
  jobId: z.string().nullable(),
});

const roundSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('sweep-round'),
  number: z.int().min(1),
  arrays: z.array(arraySchema),
  tasks: z.array(
    z.strictObject({
      /** From 1. */
      number: z.int().min(1),
      cells: z.int().min(1),
      /** Expected. */
      seconds: z.number().min(0),
      /** What cells get of the time that their profile allows them. */
      timeFactor: z.number().min(1),
      /** Times the memory that its cells were expected to need. */
      memoryFactor: z.number().min(1),
    }),
  ),
});

/** What a sweep is; see the files above. */
export type Sweep = z.infer<typeof sweepSchema>;
/** One submission of a sweep: all cells at first, later those that are missing. */
export type Round = z.infer<typeof roundSchema>;
/** An array of a round, as it was submitted. */
export type SubmittedArray = z.infer<typeof arraySchema>;

/** A sweep's folder. */
export class SweepFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get exists(): boolean {
    return existsSync(join(this.path, 'sweep.json'));
  }

  /** @throws UsageError where there is no sweep, or one of a newer program */
  sweep(): Sweep {
    if (!this.exists)
      throw new UsageError(
        `There is no sweep in ${this.path}: bench sweep --out ${this.path} starts one, and where it was started on another machine, the folder is not shared with this one.`,
      );
    return read(join(this.path, 'sweep.json'), sweepSchema);
  }

  writeSweep(sweep: Sweep): void {
    this.write('sweep.json', `${JSON.stringify(sweep, null, 2)}\n`);
  }

  rounds(): readonly Round[] {
    const folder = join(this.path, 'rounds');
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name) && existsSync(join(folder, name, 'round.json')))
      .map((name) => read(join(folder, name, 'round.json'), roundSchema))
      .sort((a, b) => a.number - b.number);
  }

  writeRound(round: Round): void {
    this.write(join('rounds', String(round.number), 'round.json'), `${JSON.stringify(round, null, 2)}\n`);
  }

  /** The ids of the cells of all tasks of a round; task 1 comes first. */
  cellsOf(round: number): readonly (readonly string[])[] {
    return readFileSync(join(this.path, tasksName(round)), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' '));
  }

  /** One file for all: a flush to the disk of a file server takes long, and a round has hundreds of tasks. */
  writeCells(round: number, ids: readonly (readonly string[])[]): void {
    this.write(tasksName(round), `${ids.map((own) => own.join(' ')).join('\n')}\n`);
  }

  remove(name: string): void {
    rmSync(join(this.path, name), { force: true });
  }

  /** Writes a file below the folder, whole or not at all. @returns its path */
  write(name: string, text: string): string {
    const path = join(this.path, name);
    writeFileAtomic(path, text, join(this.path, '.temporary'));
    return path;
  }
}

function tasksName(round: number): string {
  return join('rounds', String(round), 'tasks.txt');
}

/** The name under which a task writes its records. */
export function writerOf(round: number, task: number): string {
  return `r${round}-t${padded(task)}`;
}

function padded(task: number): string {
  return String(task).padStart(4, '0');
}

function read<Value>(path: string, schema: z.ZodType<Value>): Value {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}.`);
  }
  const checked = check(schema, value);
  if (checked.ok) return checked.value;
  throw new UsageError(
    `${path} is not what this program writes (${checked.problems[0] ?? ''}): it was changed, or another version of the program wrote it.`,
  );
}
