/** @file Committed results that are no records of cells. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../root.ts';

/** Where a committed file of results lies, for people. */
export const resultsPath = (name: string): string => `benchmarks/records/${name}`;

/** A committed file of results, as the study that wrote it left it. */
export function readResultsFile<Result>(name: string): Result {
  return JSON.parse(readFileSync(join(root, resultsPath(name)), 'utf8')) as Result;
}

/** Writes what a study has found so far, over what it wrote before. */
export function writeResults(path: string, results: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(results, undefined, 1)}\n`);
}

/** Adds a line of JSON to a file of results. */
export function appendResult(path: string, result: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${JSON.stringify(result)}\n`);
}

/** Numbers in the order of their seeds. */
export function bySeeds<Run extends { readonly seed: number }>(
  runs: readonly Run[],
  of: (run: Run) => number,
): readonly number[] {
  return [...runs].sort((a, b) => a.seed - b.seed).map(of);
}
