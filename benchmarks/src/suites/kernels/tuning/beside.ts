/** @file A found kernel beside the one that would have been taken: one run, in turns. */
import { type ComparisonResult, compareArms, hashOf, roundsOf, sampleArms } from '@longhorizon/harness';
import { makeProgram, type Target } from '@longhorizon/tensor/compiler';
import type { ProblemBench, Ready } from './bench.ts';
import type { Candidate } from './candidates.ts';
import { calibrate } from './exploration.ts';

/** A kernel beside another one. */
export interface Beside {
  /** The name of the other kernel. */
  readonly name: string;
  /** Time of the other over time of the found one: above 1 the found one is faster. */
  readonly speedup: number;
  readonly low: number;
  readonly high: number;
  /** Of the other one: `slower` where the found one is faster. */
  readonly verdict: ComparisonResult['verdict'] | 'the same kernel';
}

const rounds = { minimumSamples: 24, maximumSamples: 48, timeBudgetMs: 4000 };

/** The program that the compiler makes by itself, as a candidate. */
export function presentCandidate({ problem }: Pick<ProblemBench, 'problem'>, target: Target): Candidate {
  const program = makeProgram({ outputs: [problem.output] }, target);
  const chosen = program.kernels.flatMap((kernel) => kernel.chosen ?? []);
  return {
    configuration: {},
    name: chosen[0]?.variant ?? 'no kernel',
    program,
    hash: hashOf(program.kernels.map(({ wgsl, workgroups, numbers }) => [wgsl, workgroups, numbers ?? []])),
    keys: chosen.map(({ key }) => key),
    splitKey: undefined,
  };
}

/**
 * Times one candidate against another.
 *
 * @throws what preparing either throws
 */
export async function beside(
  bench: ProblemBench,
  found: Candidate,
  present: Candidate,
  seed: number,
): Promise<Beside> {
  if (found.hash === present.hash)
    return { name: present.name, speedup: 1, low: 1, high: 1, verdict: 'the same kernel' };
  const arms: Ready[] = [];
  try {
    for (const candidate of [found, present]) arms.push(await bench.prepare(candidate));
    const calls = Math.max((await calibrate(arms[0]!)).calls, (await calibrate(arms[1]!)).calls);
    const sampled = await sampleArms(
      arms.map((ready, k) => ({
        name: String(k),
        clock: 'gpu' as const,
        run: () => ready.time(calls),
      })),
      { ...rounds, warmUpCalls: 1, warmUpMs: 0, relativeHalfWidth: 0.005, seed },
    );
    const result = compareArms(roundsOf(sampled, '0', '1'));
    return {
      name: present.name,
      speedup: 1 + result.change,
      low: 1 + result.low,
      high: 1 + result.high,
      verdict: result.verdict,
    };
  } finally {
    for (const ready of arms) ready.release();
  }
}
