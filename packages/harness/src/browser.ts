/**
 * @file What the package is in a browser: cells, records and measuring, and the worker that runs cells. What needs files, processes or a
 * terminal is absent. Bundlers find it by the condition `browser`.
 */
export { browserEnvironment, browserName, type NavigatorLike } from './browser/environment.ts';
export { type PageOptions, runPage } from './browser/page.ts';
export { serveCellsInWorker, type WorkerOptions, type WorkerScope } from './browser/serve-worker.ts';
export {
  openSession,
  type Session,
  type SessionEnd,
  type SessionEvents,
  type SessionOptions,
  type Shelf,
} from './browser/session.ts';
export { type WorkerExecutor, type WorkerLike, workerExecutor } from './browser/worker-executor.ts';
export { type CellList, listCells, type PlannedCell } from './cell/cell-list.ts';
export * from './cell/config.ts';
export { canonicalJson, cellIdOf, hashOf, sha256, versionIdOf } from './cell/identity.ts';
export { defaultSeedAxes, deriveSeed, deriveSeeds } from './cell/seeds.ts';
export type { Selection } from './cell/selection.ts';
export * from './cell/suite.ts';
export { rateName, trialPass, tunedParameter } from './cell/tuning.ts';
export { listOf, plural, RunError, UsageError } from './errors.ts';
export { groupedBy } from './grouped.ts';
export { axisText, bytesText, numberText, timesText, timeText } from './leaderboard/format.ts';
export { cosineText, metricValueText } from './leaderboard/row-text.ts';
export { defaultNoiseLimits, judgeNoise, readControl } from './measure/control.ts';
export { roundsOf, sampleArms } from './measure/sample.ts';
export { phaseTimer, timed, timeSection } from './measure/timer.ts';
export { closing, Owner, owned } from './ownership.ts';
export { finiteOrNull, makeRecord, type RecordContext, roundedMs } from './record/build.ts';
export { deviceKey } from './record/device-key.ts';
export { measurementSchema } from './record/measurement.ts';
export { type CellRecord, checkRecord, schemaVersion } from './record/record.ts';
export { stableContent, stableDigest } from './record/stable.ts';
export { summarise } from './record/summarise.ts';
export { environmentsOf, versionsOf } from './run/answers.ts';
export * from './run/cell-runner.ts';
export { duration } from './run/duration.ts';
export { RemainingTime } from './run/remaining-time.ts';
export { studentQuantile } from './statistics/distributions.ts';
