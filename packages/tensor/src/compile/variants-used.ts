import type { ChosenKernel } from '../kernels/choices.ts';
import { partsOf } from './fusions/fusion-kernel.ts';
import type { Program } from './program.ts';

/** The hand-written kernels in some programs, and how many of their kernels each is: what a record says was measured. */
export function variantsUsed(programs: readonly Program[]): Readonly<Record<string, string>> {
  const kernels = programs.flatMap(({ kernels }) => kernels.flatMap(partsOf));
  const counts = new Map<string, number>();
  for (const { variant } of kernels)
    if (variant !== undefined) counts.set(variant, (counts.get(variant) ?? 0) + 1);
  return Object.fromEntries(
    [...counts].map(([variant, count]) => [variant, `${count} of ${kernels.length} kernels`]),
  );
}

/** How each contraction of some programs was chosen, every problem once. */
export function choicesUsed(programs: readonly Program[]): readonly ChosenKernel[] {
  const all = programs.flatMap(({ kernels }) =>
    kernels.flatMap(partsOf).flatMap(({ chosen }) => chosen ?? []),
  );
  return [...new Map(all.map((one) => [`${one.family} ${one.key}`, one])).values()];
}

/**
 * The same for a record: by family and problem the kernel, and by what it was chosen. A table of choices reads it again, so that a later run can take
 * the same kernels.
 */
export function choicesForRecord(programs: readonly Program[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    choicesUsed(programs).map(({ family, key, variant, source, why }) => [
      `${family} ${key}`,
      source === 'model' && !why.startsWith('the table')
        ? `${variant} by model`
        : `${variant} by ${source}: ${why}`,
    ]),
  );
}
