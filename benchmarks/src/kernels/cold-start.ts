/** @file Rows that time a library's first step in a process of its own: tracing, compiling, running, reading. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { summarise } from '@longhorizon/harness';
import { Connection, LibraryError } from '../peers/connection.ts';
import type { HostOptions } from '../peers/host.ts';
import type { LibraryName } from '../peers/library.ts';
import { problemWith, relativeError } from './check.ts';
import type { ArmResult, RowResult, SamplingPlan } from './measure.ts';
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

/** Measures a row in a new process for each library, one after another. The device is open when the clock starts. */
export async function measureColdRow(
  row: Row,
  libraries: readonly LibraryName[],
  host: HostOptions,
  plan: SamplingPlan,
): Promise<RowResult> {
  const expected = expectedOf(row.work);
  const arms: ArmResult[] = [];
  for (const library of libraries) {
    const samples: number[] = [];
    let error = 0;
    let failure: ArmResult | undefined;
    for (let start = 0; start < plan.coldStarts && failure === undefined; start++) {
      const folder = await mkdtemp(join(tmpdir(), 'first-step-'));
      const connection = new Connection(library, host, emptyShaderCache(folder));
      try {
        const { firstMs, outputs } = await connection.prepare(row.work, plan.firstTimeoutMs);
        const problem = problemWith(outputs, expected, row.tolerance);
        if (problem !== undefined) failure = { library, status: 'error', reason: problem };
        samples.push(firstMs);
        error = relativeError(outputs, expected);
      } catch (thrown) {
        if (!(thrown instanceof LibraryError)) throw thrown;
        failure = { library, status: thrown.status, reason: thrown.message };
      } finally {
        await connection.close();
        await rm(folder, { recursive: true, force: true });
      }
    }
    arms.push(
      failure ?? {
        library,
        status: 'ok',
        error,
        phase: {
          clock: 'host',
          unit: 'ms',
          samples,
          innerIterations: 1,
          warmUpCalls: 0,
          stopped: 'fixed',
          summary: summarise(samples),
        },
      },
    );
  }
  return { row, arms };
}
