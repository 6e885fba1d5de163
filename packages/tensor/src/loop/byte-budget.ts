/** @file Byte counts as people write them, and budgets that are too small. */
import { formatBytes } from '../device/errors.ts';

/** A budget in bytes that what was asked for does not fit; the message holds the breakdown. */
export class MemoryBudgetError extends Error {
  override readonly name = 'MemoryBudgetError';
}

const units: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** `'512MiB'`, `'1.5 GB'`, or a number of bytes. */
export function parseBytes(budget: string | number): number {
  if (typeof budget === 'number') {
    if (Number.isFinite(budget) && budget > 0) return Math.floor(budget);
  } else {
    const match = /^\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)\s*$/i.exec(budget);
    const unit = match === null ? undefined : units[match[2] === '' ? 'b' : match[2]!.toLowerCase()];
    if (match !== null && unit !== undefined && Number(match[1]) > 0)
      return Math.floor(Number(match[1]) * unit);
  }
  throw new RangeError(
    `memory: '${budget}' is not a number of bytes; write for instance 536870912, '512MiB' or '2 GB'.`,
  );
}

/** A table of bytes by class, largest first. */
export function showBytes(classes: Readonly<Partial<Record<string, number>>>): string {
  return Object.entries(classes)
    .filter((entry): entry is [string, number] => entry[1] !== undefined && entry[1] > 0)
    .sort((a, b) => b[1] - a[1])
    .map(([name, bytes]) => `${name} ${formatBytes(bytes)}`)
    .join(', ');
}
