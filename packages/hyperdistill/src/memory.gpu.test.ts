import { oneStep, predictRun, prepare } from '@longhorizon/bilevel';
import { momentum } from '@longhorizon/nn';
import { totalBytes } from '@longhorizon/tensor/compiler';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import { hyperdistill } from './hyperdistill.ts';
import { numberedBatches } from './testing/numbered-batches.ts';
import { rates } from './testing/quadratics.ts';

const device = useDevice();
const meta = {
  optimiser: (rate: Parameters<typeof momentum>[0]['rate']) => momentum({ rate, momentum: 0.9 }),
  rate: 1e-4,
};

describe('memory', () => {
  it('is the same to the byte at T = 10 and T = 10,000, as predicted, and both horizons run', async () => {
    const method = hyperdistill({ gamma: 0.999 });
    const peaks: number[] = [];
    for (const horizon of [10, 10_000]) {
      const options = { horizon, meta: { ...meta, every: 10 } };
      const predicted = totalBytes(predictRun(device(), rates(), method, options));
      const watch = device().ledger.watch({ except: ['staging'] });
      const before = watch.peak;
      const run = await prepare(device(), rates(), method, options);
      const { outerLoss, divergedAt, counts } = await run.metaStep();
      const peak = watch.peak - before;
      watch.stop();
      run.destroy();
      expect(peak).toBe(predicted);
      expect(divergedAt).toBeUndefined();
      expect(Number.isFinite(outerLoss)).toBe(true);
      expect(counts.vjps).toBe(horizon / 10 + 3 * horizon);
      peaks.push(peak);
    }
    expect(peaks[1]).toBe(peaks[0]);
  });

  it('does not depend on T where there are batches', () => {
    const problem = numberedBatches({ batch: 8, steps: 10_000 });
    const method = hyperdistill({ gamma: 0.999, rounding: 'stochastic' });
    const [short, long] = [10, 10_000].map((horizon) =>
      predictRun(device(), problem, method, { horizon, meta }),
    );
    expect(long).toEqual(short);
  });

  it('beyond one-step is w*, D*, two adjoints, a vector like λ for each task, and a few numbers', () => {
    const problem = numberedBatches({ batch: 64, steps: 100 });
    const options = { horizon: 100, meta };
    const bytes = (method: typeof oneStep) => predictRun(device(), problem, method, options);
    const [ours, theirs] = [bytes(hyperdistill({ gamma: 0.9 })), bytes(oneStep)];
    const more = (name: keyof typeof ours) => (ours[name] ?? 0) - (theirs[name] ?? 0);
    expect(more('trajectory')).toBe(4 * problem.d);
    expect(more('data')).toBe(4 * 64);
    expect(more('tangents')).toBe(4 * (2 * problem.d + problem.p));
    expect(more('weights')).toBe(0);
    expect(more('optimiser state')).toBe(0);
  });
});
