/** @file A run of the kernel benchmark: the libraries' processes, and the rows measured so far. */
import { type AdapterInfo, closing, type RunCell } from '@longhorizon/harness';
import { openDevice } from '@longhorizon/tensor';
import { type DispatchWork, driverSettings } from '@longhorizon/tensor/device';
import { describeDevice } from '../../measurements/device.ts';
import { shareDriverSettings } from '../../measurements/driver.ts';
import { type Floor, floorOf } from '../../measurements/roof/floor.ts';
import { roofOf } from '../../measurements/roof/store.ts';
import { measureColdRow } from './cold-start.ts';
import { dispatchesOf, librariesOf, rowNamed } from './declaration.ts';
import { type CopyArm, calibrate, measureRow, type RowResult, type SamplingBudget } from './measure.ts';
import { measurementOf } from './measurement.ts';
import { Connection } from './peers/connection.ts';
import type { HostOptions } from './peers/host.ts';
import { isPythonLibrary, type LibraryName, libraryNames } from './peers/library.ts';
import type { LibraryProcess } from './peers/library-process.ts';
import { PythonConnection } from './peers/python-connection.ts';
import type { Profile, Row } from './rows.ts';
import { bytesMovedBy, copyBeside, operationsOf } from './work.ts';

export interface SessionOptions {
  readonly profile: Profile;
  /** Which libraries take part; all where left out. */
  readonly libraries?: readonly LibraryName[] | undefined;
  /** Dawn keeps array accesses within their buffers (its default), for every library. */
  readonly robustness: boolean;
  /** Called when a row is done. */
  readonly onRow?: (result: RowResult) => void;
}

export interface Session {
  readonly adapter: AdapterInfo;
  /** Measures the whole row of a cell at the first of its cells: libraries are timed in turns, never one after another. */
  readonly runCell: RunCell;
  readonly results: readonly RowResult[];
  close(): Promise<void>;
}

const samplingBudgets: Readonly<Record<Profile, SamplingBudget>> = {
  quick: {
    budgetMs: 700,
    sampleMs: 8,
    fewestRounds: 6,
    mostRounds: 10,
    slowMs: 150,
    slowRounds: 2,
    coldStarts: 1,
    firstTimeoutMs: 90_000,
  },
  full: {
    budgetMs: 6000,
    sampleMs: 30,
    fewestRounds: 10,
    mostRounds: 40,
    slowMs: 1500,
    slowRounds: 6,
    coldStarts: 5,
    firstTimeoutMs: 300_000,
  },
};

/** Looks at the adapter and starts the libraries, all on that adapter and with the same toggles. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { adapter, host } = await lookAtAdapter(options.robustness);
  const names = options.libraries ?? libraryNames;
  const budget = samplingBudgets[options.profile];
  const pools = new Map<DispatchWork, Pool>();
  const poolOf = (work: DispatchWork): Pool => {
    const known = pools.get(work) ?? openPool(names, host, work, budget);
    pools.set(work, known);
    return known;
  };
  const results = new Map<string, RowResult>();

  const measure = async (row: Row): Promise<RowResult> => {
    const { connections, copies } = poolOf(dispatchesOf(row));
    const asked = librariesOf(row).flatMap((name) => (name === 'copy' ? [] : (connections.get(name) ?? [])));
    const result =
      row.group === 'cold-start'
        ? await measureColdRow(
            row,
            asked.map(({ library }) => library),
            host,
            budget,
          )
        : await measureRow(row, asked, budget, await copies(row), floorOfRow(row, adapter));
    results.set(row.name, result);
    options.onRow?.(result);
    return result;
  };
  return {
    adapter,
    runCell: async ({ problem, method }) => {
      const row = rowNamed(problem);
      const result = results.get(problem) ?? (await measure(row));
      const arm = result.arms.find(({ library }) => library === method);
      if (arm === undefined) return { status: 'unsupported', reason: 'it took no part in this run' };
      return measurementOf(row, arm, adapter.toggles, bytesPerSecondOf(result, 'copy'));
    },
    get results() {
      return [...results.values()];
    },
    close: async () => {
      const open = [...pools.values()].flatMap(({ connections }) => [...connections.values()]);
      await Promise.all(open.map((connection) => connection.close()));
    },
  };
}

/** Times below the adapter's measured roof are refused, whichever library gave them; undefined where the row's bytes are not known. */
function floorOfRow({ work }: Row, adapter: AdapterInfo): Floor | undefined {
  const [operations, bytes] = [operationsOf(work) ?? 0, bytesMovedBy(work)];
  return bytes === undefined ? undefined : floorOf(adapter, { operations, bytes }, roofOf);
}

/** The libraries' processes under one setting of the driver, the same for all of them. */
interface Pool {
  readonly connections: ReadonlyMap<LibraryName, LibraryProcess>;
  readonly copies: (row: Row) => Promise<CopyArm | undefined>;
}

function openPool(
  names: readonly LibraryName[],
  host: HostOptions,
  work: DispatchWork,
  budget: SamplingBudget,
): Pool {
  const settings = driverSettings(work, process.env);
  const connections = new Map(
    names.map((name): readonly [LibraryName, LibraryProcess] => [
      name,
      isPythonLibrary(name) ? new PythonConnection(name) : new Connection(name, host, settings),
    ]),
  );
  // All at once, while the first reference is computed; who needs one waits for it.
  for (const connection of connections.values()) connection.open().catch(() => {});
  return { connections, copies: copyKernel(connections.get('copy'), budget) };
}

/** Bytes that a library moved in a second, counting each operand and each result once. */
export function bytesPerSecondOf({ row, arms }: RowResult, library: LibraryName): number | undefined {
  const median = arms.find((arm) => arm.library === library)?.phase?.summary.median;
  const copy = copyBeside(row.work);
  if (copy === undefined) return undefined;
  const bytes = bytesMovedBy(library === 'copy' ? copy : row.work);
  return median === undefined || median === null || bytes === undefined ? undefined : bytes / (median / 1000);
}

/** The copy kernel at the size of a row, tuned once per size. */
function copyKernel(
  connection: LibraryProcess | undefined,
  budget: SamplingBudget,
): (row: Row) => Promise<CopyArm | undefined> {
  let known: { readonly elements: number; readonly arm: CopyArm } | undefined;
  return async (row) => {
    const work = copyBeside(row.work);
    if (connection === undefined || work === undefined) return undefined;
    if (known?.elements !== work.elements) {
      if (known !== undefined) await connection.release();
      const { facts } = await connection.prepare(work, budget.firstTimeoutMs);
      const { times, eachMs } = await calibrate(connection, budget);
      known = { elements: work.elements, arm: { connection, times, eachMs, facts } };
    }
    return known.arm;
  };
}

/** Opens the adapter for a moment to describe it, as every library will find it. */
async function lookAtAdapter(robustness: boolean): Promise<{ adapter: AdapterInfo; host: HostOptions }> {
  shareDriverSettings();
  await using device = closing(await openDevice({ robustness }));
  const adapter = describeDevice(device);
  const { vendor, architecture, device: name, description, backend } = device.adapter;
  const { enabled, disabled } = device.toggles;
  return {
    adapter,
    host: {
      adapter: { vendor, architecture, device: name, description },
      backend,
      enabledToggles: enabled,
      disabledToggles: disabled,
    },
  };
}
