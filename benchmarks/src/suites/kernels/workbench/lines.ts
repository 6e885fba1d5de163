/** @file What the workbench prints of a kernel: one line, and a second one for other shapes. */
import type { ComparisonResult } from '@longhorizon/harness';
import type { Judged, Others } from './messages.ts';

/** How many times as fast, and half the width of the interval: `×1.07 ±0.02`. */
export function speedText({ change, low, high, verdict }: ComparisonResult): string {
  const speed = 1 / (1 + change);
  const half = (1 / (1 + low) - 1 / (1 + high)) / 2;
  const text = `×${speed.toFixed(2)}`;
  return verdict === 'unproven' || !Number.isFinite(half)
    ? `${text} (too few rounds)`
    : `${text} ±${half.toFixed(2)}`;
}

function timeText(ms: number): string {
  return ms < 1 ? `${(1000 * ms).toFixed(0)} µs` : `${ms.toPrecision(3)} ms`;
}

/**
 * @param share of what the adapter could attain, from its measured roof
 * @param present name of the kernel that it is held against
 */
export function judgedLine(
  kernel: string,
  shape: string,
  judged: Judged,
  present: string,
  share: number | undefined,
): string {
  const head = `${kernel}  ${shape}`;
  if (judged.fault !== undefined) return `${head}  ${judged.fault}`;
  const { relative, worst, ms, presentMs, comparison, operations } = judged;
  const right = `correct to ${relative.toExponential(1)} (${worst.toFixed(2)} of the bound)`;
  const speed =
    comparison === undefined
      ? `×${(presentMs / ms).toFixed(2)} in single runs, no more were made,`
      : speedText(comparison);
  const rate = `${timeText(ms)}, ${(operations / ms / 1e6).toPrecision(3)} GFLOP/s`;
  const roof =
    share === undefined ? 'no roof is known (kernels roofline)' : `${(100 * share).toFixed(0)} % of the roof`;
  return `${head}  ${right}  ${rate}  ${speed} of ${present}  ${roof}`;
}

export function othersLine(kernel: string, { fault, shapes }: Others): string {
  if (fault === undefined && shapes === 0)
    return `${kernel}  takes none of the small shapes at which kernels are judged; it was judged at this one alone`;
  return fault === undefined
    ? `${kernel}  right at ${shapes} other shapes too, with accesses counted and in the opposite order`
    : `${kernel}  ${fault}`;
}
