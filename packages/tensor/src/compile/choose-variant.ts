/** @file Which hand-written kernel computes a contraction: the one asked for by name, else what a table says, else what the built-in model says. */
import type { ChosenKernel, TableChoice } from '../kernels/choices.ts';
import type { KernelVariant } from '../kernels/contraction.ts';
import { configurationProblem, configurationsOf, type KernelFamily } from '../kernels/family.ts';
import type { Target } from './target.ts';

/** A kernel variant that was asked for by name and does not exist or cannot take the problem. */
export class VariantError extends Error {
  override readonly name = 'VariantError';
}

/** A kernel and how it came to be chosen. */
export interface Choice<Problem> {
  readonly variant: KernelVariant<Problem>;
  readonly chosen: ChosenKernel;
}

/**
 * The kernel for a problem, with the reason.
 *
 * @param forced a name, or several separated by commas: the first that takes the problem, because a training step has
 *   problems of several kinds in one family
 * @throws {VariantError} for an unknown name, and where none of those named takes the problem
 */
export function chooseVariant<Problem>(
  family: KernelFamily<Problem>,
  problem: Problem,
  target: Target,
  forced: string | undefined,
): Choice<Problem> {
  const key = family.keyOf(problem);
  const choice = (variant: KernelVariant<Problem>, source: string, why: string): Choice<Problem> => ({
    variant,
    chosen: { family: family.name, key, variant: variant.name, source, why },
  });
  if (forced !== undefined)
    return choice(forcedVariant(family, problem, target, forced), 'asked for', 'it was asked for by name');
  const listed = target.choices?.of(family.name, key);
  if (listed === undefined)
    return choice(modelVariant(family, problem, target), 'model', modelReason(target));
  const { kernel, table, why } = listed;
  const [variant, unknown] = listedVariant(family, kernel);
  const refusal = variant?.prerequisites(problem, target);
  if (variant !== undefined && refusal === undefined) {
    const { chosen } = choice(variant, table, why);
    return { variant, chosen: typeof kernel === 'string' ? chosen : { ...chosen, configuration: kernel } };
  }
  const fault = unknown === undefined ? `${variant?.name} cannot take this problem: it ${refusal}` : unknown;
  return choice(
    modelVariant(family, problem, target),
    'model',
    `the table ${table} names no kernel for it (${fault}); measure again with kernels tune`,
  );
}

/** The kernel that a table names, or why there is none. */
function listedVariant<Problem>(
  family: KernelFamily<Problem>,
  kernel: TableChoice['kernel'],
): readonly [KernelVariant<Problem> | undefined, string | undefined] {
  if (typeof kernel === 'string') {
    const variant = variantNamed(family, kernel);
    return [variant, variant === undefined ? `${family.name} has no kernel ${kernel}` : undefined];
  }
  const unknown = configurationProblem(family, kernel);
  return unknown === undefined ? [family.variantOf(kernel), undefined] : [undefined, unknown];
}

function modelReason({ choices }: Target): string {
  return choices === undefined
    ? 'the highest score; no table was given'
    : 'the highest score; no table has this problem';
}

function forcedVariant<Problem>(
  family: KernelFamily<Problem>,
  problem: Problem,
  target: Target,
  forced: string,
): KernelVariant<Problem> {
  const reasons: string[] = [];
  let chosen: KernelVariant<Problem> | undefined;
  for (const name of forced.split(',').map((part) => part.trim())) {
    const variant = variantNamed(family, name);
    if (variant === undefined)
      throw new VariantError(
        `${family.name}: there is no kernel variant '${name}'; the known ones are ${family.variants.map((one) => one.name).join(', ')}.`,
      );
    const reason = variant.prerequisites(problem, target);
    if (reason === undefined) chosen ??= variant;
    else reasons.push(`variant '${name}' cannot take this problem: it ${reason}`);
  }
  if (chosen !== undefined) return chosen;
  throw new VariantError(
    `${family.name}: ${reasons.join('; ')}. Leave the choice to the compiler, or force another one.`,
  );
}

/** A kernel of the model's list, or any configuration by the name that records give it. */
function variantNamed<Problem>(
  family: KernelFamily<Problem>,
  name: string,
): KernelVariant<Problem> | undefined {
  const known = family.variants.find((one) => one.name === name);
  if (known !== undefined) return known;
  return configurationsOf(family)
    .map(family.variantOf)
    .find((one) => one.name === name);
}

/** The best variant whose prerequisites hold, by the built-in model. */
function modelVariant<Problem>(
  { name, variants }: KernelFamily<Problem>,
  problem: Problem,
  target: Target,
): KernelVariant<Problem> {
  let best: KernelVariant<Problem> | undefined;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const variant of variants) {
    if (variant.prerequisites(problem, target) !== undefined) continue;
    const score = variant.score(problem, target);
    if (score > bestScore) {
      best = variant;
      bestScore = score;
    }
  }
  if (best === undefined) throw new Error(`internal: no ${name} kernel takes ${JSON.stringify(problem)}.`);
  return best;
}
