/** @file The timing stage: what differs, beside controls that do not, in turns until it can be told. */

import {
  blockRatios,
  type ComparisonResult,
  compareArms,
  type Round,
  signedRankP,
} from '../statistics/compare.ts';
import { median } from '../statistics/describe.ts';
import { holm } from '../statistics/multiplicity.ts';
import type { Arm } from './arm.ts';
import { cellName, type TrackCell } from './facts.ts';
import type { ArmSample, Machine } from './protocol.ts';

/** What became of a cell that was timed. */
export type TimedVerdict = 'regressed' | 'faster' | 'same' | 'ambiguous' | 'not confirmed' | 'unproven';

/** A cell that was timed. */
export interface TimedCell {
  readonly cell: string;
  readonly verdict: TimedVerdict;
  /** head / base − 1, with its interval. */
  readonly change: number;
  readonly low: number;
  readonly high: number;
  /** Changes below it count as none. */
  readonly floor: number;
  readonly blocks: number;
  /** Of the first look, before anything is corrected, and the next smaller p-value that as many blocks can have. */
  readonly firstP: number;
  readonly firstPBelow: number;
  /** After Holm, over all cells of the run. */
  readonly adjustedP: number;
  /** Milliseconds of a call of the base. */
  readonly baseMs: number;
  /** What dispatches and bytes predict, where the machine's roofline was measured. */
  readonly predicted?: number;
  readonly reason?: string;
}

/** What the timing stage came to. */
export interface TimingReport {
  readonly metric: Metric;
  readonly cells: readonly TimedCell[];
  readonly controls: readonly TimedCell[];
  /** Half the width of the interval of head against head in this job, as a share. */
  readonly nullHalfWidth: number;
  /** Why nothing is proven. */
  readonly unproven?: string;
  /** Cells that were left out for want of time. */
  readonly leftOut: readonly string[];
}

/** Processor time on software adapters, device time elsewhere. */
export type Metric = 'cpuMs' | 'deviceMs' | 'wallMs';

/** The metric of a machine. */
export const metricOf = ({ software }: Pick<Machine, 'software'>): Metric =>
  software ? 'cpuMs' : 'deviceMs';

/** How long the stage may go on. */
export interface TimingBudget {
  /** Wall clock of the whole stage. */
  readonly budgetMs: number;
  /** Blocks at first, and as many again while a cell is ambiguous. */
  readonly blocks: number;
  readonly mostBlocks: number;
  /** A sample repeats a call until it takes about this long. */
  readonly sampleMs: number;
  /** Samples of a side in a turn, of which the least counts: what else the machine does only adds to them. */
  readonly samples: number;
}

/** 6 blocks, then 6 more while it cannot be told, to 36. */
export const usualBudget: TimingBudget = {
  budgetMs: 20 * 60_000,
  blocks: 6,
  mostBlocks: 36,
  sampleMs: 10,
  samples: 10,
};

const minimumEffect = 0.02;
/** Of the first look: two a block. */
const firstRounds = 2 * usualBudget.blocks;
const msOf = (sample: ArmSample, metric: Metric): number => sample[metric] ?? sample.wallMs;

/** Two processes of the same cells. */
export interface Pair {
  readonly a: Arm;
  readonly b: Arm;
}

/** Makes both sides ready for a cell, and finds how many calls make a sample. */
async function ready({ a, b }: Pair, cell: TrackCell, budget: TimingBudget): Promise<number> {
  await a.ask({ kind: 'open', cell });
  await b.ask({ kind: 'open', cell });
  let wallMs = Number.POSITIVE_INFINITY;
  for (let k = 0; k < budget.samples; k++)
    wallMs = Math.min(wallMs, (await a.ask({ kind: 'sample', cell, calls: 1 })).wallMs);
  return Math.max(1, Math.min(1000, Math.round(budget.sampleMs / Math.max(0.01, wallMs))));
}

/** Called around the samples of arm B: for the selftest, which puts load there. */
export interface Around {
  readonly before: () => void;
  readonly after: () => void;
}

/**
 * An AB round and a BA round. The samples of a round alternate between the sides, so that both meet a slow moment of the machine, and the least of
 * each counts.
 */
