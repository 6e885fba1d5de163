import type { TrackDefinition } from '@longhorizon/harness';
import { trackCells } from './cells.ts';

/** Of the harness, what gives a cell its numbers; the rest only looks on. */
const measuredHarness = /^packages\/harness\/src\/(?:cell|run)\//;
/** Where files stand that no cell runs through. */
const unmeasured =
  /^(?:packages\/harness\/|benchmarks\/src\/(?:bench|reports|track)\/|benchmarks\/src\/suites\/[^/]+\/studies\/)/;
const sources = /^(?:packages\/[^/]+|benchmarks|datasets)\/src\/.*\.(?:ts|mjs|js|wgsl|json)$/;

export const trackDefinition: TrackDefinition = {
  cells: trackCells,
  canary: { suite: 'selftest', problem: 'sum', method: 'longhorizon', horizon: 1, dimension: 0 },
  isControl: ({ suite }) => suite === 'kernels',
  arm: {
    script: 'benchmarks/src/track/arm.ts',
    execArgv: ['--conditions=longhorizon-source', '--import', import.meta.resolve('tsx')],
  },
  // llvmpipe compiles 3.6 times as fast without LLVM's optimisations, and computes the same bits (decision 0120).
  factsEnvironment: { GALLIVM_PERF: 'nopt' },
  measuring: ['benchmarks/src/track'],
  recordingVersion: 1,
  isMeasured: (path) =>
    path === 'package-lock.json' ||
    (sources.test(path) &&
      !/\.test\.ts$|\/testing\//.test(path) &&
      (measuredHarness.test(path) || !unmeasured.test(path))),
  budgetsFile: 'benchmarks/budgets.json',
  acceptedFile: 'benchmarks/accepted.jsonl',
  historyFolder: 'benchmarks/history',
};
