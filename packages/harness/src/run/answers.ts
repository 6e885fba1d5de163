import type { PlannedCell } from '../cell/cell-list.ts';
import type { CellConfig, Status } from '../cell/config.ts';
import { hashOf, versionIdOf } from '../cell/identity.ts';
import { deviceKey } from '../record/environment.ts';
import type { CellRecord, Environment } from '../record/record.ts';

/** What decides whether a record answers a cell, besides the cell's configuration. */
export interface Versions {
  /** Hash over measure version, code and device. */
  readonly idOf: (cell: PlannedCell) => string;
  readonly codeHashOf: (cell: PlannedCell) => string;
}

/** The versions of a run's cells on one device; each is worked out once. */
export function versionsOf(
  codeHash: string | ((config: CellConfig) => string),
  environment: Environment,
): Versions {
  const device = hashOf(deviceKey(environment));
  const hashes = new Map<string, string>();
  const codeHashOf = ({ config }: PlannedCell): string =>
    typeof codeHash === 'string' ? codeHash : codeHash(config);
  const idOf = (cell: PlannedCell): string => {
    const hash = codeHashOf(cell);
    const key = `${cell.measureVersion} ${hash}`;
    const known =
      hashes.get(key) ?? versionIdOf({ measureVersion: cell.measureVersion, codeHash: hash, device });
    hashes.set(key, known);
    return known;
  };
  return { idOf, codeHashOf };
}

/** How a run treats records that are there. */
export interface Resume {
  /** Whether answers that are already there stand (the default), or every cell is measured again. */
  readonly resume?: boolean;
  /** Results with these statuses do not stand: run those cells again. */
  readonly retry?: readonly Status[];
}

/** Whether a record, if there is one, stands as the answer to a cell. An end by a signal of unknown cause is no answer. */
export function stands(record: CellRecord | undefined, { resume, retry = [] }: Resume): boolean {
  if (record === undefined || resume === false) return false;
  return record.run.endedBy === undefined && !retry.includes(record.status);
}
