/** @file Rows that time a library's first step in a process of its own: tracing, compiling, running, reading. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { summarise } from '@longhorizon/harness';
import { driverSettings } from '@longhorizon/tensor/device';
import { problemWith, relativeError } from './check.ts';
import { dispatchesOf } from './declaration.ts';
import type { ArmResult, RowResult, SamplingBudget } from './measure.ts';
import { Connection } from './peers/connection.ts';
import type { HostOptions } from './peers/host.ts';
import type { LibraryName } from './peers/library.ts';
import { LibraryError } from './peers/library-process.ts';
import { expectedOf } from './reference-cache.ts';
import type { Row } from './rows.ts';

/**
 * Drivers keep compiled shaders on disk from run to run. A process that starts from nothing has that cache, as its user would, and it is empty:
 * a new folder, told to Mesa and to NVIDIA's driver.
 */
const emptyShaderCache = (folder: string) => ({
  MESA_SHADER_CACHE_DISABLE: 'false',
  MESA_SHADER_CACHE_DIR: folder,
  __GL_SHADER_DISK_CACHE: '1',
  __GL_SHADER_DISK_CACHE_PATH: folder,
});

/** One start of a library in a process of its own. The device is open when the clock starts. */
async function startOnce(
  row: Row,
  library: LibraryName,
  host: HostOptions,
  { firstTimeoutMs }: SamplingBudget,
): Promise<{ readonly ms: number; readonly error: number } | ArmResult> {
  const folder = await mkdtemp(join(tmpdir(), 'first-step-'));
  const connection = new Connection(library, host, {
    ...driverSettings(dispatchesOf(row), process.env),
    ...emptyShaderCache(folder),
  });
  try {
    const { firstMs, outputs } = await connection.prepare(row.work, firstTimeoutMs);
    const expected = await expectedOf(row.work);
    const problem = problemWith(outputs, expected, row.tolerance);
    if (problem !== undefined) return { library, status: 'error', reason: problem };
    return { ms: firstMs, error: relativeError(outputs, expected) };
  } catch (thrown) {
    if (!(thrown instanceof LibraryError)) throw thrown;
    return { library, status: thrown.status, reason: thrown.message };
  } finally {
    await connection.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Measures a row in a new process for each start. Libraries take turns, so that all see the machine as it changes. */
export async function measureColdRow(
  row: Row,
  libraries: readonly LibraryName[],
  host: HostOptions,
  budget: SamplingBudget,
): Promise<RowResult> {
  const samples = new Map(libraries.map((library) => [library, [] as number[]]));
  const errors = new Map<LibraryName, number>();
  const failures = new Map<LibraryName, ArmResult>();
  // Not between starts, where it would take the processor from the first of them.
  await expectedOf(row.work);
  for (let start = 0; start < budget.coldStarts; start++)
    for (const library of libraries) {
      if (failures.has(library)) continue;
      const found = await startOnce(row, library, host, budget);
      if ('status' in found) failures.set(library, found);
      else {
        samples.get(library)!.push(found.ms);
        errors.set(library, found.error);
      }
    }
  return { row, arms: libraries.map((library) => failures.get(library) ?? measured(library)) };

  function measured(library: LibraryName): ArmResult {
    const own = samples.get(library)!;
    return {
      library,
      status: 'ok',
      error: errors.get(library)!,
      phase: {
        clock: 'host',
        unit: 'ms',
        samples: own,
        innerIterations: 1,
        warmUpCalls: 0,
        stopped: 'fixed',
        summary: summarise(own),
      },
    };
  }
}
