import type { StudyTable } from '@longhorizon/harness';

/** A table of a study: a line for each item, and what each column says of it. */
export function studyTable<Item>(
  title: string,
  items: readonly Item[],
  columns: Readonly<Record<string, (item: Item) => string | number>>,
): StudyTable {
  return {
    title,
    columns: Object.keys(columns),
    rows: items.map((item) => Object.values(columns).map((cell) => String(cell(item)))),
  };
}
