import type { Facts } from '../facts.ts';

/** Why a method that moves the start of the weights has nothing to move; undefined where it has. */
export function needsLearnedStart(method: string, { problem, inStart }: Facts): string | undefined {
  return inStart
    ? undefined
    : `${method}: the weights of problem '${problem.name}' begin at φ, which is no part of λ; give the problem a function start(λ), or move φ by the rule of meta-training.`;
}

/** The same for a method that knows of nothing but a start. */
export function needsNothingButStart(method: string, facts: Facts): string | undefined {
  const { problem, inUpdate, inOuterLoss } = facts;
  const missing = needsLearnedStart(method, facts);
  if (missing !== undefined || (!inUpdate && !inOuterLoss)) return missing;
  return `${method}: in problem '${problem.name}' λ acts on the ${inUpdate ? 'inner steps' : 'outer loss'} beside the start of the weights, and this method would leave that part of λ where it is; use exact reverse mode or Lazy.`;
}