async function block(
  { a, b }: Pair,
  cell: TrackCell,
  calls: number,
  metric: Metric,
  { samples }: TimingBudget,
  around?: Around,
): Promise<readonly Round[]> {
  const sample = async (arm: Arm): Promise<number> => {
    if (arm === b) around?.before();
    const ms = msOf(await arm.ask({ kind: 'sample', cell, calls }), metric);
    if (arm === b) around?.after();
    return ms;
  };
  const round = async (order: Round['order']): Promise<Round> => {
    const least = new Map([a, b].map((arm) => [arm, Number.POSITIVE_INFINITY]));
    for (let k = 0; k < samples; k++)
      for (const arm of order === 'AB' ? [a, b] : [b, a])
        least.set(arm, Math.min(least.get(arm)!, await sample(arm)));
    return { order, a: [least.get(a)!], b: [least.get(b)!] };
  };
  return [await round('AB'), await round('BA')];
}

/** Farthest from no change that an interval reaches. */
export const halfWidthOf = ({ low, high }: Pick<ComparisonResult, 'low' | 'high'>): number =>
  Math.max(Math.abs(low), Math.abs(high));

/** Rounds of a cell until it can be told, or the blocks are spent. */
export async function roundsUntilTold(
  pair: Pair,
  cell: TrackCell,
  metric: Metric,
  budget: TimingBudget,
  options: {
    readonly nullHalfWidth?: number;
    readonly deadline?: number;
    readonly wantedP?: number;
    readonly around?: Around;
    /** Goes on until equal arms are known to half the smallest effect, whatever the verdict: a floor that is wide hides what it is to tell apart. */
    readonly isNull?: boolean;
  } = {},
): Promise<{ readonly rounds: readonly Round[]; readonly result: ComparisonResult }> {
  const { nullHalfWidth = 0, deadline = Number.POSITIVE_INFINITY, wantedP = 1, around, isNull } = options;
  const calls = await ready(pair, cell, budget);
  const rounds: Round[] = [];
  for (;;) {
    for (let k = 0; k < budget.blocks; k++)
      rounds.push(...(await block(pair, cell, calls, metric, budget, around)));
    // Looking several times at 95 % would be wrong more often than that: every look has its share.
    const looks = Math.ceil(budget.mostBlocks / budget.blocks);
    const result = compareArms(rounds, {
      minimumEffect,
      nullHalfWidth,
      level: rounds.length / 2 > budget.blocks ? 1 - 0.05 / looks : 0.95,
    });
    const spent = rounds.length / 2 >= budget.mostBlocks || performance.now() > deadline;
    // One of many cells has to be surer than one alone.
    const isSure = !told(result.verdict) || result.pValue <= wantedP;
    const isEnough = isNull
      ? halfWidthOf(result) <= minimumEffect / 2
      : result.verdict !== 'ambiguous' && isSure;
    if (isEnough || spent) return { rounds, result };
  }
}

const told = (verdict: ComparisonResult['verdict'] | TimedVerdict): boolean =>
  ['slower', 'regressed', 'faster'].includes(verdict);

/** A cell as the report has it. */
export function timedCell(
  cell: TrackCell,
  { rounds, result }: { readonly rounds: readonly Round[]; readonly result: ComparisonResult },
): TimedCell {
  const verdict = result.verdict === 'slower' ? 'regressed' : result.verdict;
  const first = signedRankP(blockRatios(rounds.slice(0, firstRounds)));
  return {
    cell: cellName(cell),
    verdict,
    change: result.change,
    low: result.low,
    high: result.high,
    floor: result.threshold,
    blocks: result.blocks,
    firstP: first.p,
    firstPBelow: first.below,
    adjustedP: result.pValue,
    baseMs: median(rounds.flatMap(({ a }) => a)),
    ...(result.reason === undefined ? {} : { reason: result.reason }),
  };
}

/** p-values of several comparisons, and verdicts that do not stand after the correction. */
export function corrected(cells: readonly TimedCell[], level = 0.05): readonly TimedCell[] {
  const adjusted = holm(cells.map(({ adjustedP }) => adjustedP));
  return cells.map((cell, index) => {
    const adjustedP = adjusted[index] ?? cell.adjustedP;
    return told(cell.verdict) && adjustedP > level
      ? { ...cell, adjustedP, verdict: 'ambiguous' }
      : { ...cell, adjustedP };
  });
}
