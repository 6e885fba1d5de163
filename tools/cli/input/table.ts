/** @file Numbers and tables as text. */
import Table from 'cli-table3';

/** Numbers of a vector that are shown; the JSON has all. */
const shown = 4;

export function showNumber(value: number): string {
  return Number(value.toPrecision(10)).toString();
}

export function showVector(values: readonly number[]): string {
  const numbers = values.slice(0, shown).map(showNumber);
  if (values.length > shown) numbers.push(`… (${values.length})`);
  return numbers.join(', ');
}

/** A table of columns apart from each other and nothing else. */
export function tableOf(head: readonly string[]): Table.Table {
  const none = Object.fromEntries(
    [
      'top',
      'top-mid',
      'top-left',
      'top-right',
      'bottom',
      'bottom-mid',
      'bottom-left',
      'bottom-right',
      'left',
      'left-mid',
      'mid',
      'mid-mid',
      'right',
      'right-mid',
    ].map((part) => [part, '']),
  );
  return new Table({
    head: [...head],
    chars: { ...none, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
}
