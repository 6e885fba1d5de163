/** @file The problems that the cells of some records ran and the built-in model chose for: what is worth measuring. */
import { readFileSync } from 'node:fs';
import { UsageError } from '@longhorizon/harness';
import { z } from 'zod';
import { type KernelProblem, parseProblems } from './problems.ts';

const schema = z.object({ kernelChoices: z.record(z.string(), z.string()) });

/**
 * The problems of a file of records, the most frequent first. Lines without choices are passed over, and so are problems whose operands lie as no
 * graph of shapes alone lays them.
 *
 * @throws UsageError where the file cannot be read
 */
export function problemsOfRecords(
  path: string,
): readonly { readonly name: string; readonly problem: KernelProblem }[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(
      `The records ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  const counts = new Map<string, number>();
  for (const line of text.split('\n'))
    for (const [problem, chosen] of choicesIn(line))
      if (/ by model(:|$)/.test(chosen)) counts.set(problem, (counts.get(problem) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .flatMap(([name]) => {
      const [family, ...key] = name.split(' ');
      if (family !== 'matmul' && family !== 'conv2d') return [];
      try {
        return parseProblems(family, [key.join(' ')]).map((problem) => ({ name, problem }));
      } catch (error) {
        if (error instanceof UsageError) return [];
        throw error;
      }
    });
}

function choicesIn(line: string): readonly (readonly [string, string])[] {
  try {
    const read = schema.safeParse(JSON.parse(line));
    return read.success ? Object.entries(read.data.kernelChoices) : [];
  } catch {
    // A cut line has no choices.
    return [];
  }
}
