import { describeCell } from '../cell/config.ts';
import { plural } from '../errors.ts';
import type { Conflict } from '../sweep/collect.ts';

/** How many conflicts are named one by one. */
const mostNamed = 10;

/** Names records that cannot both be right. */
export function conflictText(conflicts: readonly Conflict[]): string {
  const lines = conflicts
    .slice(0, mostNamed)
    .map(({ record, places }) => `  ${describeCell(record.config)}: ${places.join(' and ')}`);
  const more = conflicts.length > mostNamed ? [`  and ${conflicts.length - mostNamed} more`] : [];
  return [
    `${plural(conflicts.length, 'cell')} answered twice, by the same code on the same device, and not alike. All answers are in the file; one of two machines is not to be trusted:`,
    ...lines,
    ...more,
  ].join('\n');
}
