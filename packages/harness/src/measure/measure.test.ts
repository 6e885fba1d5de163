import { afterEach, describe, expect, it, vi } from 'vitest';
import { phaseSchema, timeSchema } from '../record/measurement.ts';
import { check } from '../record/record.ts';
import { compareArms } from '../statistics/compare.ts';
import { judgeNoise } from './control.ts';
import { balancedOrders } from './order.ts';
import { roundsOf, sampleArms } from './sample.ts';
import { phaseTimer, timed, timeSection } from './timer.ts';

/** Keeps the processor busy for this many milliseconds, measured by the clock itself. */
function busy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Replaces the clock by one that only work moves, so that nothing depends on the machine. Returns work of so many milliseconds. */
function clockOfWork(): (ms: number) => void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  return (ms) => {
    now += ms;
  };
}
afterEach(() => {
  vi.restoreAllMocks();
});

const quick = { warmUpCalls: 1, warmUpMs: 0 } as const;

describe('the order of arms', () => {
  it('is a permutation and then its reverse, and repeats with the seed', () => {
    const orderOf = balancedOrders(4, 3);
    const rounds = Array.from({ length: 20 }, (_, round) => orderOf(round));
    for (let pair = 0; pair < 20; pair += 2) {
      expect([...(rounds[pair] ?? [])].sort()).toEqual([0, 1, 2, 3]);
      expect(rounds[pair + 1]).toEqual([...(rounds[pair] ?? [])].reverse());
    }
    expect(new Set(rounds.map(String)).size).toBeGreaterThan(4);
    expect(Array.from({ length: 20 }, (_, round) => balancedOrders(4, 3)(round))).toEqual(rounds);
  });
});

describe('sampling', () => {
  it('takes turns and keeps every raw sample', async () => {
    const calls: string[] = [];
    const arms = ['a', 'b', 'c'].map((name) => ({ name, run: () => void calls.push(name) }));
    const sampled = await sampleArms(arms, {
      ...quick,
      minimumSamples: 6,
      maximumSamples: 6,
      relativeHalfWidth: 0,
    });
    expect(sampled.orders).toHaveLength(6);
    expect(calls.slice(-18)).toEqual(sampled.orders.flat());
    for (const name of ['a', 'b', 'c']) {
      const phase = sampled.phases[name];
      expect(phase).toMatchObject({ clock: 'host', innerIterations: 1, stopped: 'maximum', warmUpCalls: 2 });
      expect(phase?.samples).toHaveLength(6);
      expect(check(phaseSchema, phase).ok).toBe(true);
    }
  });

  it('measures what the arms take', async () => {
    const arms = [
      { name: 'short', run: () => busy(1) },
      { name: 'long', run: async () => busy(3) },
    ];
    const { phases } = await sampleArms(arms, { ...quick, minimumSamples: 8, maximumSamples: 8 });
    // No upper bound: a busy machine has none.
    expect(phases.short?.summary.minimum).toBeGreaterThanOrEqual(1);
    expect(phases.long?.summary.minimum).toBeGreaterThanOrEqual(3);
  });

  it('stops as soon as the medians are known well enough', async () => {
    const device = [5, 5.01];
    let call = 0;
    const arm = { name: 'steady', clock: 'gpu', run: async () => device[call++ % 2] } as const;
    const { phases } = await sampleArms([arm], { ...quick, minimumSamples: 10, maximumSamples: 100 });
    expect(phases.steady).toMatchObject({ clock: 'gpu', stopped: 'precision' });
    expect(phases.steady?.samples).toHaveLength(10);
    expect(phases.steady?.summary.median).toBeCloseTo(5.005, 9);
    expect(phases['steady (host)']?.clock).toBe('host');
  });

  it.each([
    // Five samples hold the median with 93.75 %, six with 96.9 %.
    ['not before an interval of the wanted level exists', 2, 6],
    ['not between an order and its reverse', 7, 8],
  ])('stops %s, however steady an arm is', async (_, minimumSamples, taken) => {
    const arm = { name: 'steady', clock: 'gpu', run: () => 5 } as const;
    const { phases } = await sampleArms([arm], { ...quick, minimumSamples });
    expect(phases.steady).toMatchObject({ stopped: 'precision' });
    expect(phases.steady?.samples).toHaveLength(taken);
  });

  it('stops when the time is over, with whole pairs of rounds', async () => {
    const work = clockOfWork();
    let call = 0;
    const arm = { name: 'noisy', run: () => work(call++ % 2 === 0 ? 1 : 8) };
    const { phases } = await sampleArms([arm], {
      ...quick,
      minimumSamples: 2,
      timeBudgetMs: 60,
      relativeHalfWidth: 0.001,
    });
    expect(phases.noisy?.stopped).toBe('time-budget');
    // Seven pairs of 9 ms are over 60 ms.
    expect(phases.noisy?.samples).toHaveLength(14);
  });

  it('averages calls that are too short for the clock', async () => {
    let calls = 0;
    const arm = { name: 'tiny', run: () => void calls++ };
    const { phases } = await sampleArms([arm], {
      ...quick,
      innerIterations: 'auto',
      minimumSamples: 4,
      maximumSamples: 4,
    });
    expect(phases.tiny?.innerIterations).toBeGreaterThan(100);
    expect(calls).toBeGreaterThanOrEqual(4 * (phases.tiny?.innerIterations ?? 0));
  });

  it('passes on what an arm throws and stops when told to', async () => {
    let call = 0;
    const failing = {
      name: 'failing',
      run: () => {
        if (call++ === 5) throw new Error('device lost');
      },
    };
    await expect(sampleArms([failing], { ...quick, minimumSamples: 20 })).rejects.toThrow('device lost');
    const stop = new AbortController();
    stop.abort();
    const { phases } = await sampleArms([{ name: 'a', run: () => {} }], { ...quick, signal: stop.signal });
    expect(phases.a).toMatchObject({ samples: [], stopped: 'aborted' });
  });

  it('refuses a device arm that does not say its time', async () => {
    const arm = { name: 'mute', clock: 'gpu', run: () => undefined } as const;
    await expect(sampleArms([arm], quick)).rejects.toThrow('arm mute: with the clock gpu, run must return');
  });

  it('feeds the comparator', async () => {
    const arms = [
      { name: 'a', clock: 'gpu', run: () => 10 } as const,
      { name: 'b', clock: 'gpu', run: () => 11 } as const,
    ];
    const sampled = await sampleArms(arms, { ...quick, minimumSamples: 12, maximumSamples: 12 });
    const result = compareArms(roundsOf(sampled, 'a', 'b'));
    expect(result).toMatchObject({ verdict: 'slower', blocks: 6 });
    expect(result.change).toBeCloseTo(0.1, 12);
    expect(() => roundsOf(sampled, 'a', 'c')).toThrow('There is no arm c');
  });
});

