import {
  type CellConfig,
  type CellContext,
  defaultSeedAxes,
  deriveSeeds,
  type Suite,
  type TrackCell,
} from '@longhorizon/harness';
import { MissingCell } from './probe.ts';

/**
 * The configuration and the seeds of a cell, from the commit's own declaration of the suite.
 *
 * @throws MissingCell where the commit has no such problem or method
 */
export function configured(
  suite: Suite,
  { problem, method, horizon, dimension }: TrackCell,
  pass: string,
): { readonly config: CellConfig; readonly context: CellContext } {
  const problemSpec = suite.problems.find(({ name }) => name === problem);
  const methodSpec = suite.methods.find(({ name }) => name === method);
  if (problemSpec === undefined) throw new MissingCell(`${suite.name} has no problem ${problem}`);
  if (methodSpec === undefined) throw new MissingCell(`${suite.name} has no method ${method}`);
  const config: CellConfig = {
    suite: suite.name,
    problem,
    method,
    horizon,
    dimension,
    seed: 0,
    parameters: { ...problemSpec.parameters, ...methodSpec.parameters },
    profile: 'quick',
    pass,
  };
  const context: CellContext = {
    cellId: '',
    seeds: deriveSeeds(config, suite.seedAxes ?? defaultSeedAxes).derived,
    adapter: process.env.LONGHORIZON_ADAPTER,
    signal: new AbortController().signal,
  };
  return { config, context };
}
