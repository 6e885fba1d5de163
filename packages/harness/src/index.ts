// Cells in browsers.
export { type StartedBrowser, startChromium } from './browser/chromium.ts';
// Cells: what is measured, how it is named and split.

export type { CellList, PlannedCell } from './cell/cell-list.ts';
export { listCells } from './cell/cell-list.ts';
export type { CellConfig, Isolation, JsonObject, JsonValue, Status } from './cell/config.ts';
export { describeCell, statuses, statusWords } from './cell/config.ts';
export type { AnswerVersion } from './cell/identity.ts';
export { canonicalJson, cellIdOf, hashOf, sha256, versionIdOf } from './cell/identity.ts';
export type { DerivedSeeds, SeedAxes, SeedAxis } from './cell/seeds.ts';
export { defaultSeedAxes, deriveSeed, deriveSeeds } from './cell/seeds.ts';
export type { Selection } from './cell/selection.ts';
export type { Shard } from './cell/shard.ts';
export { allCells, parseShard, takeShard } from './cell/shard.ts';
export { hashSources } from './cell/sources.ts';
export type {
  AxisRange,
  CurveSpec,
  MethodSpec,
  MetricSpec,
  ProblemSpec,
  ProfileAxes,
  ProfileOverride,
  ProfileSpec,
  Suite,
} from './cell/suite.ts';
export { defineSuite } from './cell/suite.ts';
export { rateName, trialPass, tunedParameter } from './cell/tuning.ts';
// The command line.
export { benchCommand } from './command/bench-command.ts';
export type { BenchDefinition, Output } from './command/definition.ts';
export type { EnvironmentOption } from './command/environment-options.ts';
export { listOf, plural, RunError, UsageError } from './errors.ts';
export { compareRecords, showComparison } from './export/compare.ts';
export { showRecords } from './export/show.ts';
export type { Format } from './export/write.ts';
export { formats, gather } from './export/write.ts';
export { groupedBy } from './grouped.ts';
export { type Answer, answersOf } from './leaderboard/answers/index.ts';
export type { Board, Boards, Place, RankedColumn } from './leaderboard/board.ts';
export { boardsOf, byPoint, minimumCells } from './leaderboard/board.ts';
// Leaderboards, tables and pages.
export type { Device } from './leaderboard/device.ts';
export { deviceOf, devicesOf } from './leaderboard/device.ts';
export type { CostGrowth } from './leaderboard/growth.ts';
export { growthOf, growthText } from './leaderboard/growth.ts';
export type { Blame, LeaderboardRow, Metric, Quantity, Time, Trouble } from './leaderboard/row.ts';
export { currentRecords, leaderboardRows } from './leaderboard/rows.ts';
export type { ScalingAxis, ScalingCurve, ScalingQuantity } from './leaderboard/scaling.ts';
export { scalingCurves } from './leaderboard/scaling.ts';
// Measuring: samples, controls, timers.
export type { Arm } from './measure/arm.ts';
export type { Control, NoiseLimits } from './measure/control.ts';
export { defaultNoiseLimits, judgeNoise, readControl } from './measure/control.ts';
export type { Sampled, SamplingOptions } from './measure/sample.ts';
export { roundsOf, sampleArms } from './measure/sample.ts';
export type { PhaseTimer, TimeContext, Timed } from './measure/timer.ts';
export { phaseTimer, timed, timeSection } from './measure/timer.ts';
export { closing, Owner, owned } from './ownership.ts';
// Records: what is kept.
export { finiteOrNull, roundedMs } from './record/build.ts';
export { deviceKey } from './record/device-key.ts';
export type { PackageSources } from './record/environment.ts';
export { captureCode, captureEnvironment, commitsOf } from './record/environment.ts';
export type {
  AdapterInfo,
  GradientSection,
  KernelSection,
  Measurement,
  MemorySection,
  NoiseSection,
  Phase,
  Summary,
  TimeSection,
  TrainingSection,
} from './record/measurement.ts';
export { measurementSchema } from './record/measurement.ts';
export type { CellRecord, CodeState, Environment } from './record/record.ts';
export { checkRecord, recordJsonSchema, schemaVersion } from './record/record.ts';
export { stableContent, stableDigest } from './record/stable.ts';
export { summarise } from './record/summarise.ts';
export { buildSite, sitePages } from './report/build.ts';
export { type ChartSpec, renderChart, standaloneSvg } from './report/chart.ts';
export type {
  Growth,
  MethodDescription,
  OwnNumber,
  PublishedNumber,
  SiteDescription,
} from './report/descriptions.ts';
export { type Content, type Html, html } from './report/html.ts';
export { jsonData, type SiteProgram } from './report/program.ts';
export type { OwnArm, ReproducedArm, Reproduction } from './report/reproduction.ts';
export { orderSentences, ownText, pairSentences } from './report/reproduction-text.ts';
export type { Source } from './report/source.ts';
export type { Study, StudyAxis, StudyChart, StudyTable } from './report/study.ts';
// Running.
export type { CellContext, ClassifyError, RunCell } from './run/cell-runner.ts';
export { CellFailure } from './run/cell-runner.ts';
export type { ChildCommand } from './run/child-process.ts';
export { duration } from './run/duration.ts';
export type { BenchRun, BenchSummary } from './run/run-bench.ts';
export { cellsOfRun, runBench } from './run/run-bench.ts';
export { serveCells } from './run/serve.ts';
// Statistics.
export type { AffineFit, Coefficient, ExactSlope } from './statistics/affine.ts';
export { exactSlope, fitAffine } from './statistics/affine.ts';
export type { BestSet, BestSetOptions, Contestant, Placed, Standing } from './statistics/best-set.ts';
export { bestSet, minimumSeeds } from './statistics/best-set.ts';
export type { CompareOptions, Comparison, ComparisonResult, Round } from './statistics/compare.ts';
export { compareArms } from './statistics/compare.ts';
export type { Interval } from './statistics/describe.ts';
export { median, medianInterval, quantile, seedInterval } from './statistics/describe.ts';
export { studentQuantile } from './statistics/distributions.ts';
export type { Point, PowerLaw } from './statistics/fit.ts';
export { agreesWithTheory, fitPowerLaw } from './statistics/fit.ts';
export { holm } from './statistics/multiplicity.ts';
export type { Order, Ordered } from './statistics/order.ts';
export { orderOf } from './statistics/order.ts';
export type { Estimate, Scale } from './statistics/paired.ts';
export { pairedDifference, studentEstimate } from './statistics/paired.ts';
export type { Random } from './statistics/random.ts';
export { randomFrom, shuffled } from './statistics/random.ts';
export type { CurvePoint } from './statistics/target.ts';
export { timeToTarget } from './statistics/target.ts';
export type { Found, ReadResult, Rejected } from './store/read.ts';
export { latestRecords, readRecords, rejectedText, streamRecords } from './store/read.ts';
export type { Store, StoreOptions } from './store/store.ts';
export { openStore } from './store/store.ts';
// Records of other people.
export type { Expectations, LineProblem, Review } from './submit/review.ts';
export { reviewFile } from './submit/review.ts';
export type { CellEstimate, CellFormula } from './sweep/estimate.ts';
// Tracking: what differs between two commits.
export {
  type CellFacts,
  type CellOutcome,
  cellName,
  type KernelFacts,
  type ModuleFacts,
  type TrackCell,
} from './track/facts.ts';
export { historyOf } from './track/history-of.ts';
export type { ArmAnswers, ArmMessage, ArmReply, ArmRequest, Injection } from './track/protocol.ts';
export type { TrackDefinition } from './track/run.ts';
