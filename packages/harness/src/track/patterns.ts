/** @file Cells by their names. */

/** Whether a pattern with `*` matches a cell's whole name, or is a part of it where it has none. */
export function matchesCell(pattern: string, cell: string): boolean {
  if (!pattern.includes('*')) return cell.includes(pattern);
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(cell);
}
