/** @file Cells of the suite `kernels`: libraries in processes of their own, opened for the first cell and kept until the run is over. */
import type { RunCell } from '@longhorizon/harness';
import { openSession, type Session } from '../kernels/session.ts';

let session: { readonly profile: string; readonly opened: Promise<Session> } | undefined;

export const runKernelCell: RunCell = async (config, context) => {
  if (session?.profile !== config.profile) {
    await closeKernelCells();
    // Bounds checks stay on, so that the environment of a record holds for these cells as well.
    const opened = openSession({ profile: config.profile === 'full' ? 'full' : 'quick', robustness: true });
    session = { profile: config.profile, opened };
  }
  return (await session.opened).runCell(config, context);
};

/** Ends the libraries' processes. */
export async function closeKernelCells(): Promise<void> {
  const last = session;
  session = undefined;
  await (await last?.opened)?.close();
}
