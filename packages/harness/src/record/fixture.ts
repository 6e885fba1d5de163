import type { CellConfig } from '../cell/config.ts';
import { cellIdOf } from '../cell/identity.ts';
import type { PlannedCell } from '../cell/plan.ts';
import { deriveSeeds } from '../cell/seeds.ts';
import { summarise } from '../statistics/describe.ts';
import { buildRecord, type RecordContext } from './build.ts';
import type { AdapterInfo, Measurement, Phase } from './measurement.ts';
import type { CellRecord } from './record.ts';

/**
 * Records for tests. Nothing here was measured: numbers come from formulas, and the adapter is called
 * "fixture" so that no page built from these can be taken for a result.
 */

export const fixtureAdapter: AdapterInfo = {
  vendor: 'fixture',
  architecture: 'none',
  device: 'fixture',
  description: 'fixture adapter (nothing measured)',
  backend: 'none',
  driver: 'none',
  kind: 'software',
  isFallback: true,
  features: ['timestamp-query'],
  limits: { maxBufferSize: 2 ** 28 },
  toggles: [],
};

export const fixtureConfig: CellConfig = {
  suite: 'gradient',
  problem: 'quadratic',
  method: 'exact',
  horizon: 10,
  dimension: 100,
  seed: 0,
  profile: 'quick',
  pass: 'gradient',
  parameters: {},
};

/** A planned cell around a configuration. */
export function fixtureCell(change: Partial<CellConfig> = {}, plan: Partial<PlannedCell> = {}): PlannedCell {
  const config = { ...fixtureConfig, ...change };
  return {
    cellId: cellIdOf(config),
    config,
    seeds: deriveSeeds(config),
    measureVersion: 1,
    isolation: 'in-process',
    sideBySide: false,
    timeoutMs: 10_000,
    ...plan,
  };
}

export const fixtureContext: RecordContext = {
  versionId: 'a'.repeat(64),
  codeHash: 'fixture',
  environment: {
    fingerprint: 'b'.repeat(64),
    stable: {
      os: { platform: 'linux', architecture: 'x64', release: '0' },
      cpu: { model: 'fixture processor', logicalCores: 2 },
      memoryGiB: 8,
      node: 'v0.0.0',
      packages: {},
      adapter: fixtureAdapter,
    },
    volatile: { freeMemoryBytes: 0, loadAverage: [0, 0, 0], allowedCores: 2, scheduler: {} },
  },
  code: { commit: '0'.repeat(40), dirty: false },
  startedAt: '2000-01-01T00:00:00.000Z',
  durationMs: 1,
  isolation: 'in-process',
  cellsAtOnce: 1,
};

/** A phase from given samples. */
export function fixturePhase(samples: readonly number[], clock: Phase['clock'] = 'host'): Phase {
  return {
    clock,
    unit: 'ms',
    samples: [...samples],
    innerIterations: 1,
    warmUpCalls: 2,
    stopped: 'fixed',
    summary: summarise(samples),
  };
}

/** A full record of a cell and a measurement. */
export function fixtureRecord(
  measurement: Measurement,
  change: Partial<CellConfig> = {},
  context: Partial<RecordContext> = {},
): CellRecord {
  return buildRecord(fixtureCell(change), measurement, { ...fixtureContext, ...context });
}

/** A measurement with every section filled. */
export const fullMeasurement: Measurement = {
  status: 'ok',
  time: {
    compileMs: 120,
    primaryPhase: 'hypergradient',
    phases: { hypergradient: fixturePhase([5, 5.1, 4.9, 5.2, 5]), device: fixturePhase([3, 3.1], 'gpu') },
    evaluationMs: 4,
    clock: { host: 'performance.now', gpuTimestamps: true, gpuQuantumNs: 80, synchronisation: 'work-done' },
  },
  memory: {
    peakBytes: 4096,
    peakBytesByClass: { weights: 1024, trajectory: 3072 },
    predictedPeakBytes: 4096,
    hostRssPeakBytes: 100_000_000,
  },
  counters: { dispatches: 42, submits: 3 },
  kernelVariants: { matmul: 'register-8x4' },
  gradient: {
    reference: 'exact',
    cosine: 0.99,
    relativeError: 0.01,
    signAgreement: 1,
    blocks: { decay: { cosine: 1, relativeError: 0 } },
    steps: [{ step: 1, cosine: null, relativeError: 0.2 }],
  },
  training: {
    curve: [
      { step: 0, metrics: { accuracy: 0.2 }, timeMs: 0 },
      { step: 1, metrics: { accuracy: 0.6 }, timeMs: 12 },
    ],
    final: { accuracy: 0.6 },
    finalSamples: { accuracy: [0.5, 0.7] },
    reachedTargetAtStep: 1,
    reachedTargetAtMs: 12,
  },
  kernel: {
    family: 'matmul',
    variant: 'register-8x4',
    shape: { m: 64, n: 64, k: 64 },
    dtype: 'f32',
    flops: 524_288,
    bytesMoved: 49_152,
    peakFlopsPerSecond: 1e10,
  },
  noise: { canary: { stream: [1, 1.01] }, coefficientOfVariation: 0.01, drift: 0, verdict: 'quiet' },
  artifacts: { gradient: 'c'.repeat(64) },
  details: { truncation: 5 },
  notes: ['a note'],
};