describe('controls', () => {
  it('run between rounds and judge the machine', async () => {
    let round = 0;
    const control = { everyRounds: 2, work: { throttled: () => 10 + round++, quiet: () => 5 } };
    const arm = { name: 'a', clock: 'gpu', run: () => 1 } as const;
    const options = { ...quick, minimumSamples: 12, maximumSamples: 12, relativeHalfWidth: 0, control };
    const { noise } = await sampleArms([arm], options);
    expect(noise?.control.throttled).toHaveLength(7);
    expect(noise?.control.quiet).toEqual([5, 5, 5, 5, 5, 5, 5]);
    expect(noise?.drift).toBeCloseTo(15 / 11 - 1, 12);
    expect(noise?.verdict).toBe('reject');
  });

  it.each([
    ['quiet', [10, 10.1, 9.9, 10, 10.1, 9.9]],
    ['noisy', [10, 12, 9, 10, 12, 9]],
    ['reject', [10, 10, 10, 14, 14, 14]],
  ] as const)('call a machine %s', (verdict, readings) => {
    expect(judgeNoise({ work: readings }).verdict).toBe(verdict);
  });
});

describe('time sections', () => {
  it('keep compiling and evaluation apart from the phases', async () => {
    const work = clockOfWork();
    const timer = phaseTimer();
    const { value, ms } = await timed(() => 7);
    expect(value).toBe(7);
    for (let step = 0; step < 3; step++) {
      await timer.time('outer-step', () => work(2));
      await timer.evaluate(() => work(5));
    }
    expect(timer.elapsedMs()).toBe(6);
    expect(timer.evaluationMs()).toBe(15);
    const section = timeSection(timer.phases(), {
      primaryPhase: 'outer-step',
      compileMs: ms,
      evaluationMs: timer.evaluationMs(),
    });
    expect(check(timeSchema, section).ok).toBe(true);
    expect(section.phases['outer-step']?.samples).toHaveLength(3);
    expect(() => timeSection(timer.phases(), { primaryPhase: 'inner' })).toThrow('measured were outer-step');
  });
});
