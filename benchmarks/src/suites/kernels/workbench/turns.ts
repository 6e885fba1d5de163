import { type ComparisonResult, compareArms, median, type Round } from '@longhorizon/harness';
import type { LoneKernel } from '@longhorizon/tensor/kernels';

export interface Turns {
  /** Median milliseconds of a dispatch. */
  readonly ms: number;
  readonly presentMs: number;
  readonly comparison: ComparisonResult | undefined;
}

/** Milliseconds of one sample, of all samples, and the rounds that are wanted. */
const [sampleMs, budgetMs, mostRounds] = [6, 500, 32];
/** Rounds below which nothing can be said: six blocks of two. */
const fewestRounds = 12;
/** A kernel that takes this many times as long is timed once. */
const hopeless = 3;

async function sample(kernel: LoneKernel, times: number): Promise<number> {
  const start = performance.now();
  await kernel.run(times);
  return (performance.now() - start) / times;
}

/** The fastest of three runs, of which the first may compile; of one where that takes long. */
async function once(kernel: LoneKernel): Promise<number> {
  let fastest = await sample(kernel, 1);
  for (let run = 1; run < 3 && fastest < 300; run++) fastest = Math.min(fastest, await sample(kernel, 1));
  return fastest;
}

/**
 * Times a kernel and the present one in turns, each sample until the queue is done.
 *
 * @returns without a comparison where the kernel takes three times as long at its first run
 */
export async function inTurns(kernel: LoneKernel, present: LoneKernel): Promise<Turns> {
  const [one, other] = [await once(kernel), await once(present)];
  if (one > hopeless * other) return { ms: one, presentMs: other, comparison: undefined };
  const times = (ms: number) => Math.max(1, Math.round(sampleMs / ms));
  const [own, theirs] = [times(one), times(other)];
  const round = own * one + theirs * other;
  const rounds = Math.max(fewestRounds, Math.min(mostRounds, Math.floor(budgetMs / round)));
  const taken: Round[] = [];
  for (let k = 0; k < rounds; k++) {
    // A is the present kernel.
    const order = k % 2 === 0 ? 'AB' : 'BA';
    const first = order === 'AB' ? await sample(present, theirs) : await sample(kernel, own);
    const second = order === 'AB' ? await sample(kernel, own) : await sample(present, theirs);
    taken.push(order === 'AB' ? { order, a: [first], b: [second] } : { order, a: [second], b: [first] });
  }
  return {
    ms: median(taken.flatMap(({ b }) => b)),
    presentMs: median(taken.flatMap(({ a }) => a)),
    comparison: compareArms(taken),
  };
}
