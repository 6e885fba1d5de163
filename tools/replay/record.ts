/** @file Writes every program for some adapters into a folder: one file a program, and an index of their hashes. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeProgram, type Target } from '@longhorizon/tensor/compiler';
import { replayCases } from './cases.ts';
import { printProgram } from './print-program.ts';

export const indexName = 'index.txt';

/** What was asked for cannot be done. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}

/**
 * @param only a part of the names wanted; all when left out
 * @returns how many programs were written
 * @throws ReplayError when the folder is there already, or no name has that part
 */
export function record(folder: string, targets: Readonly<Record<string, Target>>, only = ''): number {
  if (existsSync(folder)) throw new ReplayError(`replay: ${folder} is there already; name a new folder.`);
  const cases = [...replayCases()].filter(({ name }) => name.includes(only));
  if (cases.length === 0)
    throw new ReplayError(`replay: no program has '${only}' in its name; leave --only out for all of them.`);
  const index: string[] = [];
  for (const [adapter, target] of Object.entries(targets)) {
    mkdirSync(join(folder, adapter), { recursive: true });
    for (const { name, request } of cases) {
      const text = printProgram(request, makeProgram(request, target));
      writeFileSync(join(folder, adapter, `${name}.txt`), text);
      index.push(`${createHash('sha256').update(text).digest('hex').slice(0, 16)} ${adapter}/${name}.txt`);
    }
  }
  writeFileSync(join(folder, indexName), `${index.join('\n')}\n`);
  return index.length;
}
