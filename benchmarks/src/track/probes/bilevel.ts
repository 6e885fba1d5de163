/** @file Hypergradients: one call is T inner steps and the hypergradient after them. */
import { predictRun, prepare } from '@longhorizon/bilevel';
import { type Case, caseOf } from '../../measurements/case.ts';
import type { BilevelSuite } from '../../measurements/rows.ts';
import { configured } from './config.ts';
import { measuredRun } from './measured-run.ts';
import type { OpenProbe, Probe } from './probe.ts';

export const bilevelProbe =
  (suite: BilevelSuite): OpenProbe =>
  async (cell) => {
    const { config, context } = configured(suite.suite, cell, 'gradient');
    return hypergradientProbe(await caseOf(suite, config, context));
  };

/** Of a case that is ready. */
export function hypergradientProbe({
  device,
  problem,
  method,
  config,
}: Pick<Case, 'device' | 'problem' | 'method' | 'config'>): Promise<Probe> {
  const options = { horizon: config.horizon };
  return measuredRun(device, {
    predict: () => predictRun(device, problem, method, options),
    make: () => prepare(device, problem, method, options),
    call: (run) => run.compute(),
    read: async (run) => {
      await run.read('hypergradient');
      await run.read('weights');
    },
  });
}
