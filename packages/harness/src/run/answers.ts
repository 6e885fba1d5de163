import type { PlannedCell } from '../cell/cell-list.ts';
import type { CellConfig, Isolation, Status } from '../cell/config.ts';
import { canonicalJson, hashOf, versionIdOf } from '../cell/identity.ts';
import { deviceKey, variablesText, withVariables } from '../record/device-key.ts';
import type { AdapterInfo } from '../record/measurement.ts';
import type { CellRecord, Environment } from '../record/record.ts';

/**
 * Environment variables that the process of a cell gets, such as settings of a driver that have to be there before it is loaded. They are
 * recorded. Cells that are compared with each other must get the same.
 */
export type VariablesOf = (
  config: CellConfig,
  where: { readonly adapter: AdapterInfo | null; readonly isolation: Isolation },
) => Readonly<Record<string, string>>;

/** The environment of every cell of a run: the machine's, with the variables of the cell's process. */
export function environmentsOf(
  machine: Environment,
  {
    variablesOf,
    isolation,
  }: { readonly variablesOf?: VariablesOf; readonly isolation?: Isolation | undefined },
): (cell: PlannedCell) => Environment {
  const known = new Map<string, Environment>();
  return (cell) => {
    const where = { adapter: machine.stable.adapter, isolation: isolation ?? cell.isolation };
    const variables = variablesOf?.(cell.config, where) ?? {};
    const key = canonicalJson(variables);
    const environment = known.get(key) ?? withVariables(machine, variables);
    known.set(key, environment);
    return environment;
  };
}

/** What decides whether a record answers a cell, besides the cell's configuration. */
export interface Versions {
  /** Hash over measure version, code and device. */
  readonly idOf: (cell: PlannedCell) => string;
  readonly codeHashOf: (cell: PlannedCell) => string;
}

/** The versions of a run's cells; each is worked out once. */
export function versionsOf(
  codeHash: string | ((config: CellConfig) => string),
  environmentOf: (cell: PlannedCell) => Environment,
): Versions {
  const devices = new Map<Environment, string>();
  const deviceOf = (environment: Environment): string => {
    const known = devices.get(environment);
    if (known !== undefined) return known;
    const variables = variablesText(environment);
    const key = deviceKey(environment);
    const device = hashOf(variables === '' ? key : [key, variables]);
    devices.set(environment, device);
    return device;
  };
  const hashes = new Map<string, string>();
  const codeHashOf = ({ config }: PlannedCell): string =>
    typeof codeHash === 'string' ? codeHash : codeHash(config);
  const idOf = (cell: PlannedCell): string => {
    const hash = codeHashOf(cell);
    const device = deviceOf(environmentOf(cell));
    const key = `${cell.measureVersion} ${hash} ${device}`;
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
