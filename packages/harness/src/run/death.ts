import type { CellOutcome } from './cell-runner.ts';
import type { Child, ChildExit } from './child-process.ts';
import { kernelKilled, memoryKills, saysOutOfMemory } from './evidence.ts';

/** What Dawn says at every start (tools/bootstrap/dawn-warnings.mjs) is no child's last word. */
const loweredLimits = /^Warning: maxDynamic\w+BuffersPerPipelineLayout artificially reduced from .*\n?/gm;
/** How many characters of a dead child's complaints go into the reason. */
const quotedLength = 600;

/** What the end of a child says about the cell that it ran. */
export function deathOf(child: Child): CellOutcome {
  const { exit } = child;
  const words = child.complaints.replace(loweredLimits, '').trim().slice(-quotedLength);
  const said = words === '' ? '' : ` It last said: ${words}`;
  const measured = (status: 'oom' | 'error', reason: string, endedBy?: string): CellOutcome => ({
    kind: 'measured',
    measurement: { status, reason: `${reason}${said}` },
    ...(endedBy === undefined ? {} : { endedBy }),
  });
  if (exit?.error !== undefined)
    return measured('error', `its process could not be started: ${exit.error.message}.`);
  if (saysOutOfMemory(words)) return measured('oom', 'its process ran out of memory.');
  if (exit?.signal === 'SIGKILL' && wasKilledForMemory(child)) {
    return measured('oom', 'the kernel killed its process for want of memory.');
  }
  if (exit?.signal) return measured('error', `its process was ended by ${exit.signal}.`, exit.signal);
  return measured('error', `its process ended with code ${exit?.code ?? '?'} and without a measurement.`);
}

/** Whether another try in a fresh process may end otherwise: a program that cannot be started will not be. */
export function isWorthAnotherTry(exit: ChildExit | undefined): boolean {
  return exit?.error === undefined;
}

function wasKilledForMemory({ process, memoryKillsBefore }: Child): boolean {
  const now = memoryKills();
  if (memoryKillsBefore !== undefined && now !== undefined && now > memoryKillsBefore) return true;
  return kernelKilled(process.pid);
}
