/**
 * @file The tables of measured kernels that the compiler asks before its built-in model, in this order: the user's own, then the repository's. A file
 * named by LONGHORIZON_KERNELS takes the place of both, `model` of all tables.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UsageError } from '@longhorizon/harness';
import type { KernelChoices, TableChoice } from '@longhorizon/tensor/compiler';
import { type Listed, readLine } from './entry.ts';
import { adapterPrefix, repositoryFolder, type TableOwner, tableName, userFolder } from './places.ts';

/** The variable that names a table, a file of records, or `model`. */
export const tableVariable = 'LONGHORIZON_KERNELS';
/** The variable under which records keep which tables were asked: a hash of their choices. */
const hashVariable = 'LONGHORIZON_KERNEL_TABLES';

/** What was found for an adapter. */
export interface KernelTables {
  /** Undefined where no table says anything. */
  readonly choices: KernelChoices | undefined;
  /** The files that were read, the first asked first. */
  readonly files: readonly string[];
  readonly count: number;
  /** Sentences about lines and files that were passed over. */
  readonly problems: readonly string[];
  /** Names the choices; undefined where there are none. */
  readonly hash: string | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The tables for an adapter.
 *
 * @param folders where they are looked for, the first preferred
 * @throws UsageError where LONGHORIZON_KERNELS names a file that cannot be read
 */
export function kernelTables(
  owner: TableOwner,
  environment: Variables = process.env,
  folders: readonly string[] = [userFolder(environment), repositoryFolder],
): KernelTables {
  const named = environment[tableVariable]?.trim();
  if (named === 'model') return tablesOf([], [], owner);
  if (named) {
    if (!existsSync(named))
      throw new UsageError(
        `${tableVariable} is '${named}', and there is no such file. Name a table or a file of records, or 'model' for the built-in model.`,
      );
    return tablesOf([named], [], owner);
  }
  const files = folders.map((folder) => join(folder, tableName(owner))).filter((path) => existsSync(path));
  return tablesOf(files, files.length === 0 ? otherDrivers(folders, owner) : [], owner);
}

/** Sentences about tables of the same adapter under another driver, which are not used. */
function otherDrivers(folders: readonly string[], owner: TableOwner): readonly string[] {
  return folders.flatMap((folder) => {
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => name.startsWith(adapterPrefix(owner)) && name.endsWith('.jsonl'))
      .map(
        (name) =>
          `${join(folder, name)} was measured under another driver than '${owner.description}' and is not used. Measure again with longhorizon kernels tune.`,
      );
  });
}

const parsed = new Map<string, KernelTables>();

/** Read anew only when a file has changed: every cell of a run asks. */
function tablesOf(files: readonly string[], problems: readonly string[], owner: TableOwner): KernelTables {
  const states = files.map((file) => {
    const { mtimeMs, size } = statSync(file);
    return [file, mtimeMs, size];
  });
  const key = JSON.stringify([owner.device, owner.description, states, problems]);
  const known = parsed.get(key) ?? parse(files, problems, owner);
  parsed.set(key, known);
  return known;
}

function parse(files: readonly string[], problems: readonly string[], owner: TableOwner): KernelTables {
  const known = new Map<string, TableChoice>();
  const found: string[] = [...problems];
  // The first file that has a problem answers for it; within a file the newest line.
  for (const file of [...files].reverse())
    for (const listed of readTable(file, owner, found)) {
      known.set(`${listed.family} ${listed.key}`, {
        kernel: listed.kernel,
        table: basename(file),
        why: listed.why,
      });
    }
  const text = [...known].map(([key, { kernel }]) => `${key} ${JSON.stringify(kernel)}`);
  return {
    choices: known.size === 0 ? undefined : { of: (family, key) => known.get(`${family} ${key}`) },
    files,
    count: known.size,
    problems: found,
    hash:
      known.size === 0
        ? undefined
        : createHash('sha256').update(text.sort().join('\n')).digest('hex').slice(0, 12),
  };
}

/** What a table says for an adapter, the oldest line first; nothing where there is no such file. */
export function choicesIn(file: string, owner: TableOwner): readonly Listed[] {
  return existsSync(file) ? readTable(file, owner, []) : [];
}

/** The choices of a file that are this adapter's; what is wrong with others is added to `problems`. */
function readTable(file: string, owner: TableOwner, problems: string[]): readonly Listed[] {
  const own: Listed[] = [];
  let foreign = 0;
  for (const [k, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (line.trim() === '') continue;
    const read = readLine(line);
    if (typeof read === 'string') {
      problems.push(`${file}, line ${k + 1}, ${read}. The line is passed over.`);
      continue;
    }
    for (const listed of read) {
      const matches =
        (listed.adapter ?? owner.device) === owner.device &&
        (listed.driver ?? owner.description) === owner.description;
      if (matches) own.push(listed);
      else foreign++;
    }
  }
  if (foreign > 0)
    problems.push(
      `${file} has ${foreign} lines of another adapter or driver than '${owner.device}' with '${owner.description}'. They are passed over; measure again with longhorizon kernels tune.`,
    );
  return own;
}

/** The variables by which a record says which tables its cell's compiler asked; none where there were none. */
export function tableVariables(
  owner: TableOwner,
  environment: Variables = process.env,
): Record<string, string> {
  const { hash } = kernelTables(owner, environment);
  return hash === undefined ? {} : { [hashVariable]: hash };
}
