import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError } from '@longhorizon/benchmarks/methods';
import type { Problem } from '@longhorizon/bilevel';

/** Whether a file is a module rather than a problem written down as JSON. */
export const isModule = (file: string): boolean => /\.[cm]?[jt]s$/.test(file);

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false;
  const { d, p, innerLoss, outerLoss, update } = value as Partial<Record<keyof Problem, unknown>>;
  const losses = typeof innerLoss === 'function' && typeof outerLoss === 'function';
  return typeof d === 'number' && typeof p === 'number' && losses && typeof update === 'function';
}

/**
 * The problem that a module exports: its default, or the only one that it exports by name.
 *
 * @throws InputError when there is no file, it cannot be loaded, or it exports no problem or several
 */
export async function problemOfModule(file: string): Promise<Problem> {
  const path = resolve(file);
  if (!existsSync(path)) throw new InputError(`${file} does not exist; give the path of a module.`);
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await import(pathToFileURL(path).href);
  } catch (error) {
    throw new InputError(`${file} cannot be loaded: ${error instanceof Error ? error.message : error}`);
  }
  if (isProblem(exported.default)) return exported.default;
  const named = Object.keys(exported).filter((name) => isProblem(exported[name]));
  if (named.length === 1) return exported[named[0]!] as Problem;
  const found = named.length === 0 ? 'no problem' : `several problems (${named.join(', ')})`;
  throw new InputError(
    `${basename(file)} exports ${found}; export one that defineProblem({ … }) made, by default or as the only one.`,
  );
}
