/** @file What a library did at a row, as the harness stores it. */
import { finiteOrNull, type Measurement, timeSection } from '@longhorizon/harness';
import type { ArmResult } from './measure.ts';
import type { Row } from './rows.ts';
import { bytesMovedBy, copyBeside, operationsOf, sizesOf } from './work.ts';

const primaryPhase = 'call';

/**
 * @param toggles Dawn's, that every library was opened with
 * @param copiedBytesPerSecond what the copy kernel reached beside it, where one ran
 */
export function measurementOf(
  row: Row,
  arm: ArmResult,
  toggles: readonly string[],
  copiedBytesPerSecond?: number,
): Measurement {
  if (arm.status !== 'ok' || arm.phase === undefined)
    return { status: arm.status, reason: arm.reason ?? 'no reason was given' };
  const { phase, facts, firstMs, error, dispatches } = arm;
  // The copy beside a row moves its own bytes, not the row's.
  const work = (arm.library === 'copy' ? copyBeside(row.work) : undefined) ?? row.work;
  const call = phase.summary.median ?? Number.NaN;
  const notes = [
    ...(error === undefined ? [] : [`largest error over largest element: ${error.toExponential(1)}`]),
    ...(facts?.notes ?? []),
  ];
  return {
    status: 'ok',
    time: timeSection(
      { [primaryPhase]: phase },
      {
        primaryPhase,
        compileMs: firstMs === undefined ? null : finiteOrNull(Math.max(0, firstMs - call)),
        clock: { host: 'performance.now', synchronisation: 'work-done' },
      },
    ),
    kernel: {
      family: row.group,
      variant: facts?.variants === undefined ? null : Object.keys(facts.variants).join(' '),
      shape: sizesOf(work),
      dtype: 'f32',
      flops: operationsOf(work) ?? null,
      bytesMoved: bytesMovedBy(work) ?? null,
      ...(copiedBytesPerSecond === undefined ? {} : { peakBytesPerSecond: copiedBytesPerSecond }),
    },
    ...(dispatches === undefined ? {} : { counters: { dispatches } }),
    ...(facts?.variants === undefined ? {} : { kernelVariants: { ...facts.variants } }),
    ...(facts?.choices === undefined ? {} : { kernelChoices: { ...facts.choices } }),
    ...(facts?.peakBytes === undefined
      ? {}
      : { memory: { peakBytes: facts.peakBytes, predictedPeakBytes: facts.predictedBytes ?? null } }),
    details: { toggles: [...toggles] },
    ...(notes.length === 0 ? {} : { notes }),
  };
}
