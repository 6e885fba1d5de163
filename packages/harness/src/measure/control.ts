import { mean, sampleStandardDeviation } from 'simple-statistics';
import { finiteOrNull, roundedMs } from '../record/build.ts';
import type { NoiseSection } from '../record/measurement.ts';
import { median } from '../statistics/describe.ts';

/**
 * Fixed pieces of work that are timed between rounds. They cannot change, so if their times do, the machine
 * did: throttled, shared, or busy. This stands in for the clock rates that WebGPU does not show.
 */
export interface Control {
  /** After how many rounds it runs. */
  readonly everyRounds: number;
  /** By name: bound by arithmetic, by memory, by dispatch. Returns milliseconds, or nothing to be timed here. */
  readonly work: Readonly<Record<string, () => unknown>>;
}

/** From where on a machine counts as noisy, and from where on its times are not to be used. */
export interface NoiseLimits {
  readonly noisy: { readonly variation: number; readonly drift: number };
  readonly reject: { readonly variation: number; readonly drift: number };
}

/** Loose enough for a shared two-core machine at rest, tight enough to see a throttled one. */
export const defaultNoiseLimits: NoiseLimits = {
  noisy: { variation: 0.1, drift: 0.05 },
  reject: { variation: 0.5, drift: 0.25 },
};

/** Runs every control once and adds its time to the readings. */
export async function readControl(control: Control, readings: Record<string, number[]>): Promise<void> {
  for (const [name, work] of Object.entries(control.work)) {
    const started = performance.now();
    const said = await work();
    const ms = typeof said === 'number' ? said : performance.now() - started;
    readings[name] = [...(readings[name] ?? []), roundedMs(ms)];
  }
}

/** What the readings say about the machine: the worst control decides. */
export function judgeNoise(
  control: Readonly<Record<string, readonly number[]>>,
  limits: NoiseLimits = defaultNoiseLimits,
): NoiseSection {
  const all = Object.values(control);
  const variation = Math.max(0, ...all.map(variationOf));
  const drifts = all.map(driftOf).sort((a, b) => Math.abs(b) - Math.abs(a));
  const drift = drifts[0] ?? 0;
  const exceeds = (limit: { readonly variation: number; readonly drift: number }): boolean =>
    variation > limit.variation || Math.abs(drift) > limit.drift;
  return {
    control: Object.fromEntries(Object.entries(control).map(([name, readings]) => [name, [...readings]])),
    coefficientOfVariation: finiteOrNull(variation),
    drift: finiteOrNull(drift),
    verdict: exceeds(limits.reject) ? 'reject' : exceeds(limits.noisy) ? 'noisy' : 'quiet',
  };
}

function variationOf(readings: readonly number[]): number {
  return readings.length < 2 ? 0 : sampleStandardDeviation([...readings]) / mean([...readings]);
}

/** The last third over the first third, minus 1. */
function driftOf(readings: readonly number[]): number {
  const third = Math.ceil(readings.length / 3);
  return readings.length < 3 ? 0 : median(readings.slice(-third)) / median(readings.slice(0, third)) - 1;
}
