import { mean } from 'simple-statistics';
import { type Interval, quantile } from './describe.ts';
import { normalProbability, normalQuantile } from './distributions.ts';
import { randomFrom } from './random.ts';

/** How to resample. Equal options and data give equal intervals. */
export interface BootstrapOptions {
  readonly level?: number;
  readonly resamples?: number;
  readonly seed?: number;
  /** `bca` corrects bias and skewness (Efron 1987); `percentile` takes the quantiles as they are. */
  readonly method?: 'bca' | 'percentile';
}

/** A statistic of the data and its bootstrap confidence interval. */
export interface Estimate extends Interval {
  readonly estimate: number;
  readonly count: number;
}

/**
 * Bootstrap confidence interval of a statistic over independent units.
 *
 * @param units what is resampled: seeds, tasks, rounds
 * @param statistic a number from units; called with resampled units
 */
export function bootstrap<Unit>(
  units: readonly Unit[],
  statistic: (units: readonly Unit[]) => number,
  options: BootstrapOptions = {},
): Estimate {
  const { level = 0.95, resamples = 2000, seed = 1, method = 'bca' } = options;
  const estimate = statistic(units);
  const count = units.length;
  if (count < 2) return { estimate, low: estimate, high: estimate, level: 0, count };

  const random = randomFrom(seed);
  const draw = (): readonly Unit[] => units.map(() => units[random.below(count)] as Unit);
  const replicates = Array.from({ length: resamples }, () => statistic(draw()));
  const [lower, upper] = [(1 - level) / 2, (1 + level) / 2];
  const [low, high] = (method === 'bca' &&
    correctedLevels(units, statistic, estimate, replicates, [lower, upper])) || [lower, upper];
  return { estimate, low: quantile(replicates, low), high: quantile(replicates, high), level, count };
}

/** The quantile levels after correction for bias and acceleration; undefined where they do not exist. */
function correctedLevels<Unit>(
  units: readonly Unit[],
  statistic: (units: readonly Unit[]) => number,
  estimate: number,
  replicates: readonly number[],
  levels: readonly [number, number],
): readonly [number, number] | undefined {
  // Ties count half: for statistics that take few values (a median) a strict count is biased.
  const below = replicates.filter((value) => value < estimate).length;
  const equal = replicates.filter((value) => value === estimate).length;
  const share = (below + equal / 2) / replicates.length;
  if (share === 0 || share === 1) return undefined;
  const bias = normalQuantile(share);

  const leftOut = units.map((_, left) => statistic(units.filter((_, index) => index !== left)));
  const centre = mean(leftOut);
  const cubes = leftOut.reduce((sum, value) => sum + (centre - value) ** 3, 0);
  const squares = leftOut.reduce((sum, value) => sum + (centre - value) ** 2, 0);
  const acceleration = squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
  if (!Number.isFinite(acceleration)) return undefined;

  const corrected = (level: number): number => {
    const z = bias + normalQuantile(level);
    return normalProbability(bias + z / (1 - acceleration * z));
  };
  return [corrected(levels[0]), corrected(levels[1])];
}
