/** @file The table `rows`: what boards show. */
import { canonicalJson } from '../cell/identity.ts';
import { tunedParameter } from '../cell/tuning.ts';
import { type Boards, boardsOf, byPoint, type RankedColumn } from '../leaderboard/board.ts';
import { updatesOf } from '../leaderboard/equal-cost.ts';
import { unitValues } from '../leaderboard/quantity.ts';
import type { Blame, LeaderboardRow, Quantity } from '../leaderboard/row.ts';
import { columnsOf, type Row, rowFrom } from './columns.ts';

interface Ranked {
  readonly row: LeaderboardRow;
  readonly boards: Boards;
}

const unitsText = (quantity: Quantity | undefined): string | undefined =>
  quantity && canonicalJson(unitValues(quantity).filter(Number.isFinite));
const finite = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isFinite(value) ? value : undefined;
const standing =
  (of: RankedColumn) =>
  ({ row, boards }: Ranked): string | undefined =>
    boards[of].places.get(row.key)?.standing;
const pValue =
  (of: RankedColumn) =>
  ({ row, boards }: Ranked): number | undefined =>
    boards[of].places.get(row.key)?.pValue;
const failures =
  (blame: Blame) =>
  ({ row }: Ranked): number =>
    row.troubles
      .filter((trouble) => trouble.blame === blame)
      .reduce((sum, { seeds }) => sum + seeds.length, 0);

/** One row a method and point, as on boards. */
export const rowColumns = columnsOf<Ranked>([
  ['suite', 'STRING', 'suite', 'row.suite'],
  ['problem', 'STRING', 'problem', 'row.problem'],
  ['method', 'STRING', 'method', 'row.method'],
  ['parameters', 'STRING', 'free parameters, canonical JSON', ({ row }) => canonicalJson(row.parameters)],
  ['horizon', 'INT64', 'T, the number of inner steps', 'row.horizon'],
  ['dimension', 'INT64', 'p, the number of hyperparameters', 'row.dimension'],
  ['profile', 'STRING', 'profile of the run', 'row.profile'],
  ['device', 'STRING', 'adapter, or processor where none was used', 'row.device.label'],
  ['seeds', 'INT64', 'seeds of all passes together', ({ row }) => row.seeds.length],
  [
    'time_ratio',
    'DOUBLE',
    'times of the phase that all are timed beside, median over cells',
    ({ row }) => finite(row.time?.ratio?.median),
  ],
  ['time_ratio_cells', 'STRING', 'the same cell by cell, JSON', ({ row }) => unitsText(row.time?.ratio)],
  [
    'time_ms',
    'DOUBLE',
    'comparable milliseconds: time_ratio × usual_baseline_ms; as taken where nothing is timed beside',
    ({ row }) => finite(row.time?.median),
  ],
  [
    'usual_baseline_ms',
    'DOUBLE',
    'what that phase usually takes at the point: median over all cells of all methods',
    'row.time.usualBaselineMs',
  ],
  [
    'time_taken_ms',
    'DOUBLE',
    'milliseconds as they were taken, median over cells; not comparable',
    ({ row }) => finite(row.time?.taken.median),
  ],
  [
    'time_cells',
    'INT64',
    'cells that the time rests on',
    ({ row }) => row.time && unitValues(row.time).length,
  ],
  ['time_rejected', 'INT64', 'cells whose machine was too unsteady', 'row.time.rejected'],
  ['cells_at_once', 'INT64', 'how many cells shared the machine', 'row.time.cellsAtOnce'],
  ['time_standing', 'STRING', 'best, worse, undecided, unranked, failed: see best set', standing('time')],
  ['time_p', 'DOUBLE', 'smallest α at which it is left out of the best set', pValue('time')],
  [
    'peak_bytes',
    'INT64',
    'most bytes alive at once in device buffers',
    ({ row }) => finite(row.memory?.median),
  ],
  ['predicted_peak_bytes', 'INT64', 'what the plan said', 'row.memory.predicted'],
  ['memory_standing', 'STRING', 'best: within 5 % of the least', standing('memory')],
  ['cosine', 'DOUBLE', 'to the exact hypergradient, median over seeds', 'row.gradient.cosine.median'],
  [
    'relative_error',
    'DOUBLE',
    'of the hypergradient, median over seeds',
    'row.gradient.relativeError.median',
  ],
  [
    'sign_agreement',
    'DOUBLE',
    'share of entries of the hypergradient whose sign is that of the exact one, median over seeds',
    'row.gradient.signAgreement.median',
  ],
  [
    'lambda_updates',
    'DOUBLE',
    'updates of λ in training, median over seeds',
    ({ row }) => finite(updatesOf(row)?.median),
  ],
  [
    'tuned',
    'STRING',
    'the tuned numbers, JSON; empty where none were chosen by trials',
    ({ row: { parameters } }) =>
      tunedParameter in parameters ? JSON.stringify(parameters[tunedParameter]) : undefined,
  ],
  ['metric', 'STRING', 'the metric of the problem', 'row.metric.spec.name'],
  ['metric_direction', 'STRING', 'whether higher or lower is better', 'row.metric.spec.direction'],
  ['metric_median', 'DOUBLE', 'median over seeds', ({ row }) => finite(row.metric?.median)],
  ['metric_seeds', 'STRING', 'seed by seed, JSON', ({ row }) => unitsText(row.metric)],
  [
    'metric_low',
    'DOUBLE',
    'lower end of the interval of the median; from six seeds on',
    'row.metric.interval.low',
  ],
  ['metric_high', 'DOUBLE', 'upper end', 'row.metric.interval.high'],
  ['metric_level', 'DOUBLE', 'the level of that interval', 'row.metric.interval.level'],
  [
    'metric_standing',
    'STRING',
    'best, worse, undecided, unranked, failed, worse-than-start, no-better-than-start, no-better-than-chance',
    standing('metric'),
  ],
  ['metric_p', 'DOUBLE', 'smallest α at which it is left out of the best set', pValue('metric')],
  [
    'method_failures',
    'INT64',
    'cells in which the method diverged or ran out of memory or time',
    failures('method'),
  ],
  ['harness_failures', 'INT64', 'cells lost to a device or an error of ours', failures('harness')],
  ['not_applicable', 'INT64', 'cells that the method does not support', failures('not-applicable')],
]);

/** Rows of boards, one a method and point. */
export function boardRows(rows: readonly LeaderboardRow[]): readonly Row[] {
  const boards = new Map([...byPoint(rows)].map(([point, group]) => [point, boardsOf(group)]));
  return rows.map((row) => rowFrom(rowColumns, { row, boards: boards.get(row.point) as Boards }));
}
