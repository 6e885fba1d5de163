import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { repositoryFolder, type TableOwner, tableName, userFolder } from '../kernel-tables/places.ts';
import type { RoofOf } from './floor.ts';
import { type Roof, roofSchema } from './roof.ts';

/** The user's file, and the repository's: beside the tables of measured kernels. */
export function roofFiles(owner: TableOwner): readonly [user: string, repository: string] {
  const name = tableName(owner).replace(/\.jsonl$/, '.roof.json');
  return [join(userFolder(), name), join(repositoryFolder, name)];
}

/** A roof, or a sentence about a file that holds none. */
export interface FoundRoof {
  readonly roof?: Roof;
  readonly file?: string;
  readonly problem?: string;
}

/** The name of this machine's processor, as the operating system tells it. */
export const processorName = (): string => cpus()[0]?.model.trim() || 'unknown';

/** A software driver has one name on all machines, and its roof is the processor's. */
const isOfThisMachine = ({ processor, processors }: Roof): boolean =>
  processor === null || (processor === processorName() && processors === availableParallelism());

/** The roof of an adapter under its driver: a roof of another version, or of another processor where the adapter computes on it, is not looked at. */
export function readRoof(owner: TableOwner): FoundRoof {
  for (const file of roofFiles(owner)) {
    if (!existsSync(file)) continue;
    let value: unknown;
    try {
      value = JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      return {
        file,
        problem: `${file} is no JSON; measure the roof again: longhorizon kernels roofline --measure`,
      };
    }
    const parsed = roofSchema.safeParse(value);
    if (parsed.success) {
      if (isOfThisMachine(parsed.data)) return { roof: parsed.data, file };
      continue;
    }
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') || 'its content';
    return {
      file,
      problem: `${file} is no roof (${where}: ${issue?.message}); measure it again: longhorizon kernels roofline --measure`,
    };
  }
  return {};
}

/** The roof of an adapter under its driver; a file that holds none counts as none. */
export const roofOf: RoofOf = (owner) => readRoof(owner).roof;

/** Writes the user's file, whole or not at all. @returns its path */
export function writeRoof(roof: Roof): string {
  const [file] = roofFiles({ device: roof.adapter, description: roof.driver });
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(roof, null, 2)}\n`);
  renameSync(partial, file);
  return file;
}
