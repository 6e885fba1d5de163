/** @file Budgets: what a counter may come to, kept in the repository and moved only by a commit. */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { UsageError } from '../errors.ts';

const budgetSchema = z
  .array(
    z
      .object({
        /** Cells by name; `*` stands for any characters. */
        match: z.string().min(1),
        counter: z.string().min(1),
        /** Growth that is borne, `"5%"`. */
        soft: z
          .string()
          .regex(/^\d+(\.\d+)?\s*%$/)
          .optional(),
        /** What it may never exceed. */
        hard: z.number().nonnegative().optional(),
      })
      .strict(),
  )
  .readonly();

/** A budget of one counter over some cells. */
export interface Budget {
  readonly match: string;
  readonly counter: string;
  readonly softShare?: number;
  readonly hard?: number;
}

/** The budgets of a file; none where there is none. @throws UsageError naming what is wrong */
export function readBudgets(path: string): readonly Budget[] {
  if (!existsSync(path)) return [];
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`${path} is no JSON: ${(error as Error).message}`);
  }
  const read = budgetSchema.safeParse(data);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new UsageError(
      `${path}: ${issue?.path.join('.') || 'the file'}: ${issue?.message}. A budget is { match, counter, soft: "5%", hard: 4096 }.`,
    );
  }
  return read.data.map(({ match, counter, soft, hard }) => ({
    match,
    counter,
    ...(soft === undefined ? {} : { softShare: Number.parseFloat(soft) / 100 }),
    ...(hard === undefined ? {} : { hard }),
  }));
}
