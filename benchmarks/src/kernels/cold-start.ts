/** @file Rows that time a library's first step in a process of its own: tracing, compiling, running, reading. */
import { summarise } from '@longhorizon/harness';
import { Connection, LibraryError } from '../peers/connection.ts';
import type { HostOptions } from '../peers/host.ts';
import type { LibraryName } from '../peers/library.ts';
import { problemWith, relativeError } from './check.ts';
import type { ArmResult, RowResult, SamplingPlan } from './measure.ts';
import { expectedOf } from './reference-cache.ts';
import type { Row } from './rows.ts';

/** Drivers keep compiled shaders on disk from run to run; these variables make Mesa and NVIDIA's driver compile anew. */
const withoutShaderCache = { MESA_SHADER_CACHE_DISABLE: 'true', __GL_SHADER_DISK_CACHE: '0' };

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
      const connection = new Connection(library, host, withoutShaderCache);
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
