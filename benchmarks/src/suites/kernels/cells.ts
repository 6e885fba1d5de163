/** @file Cells of the suite `kernels`: libraries in processes of their own, opened for the first cell and kept until the run is over. */
import type { RunCell } from '@longhorizon/harness';
import { rowNamed } from './declaration.ts';
import { libraryNames } from './peers/library.ts';
import { openSession, type Session } from './session.ts';
import { kernelsSuite } from './suite.ts';
import { bytesMovedBy } from './work.ts';

let session: { readonly profile: string; readonly opened: Promise<Session> } | undefined;

export const runKernelCell: RunCell = async (config, context) => {
  if (session?.profile !== config.profile) {
    await closeKernelCells();
    const opened = openSession({
      profile: config.profile === 'full' ? 'full' : 'quick',
      // A library that the profile does without would be compiled and timed all the same: a row is measured as a whole.
      libraries: libraryNames.filter((name) => asked(config.profile)?.includes(name) ?? true),
      // Bounds checks stay on, so that the environment of a record holds for these cells as well.
      robustness: true,
    });
    session = { profile: config.profile, opened };
  }
  const measurement = await (await session.opened).runCell(config, context);
  const { kernel } = measurement;
  if (config.method !== 'copy' || kernel === undefined) return measurement;
  // The copy beside a row moves its own bytes, not the row's.
  return { ...measurement, kernel: { ...kernel, flops: 0, bytesMoved: copiedBytes(config.problem) } };
};

/** The libraries that a profile names; undefined for all. */
const asked = (profile: string): readonly string[] | undefined => kernelsSuite.profiles[profile]?.methods;

/** Bytes that the copy kernel at the size of a row reads and writes. */
function copiedBytes(problem: string): number | null {
  const { work } = rowNamed(problem);
  if (work.kind === 'pointwise') return bytesMovedBy({ kind: 'copy', elements: work.elements }) ?? null;
  if (work.kind === 'reduction')
    return bytesMovedBy({ kind: 'copy', elements: work.rows * work.columns }) ?? null;
  return null;
}

/** Ends the libraries' processes. */
export async function closeKernelCells(): Promise<void> {
  const last = session;
  session = undefined;
  await (await last?.opened)?.close();
}
