/** @file The table `rows`: what boards show. */
import { canonicalJson } from '../cell/identity.ts';
import { tunedParameter } from '../cell/tuning.ts';
import { type Boards, boardsOf, byPoint, type RankedColumn } from '../leaderboard/board.ts';
import { updatesOf } from '../leaderboard/equal-cost.ts';
import { unitValues } from '../leaderboard/quantity.ts';
import type { Blame, LeaderboardRow, Quantity } from '../leaderboard/row.ts';
import { type ColumnOf, column, type Row, rowFrom } from './columns.ts';

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
export const rowColumns: readonly ColumnOf<Ranked>[] = [
  column('suite', 'STRING', 'suite', ({ row }) => row.suite),
  column('problem', 'STRING', 'problem', ({ row }) => row.problem),
  column('method', 'STRING', 'method', ({ row }) => row.method),
  column('parameters', 'STRING', 'free parameters, canonical JSON', ({ row }) =>
    canonicalJson(row.parameters),
  ),
  column('horizon', 'INT64', 'T, the number of inner steps', ({ row }) => row.horizon),
  column('dimension', 'INT64', 'p, the number of hyperparameters', ({ row }) => row.dimension),
  column('profile', 'STRING', 'profile of the run', ({ row }) => row.profile),
  column('device', 'STRING', 'adapter, or processor where none was used', ({ row }) => row.device.label),
  column('seeds', 'INT64', 'seeds of all passes together', ({ row }) => row.seeds.length),
  column(
    'time_ratio',
    'DOUBLE',
    'times of the phase that all are timed beside, median over cells',
    ({ row }) => finite(row.time?.ratio?.median),
  ),
  column('time_ratio_cells', 'STRING', 'the same cell by cell, JSON', ({ row }) =>
    unitsText(row.time?.ratio),
  ),
  column(
    'time_ms',
    'DOUBLE',
    'comparable milliseconds: time_ratio × usual_baseline_ms; as taken where nothing is timed beside',
    ({ row }) => finite(row.time?.median),
  ),
  column(
    'usual_baseline_ms',
    'DOUBLE',
    'what that phase usually takes at the point: median over all cells of all methods',
    ({ row }) => row.time?.usualBaselineMs,
  ),
  column(
    'time_taken_ms',
    'DOUBLE',
    'milliseconds as they were taken, median over cells; not comparable',
    ({ row }) => finite(row.time?.taken.median),
  ),
  column(
    'time_cells',
    'INT64',
    'cells that the time rests on',
    ({ row }) => row.time && unitValues(row.time).length,
  ),
  column('time_rejected', 'INT64', 'cells whose machine was too unsteady', ({ row }) => row.time?.rejected),
  column('cells_at_once', 'INT64', 'how many cells shared the machine', ({ row }) => row.time?.cellsAtOnce),
  column(
    'time_standing',
    'STRING',
    'best, worse, undecided, unranked, failed: see best set',
    standing('time'),
  ),
  column('time_p', 'DOUBLE', 'smallest α at which it is left out of the best set', pValue('time')),
  column('peak_bytes', 'INT64', 'most bytes alive at once in device buffers', ({ row }) =>
    finite(row.memory?.median),
  ),
  column('predicted_peak_bytes', 'INT64', 'what the plan said', ({ row }) => row.memory?.predicted),
  column('memory_standing', 'STRING', 'best: within 5 % of the least', standing('memory')),
  column(
    'cosine',
    'DOUBLE',
    'to the exact hypergradient, median over seeds',
    ({ row }) => row.gradient?.cosine?.median,
  ),
  column(
    'relative_error',
    'DOUBLE',
    'of the hypergradient, median over seeds',
    ({ row }) => row.gradient?.relativeError?.median,
  ),
  column(
    'sign_agreement',
    'DOUBLE',
    'share of entries of the hypergradient whose sign is that of the exact one, median over seeds',
    ({ row }) => row.gradient?.signAgreement?.median,
  ),
  column('lambda_updates', 'DOUBLE', 'updates of λ in training, median over seeds', ({ row }) =>
    finite(updatesOf(row)?.median),
  ),
  column(
    'tuned',
    'STRING',
    'the tuned numbers, JSON; empty where none were chosen by trials',
    ({ row: { parameters } }) =>
      tunedParameter in parameters ? JSON.stringify(parameters[tunedParameter]) : undefined,
  ),
  column('metric', 'STRING', 'the metric of the problem', ({ row }) => row.metric?.spec.name),
  column(
    'metric_direction',
    'STRING',
    'whether higher or lower is better',
    ({ row }) => row.metric?.spec.direction,
  ),
  column('metric_median', 'DOUBLE', 'median over seeds', ({ row }) => finite(row.metric?.median)),
  column('metric_seeds', 'STRING', 'seed by seed, JSON', ({ row }) => unitsText(row.metric)),
  column(
    'metric_low',
    'DOUBLE',
    'lower end of the interval of the median; from six seeds on',
    ({ row }) => row.metric?.interval?.low,
  ),
  column('metric_high', 'DOUBLE', 'upper end', ({ row }) => row.metric?.interval?.high),
  column('metric_level', 'DOUBLE', 'the level of that interval', ({ row }) => row.metric?.interval?.level),
  column(
    'metric_standing',
    'STRING',
    'best, worse, undecided, unranked, failed, worse-than-start, no-better-than-start, no-better-than-chance',
    standing('metric'),
  ),
  column('metric_p', 'DOUBLE', 'smallest α at which it is left out of the best set', pValue('metric')),
  column(
    'method_failures',
    'INT64',
    'cells in which the method diverged or ran out of memory or time',
    failures('method'),
  ),
  column('harness_failures', 'INT64', 'cells lost to a device or an error of ours', failures('harness')),
  column('not_applicable', 'INT64', 'cells that the method does not support', failures('not-applicable')),
];

/** Rows of boards, one a method and point. */
export function boardRows(rows: readonly LeaderboardRow[]): readonly Row[] {
  const boards = new Map([...byPoint(rows)].map(([point, group]) => [point, boardsOf(group)]));
  return rows.map((row) => rowFrom(rowColumns, { row, boards: boards.get(row.point) as Boards }));
}
