import { existsSync } from 'node:fs';
import type { CellList, PlannedCell } from '../cell/cell-list.ts';
import { describeCell, type Isolation } from '../cell/config.ts';
import { plural } from '../errors.ts';
import { captureEnvironment } from '../record/environment.ts';
import type { AdapterInfo } from '../record/measurement.ts';
import type { CellRecord } from '../record/record.ts';
import { environmentsOf, type Resume, stands, versionsOf } from '../run/answers.ts';
import { duration } from '../run/duration.ts';
import { RemainingTime } from '../run/remaining-time.ts';
import { latestRecords, readRecords } from '../store/read.ts';
import type { BenchDefinition } from './definition.ts';

interface DryRun extends Resume {
  readonly folder: string;
  readonly adapter: AdapterInfo | null;
  readonly isolation: Isolation | undefined;
}

/**
 * The cells of a run, one a line, with what a run would do: the status of the record that answers a cell, or `to run`. A record of other
 * code or of another device answers nothing, as the line states.
 */
export function dryRunText(
  definition: BenchDefinition,
  { cells, leftOut }: CellList,
  { folder, adapter, isolation, ...resume }: DryRun,
): string {
  const machine = captureEnvironment({ adapter, packages: definition.packages ?? {} });
  const versions = versionsOf(definition.codeHash, environmentsOf(machine, { ...definition, isolation }));
  const records = existsSync(folder) ? latestRecords(readRecords([folder]).records) : [];
  const answers = new Map(
    records.map((record) => [`${record.identity.cellId} ${record.identity.versionId}`, record]),
  );
  const measured = new Set(records.map((record) => record.identity.cellId));
  const states = cells.map((cell) => {
    const record = measured.has(cell.cellId)
      ? answers.get(`${cell.cellId} ${versions.idOf(cell)}`)
      : undefined;
    if (record !== undefined && stands(record, resume)) return { open: false, text: record.status, note: '' };
    const text = cell.unsupported === undefined ? 'to run' : 'unsupported';
    const note =
      record !== undefined
        ? ` (again; it was ${record.status})`
        : measured.has(cell.cellId)
          ? ' (again; the record is of other code or of another device)'
          : '';
    return { open: true, text, note };
  });
  const lines = cells.map((cell, index) => {
    const { text = '', note = '' } = states[index] ?? {};
    return `${cell.cellId.slice(0, 12)}  ${text.padEnd(11)}  ${describeCell(cell.config)}${note}`;
  });
  const open = cells.filter((_, index) => states[index]?.open);
  const notes = leftOut.map((left) => `Left out: ${left.reason}`);
  const sum = `${plural(cells.length, 'cell')}, ${open.length} without an answer in ${folder}.`;
  return `${[...lines, '', sum, ...predictionOf(open, records), ...notes].join('\n')}\n`;
}

/** How long cells take one after another, as far as records say. */
function predictionOf(open: readonly PlannedCell[], records: readonly CellRecord[]): readonly string[] {
  if (open.length === 0) return [];
  const remaining = new RemainingTime(open);
  for (const { config, run } of records) remaining.learn({ config, durationMs: run.durationMs });
  const { ms, cells } = remaining.known();
  if (cells === 0) return ['No record in the folder says how long such cells take.'];
  const which =
    cells === open.length ? plural(cells, 'cell') : `${cells} of the ${plural(open.length, 'cell')}`;
  return [`One after another, ${which} would take about ${duration(ms)}, as records of their kind did.`];
}
