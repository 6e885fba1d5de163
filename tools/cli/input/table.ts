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
