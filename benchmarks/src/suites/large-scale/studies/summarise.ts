/** @file From the lines of the experiment to its numbers. */
import { summarise as meanOver } from '../../../reports/summarise.ts';
import type { RunLine } from './experiment.ts';

/** A mean over seeds with half the width of its 95 % interval. */
export interface Mean {
  readonly mean: number;
  readonly ci95: number;
}

/** A method at one K, with the β that did best on the first seed. */
export interface MethodSummary {
  readonly method: string;
  readonly horizon: number;
  readonly beta: number | null;
  /** What β was chosen from, and the mean training loss of the second half that each came to on the first seed. */
  readonly tried: readonly { readonly beta: number | null; readonly loss: number | null }[];
  readonly seeds: readonly number[];
  /** Inner steps at the end of each stretch. */
  readonly steps: readonly number[];
  /** Mean training loss of each stretch. */
  readonly losses: readonly Mean[];
  readonly accuracies: readonly (Mean & { readonly step: number })[];
}

/** Trajectory shifting against Reptile at one K, seed by seed. */
export interface Difference {
  readonly horizon: number;
  readonly seeds: readonly number[];
  /** By how much the training loss of trajectory shifting is above Reptile's, as a share of Reptile's. */
  readonly losses: readonly (Mean & { readonly step: number })[];
  /** Meta-test accuracy of trajectory shifting less that of Reptile. */
  readonly accuracies: readonly (Mean & { readonly step: number })[];
  /** Reptile's inner steps over those after which trajectory shifting is at Reptile's last loss, for each seed; null where it never is. */
  readonly stepRatios: readonly (number | null)[];
}

export interface ExperimentSummary {
  readonly setting: RunLine['setting'];
  readonly methods: readonly MethodSummary[];
  readonly differences: readonly Difference[];
}

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

const meanOf = (values: readonly number[]): Mean => {
  const { mean: centre, ci95 } = meanOver(values);
  return { mean: centre, ci95 };
};

/** The mean training loss of the second half, by which β is chosen; null where the numbers ceased to be finite. */
export function choiceLoss({ losses, divergedAt }: RunLine): number | null {
  return divergedAt === undefined ? mean(losses.slice(Math.floor(losses.length / 2))) : null;
}

export function summariseRuns(runs: readonly RunLine[]): ExperimentSummary {
  const first = runs[0];
  if (first === undefined) throw new RangeError('There are no runs to summarise; run the experiment first.');
  const points = [...new Set(runs.map(({ method, horizon }) => `${horizon} ${method}`))];
  const chosen = points.map((point) => {
    const own = runs.filter(({ method, horizon }) => `${horizon} ${method}` === point);
    const firstSeed = Math.min(...own.map(({ seed }) => seed));
    const tried = own
      .filter(({ seed }) => seed === firstSeed)
      .map((run) => ({ beta: run.beta, loss: choiceLoss(run) }))
      .sort((a, b) => (a.beta ?? 0) - (b.beta ?? 0));
    const [best] = [...tried].sort(
      (a, b) => (a.loss ?? Number.POSITIVE_INFINITY) - (b.loss ?? Number.POSITIVE_INFINITY),
    );
    const seeds = own.filter(({ beta }) => beta === best!.beta).sort((a, b) => a.seed - b.seed);
    return { tried, runs: seeds };
  });
  return {
    setting: first.setting,
    methods: chosen.map(({ tried, runs: seeds }) => methodSummary(seeds, tried)),
    differences: [...new Set(runs.map(({ horizon }) => horizon))]
      .sort((a, b) => a - b)
      .flatMap((horizon) => {
        const of = (name: string): readonly RunLine[] =>
          chosen.find(({ runs: [run] }) => run!.method === name && run!.horizon === horizon)?.runs ?? [];
        return difference(of('trajectory-shifting'), of('reptile'));
      }),
  };
}

function methodSummary(runs: readonly RunLine[], tried: MethodSummary['tried']): MethodSummary {
  const [{ method, horizon, beta, setting, judged, losses }] = runs as [RunLine];
  return {
    method,
    horizon,
    beta,
    tried,
    seeds: runs.map(({ seed }) => seed),
    steps: losses.map((_, k) => (k + 1) * setting.every),
    losses: losses.map((_, k) => meanOf(runs.map((run) => run.losses[k]!))),
    accuracies: judged.map(({ step }, k) => ({ step, ...meanOf(runs.map((run) => accuracyAt(run, k))) })),
  };
}

const accuracyAt = ({ judged }: RunLine, k: number): number => mean(judged[k]!.scores.accuracy!);

/** Of the seeds that both have. */
function difference(shifting: readonly RunLine[], reptile: readonly RunLine[]): readonly Difference[] {
  const pairs = shifting.flatMap((one) => {
    const other = reptile.find(({ seed }) => seed === one.seed);
    return other === undefined ? [] : [[one, other] as const];
  });
  const [pair] = pairs;
  if (pair === undefined) return [];
  const { losses, judged, setting, horizon } = pair[0];
  return [
    {
      horizon,
      seeds: pairs.map(([{ seed }]) => seed),
      losses: losses.map((_, k) => ({
        step: (k + 1) * setting.every,
        ...meanOf(pairs.map(([a, b]) => a.losses[k]! / b.losses[k]! - 1)),
      })),
      accuracies: judged.map(({ step }, k) => ({
        step,
        ...meanOf(pairs.map(([a, b]) => accuracyAt(a, k) - accuracyAt(b, k))),
      })),
      stepRatios: pairs.map(([a, b]) => {
        const reached = a.losses.findIndex((loss) => loss <= b.losses.at(-1)!);
        return reached < 0 ? null : b.losses.length / (reached + 1);
      }),
    },
  ];
}
