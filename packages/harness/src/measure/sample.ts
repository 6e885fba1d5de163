import type { NoiseSection, Phase } from '../record/measurement.ts';
import { summarise } from '../record/summarise.ts';
import type { Round } from '../statistics/compare.ts';
import { median, medianInterval } from '../statistics/describe.ts';
import { type Arm, prepareArm, type Sampler, type WarmUpOptions } from './arm.ts';
import { type Control, judgeNoise, readControl } from './control.ts';
import { balancedOrders } from './order.ts';

/** When to stop, and what to watch meanwhile. */
export interface SamplingOptions extends WarmUpOptions {
  readonly minimumSamples?: number;
  readonly maximumSamples?: number;
  /** Wall clock for all arms together, warm-up excluded; the minimum is taken even if it is over. */
  readonly timeBudgetMs?: number;
  /** Good enough: half the width of the median's 95 % interval over the median, for every arm. */
  readonly relativeHalfWidth?: number;
  /** Chooses the order of the arms. */
  readonly seed?: number;
  readonly control?: Control;
  readonly signal?: AbortSignal;
}

/** What sampling came to. */
export interface Sampled {
  /** One phase per arm; for an arm on the device's clock also `<name> (host)`. */
  readonly phases: Readonly<Record<string, Phase>>;
  /** The names of the arms in the order in which they ran, round by round. */
  readonly orders: readonly (readonly string[])[];
  readonly noise?: NoiseSection;
}

/**
 * Times arms in turns: every round takes one sample of each, in an order that is balanced over rounds. Sampling
 * goes on until every arm's median is known well enough, the time is over, or the maximum is reached.
 *
 * @throws what an arm throws: samples of work that failed are no samples
 */
export async function sampleArms(arms: readonly Arm[], options: SamplingOptions = {}): Promise<Sampled> {
  const {
    minimumSamples = 10,
    maximumSamples = 200,
    timeBudgetMs = 1000,
    relativeHalfWidth = 0.02,
  } = options;
  const samplers: Sampler[] = [];
  for (const arm of arms) samplers.push(await prepareArm(arm, options));
  const readings = samplers.map(() => ({ own: [] as number[], host: [] as number[] }));
  const control: Record<string, number[]> = {};
  const orderOf = balancedOrders(arms.length, options.seed ?? 1);
  const orders: (readonly string[])[] = [];
  const started = performance.now();

  let stopped: Phase['stopped'] = 'maximum';
  // Rounds go in pairs, an order and its reverse; stopping between them would leave the arms unbalanced.
  for (let round = 0; round < maximumSamples + (maximumSamples % 2); round++) {
    if (options.signal?.aborted === true) {
      stopped = 'aborted';
      break;
    }
    if (options.control !== undefined && round % options.control.everyRounds === 0)
      await readControl(options.control, control);
    const order = orderOf(round);
    for (const arm of order) {
      const { ms, hostMs } = await (samplers[arm] as Sampler).sample();
      readings[arm]?.own.push(ms);
      readings[arm]?.host.push(hostMs);
    }
    orders.push(order.map((arm) => (samplers[arm] as Sampler).name));
    if (round % 2 === 0 || round + 1 < minimumSamples) continue;
    if (readings.every(({ own }) => isPrecise(own, relativeHalfWidth))) {
      stopped = 'precision';
      break;
    }
    if (performance.now() - started >= timeBudgetMs) {
      stopped = 'time-budget';
      break;
    }
  }
  if (options.control !== undefined) await readControl(options.control, control);

  const phases: Record<string, Phase> = {};
  for (const [index, sampler] of samplers.entries()) {
    const { own, host } = readings[index] as (typeof readings)[number];
    phases[sampler.name] = phaseOf(sampler, sampler.clock, own, stopped);
    if (sampler.clock === 'gpu') phases[`${sampler.name} (host)`] = phaseOf(sampler, 'host', host, stopped);
  }
  const noise = options.control === undefined ? {} : { noise: judgeNoise(control) };
  return { phases, orders, ...noise };
}

function phaseOf(
  sampler: Sampler,
  clock: Phase['clock'],
  samples: number[],
  stopped: Phase['stopped'],
): Phase {
  const { innerIterations, warmUpCalls } = sampler;
  return { clock, unit: 'ms', samples, innerIterations, warmUpCalls, stopped, summary: summarise(samples) };
}

function isPrecise(samples: readonly number[], relativeHalfWidth: number): boolean {
  const { low, high, level } = medianInterval(samples);
  return level >= 0.95 && (high - low) / 2 <= relativeHalfWidth * median(samples);
}

/** The samples of two arms as rounds for {@link compareArms}. */
export function roundsOf(sampled: Sampled, a: string, b: string): readonly Round[] {
  const samplesOf = (name: string): readonly number[] => {
    const phase = sampled.phases[name];
    if (phase === undefined)
      throw new Error(`There is no arm ${name}; there are ${Object.keys(sampled.phases).join(', ')}.`);
    return phase.samples;
  };
  const [ofA, ofB] = [samplesOf(a), samplesOf(b)];
  return sampled.orders.map((order, round) => ({
    order: order.indexOf(a) < order.indexOf(b) ? 'AB' : 'BA',
    a: [ofA[round] as number],
    b: [ofB[round] as number],
  }));
}
