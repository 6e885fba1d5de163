/** @file Values as text, for the output of a program. */

const longestText = 4000;
const mostItems = 40;

/** A value as a person reads it: typed arrays as numbers, errors as messages, long things cut. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : inner(value, 0);
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

function inner(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return String(Number(value.toPrecision(7)));
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Error) return value.message;
  if (depth > 3) return '…';
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  if (isList) return `[${some(Array.from(value as ArrayLike<unknown>), (item) => inner(item, depth + 1))}]`;
  if (value instanceof Map)
    return `Map {${some([...value], ([key, item]) => `${inner(key, depth + 1)} → ${inner(item, depth + 1)}`)}}`;
  const name = value.constructor === Object ? '' : `${value.constructor?.name ?? ''} `;
  const entries = Object.entries(value);
  return `${name}{${entries.length === 0 ? '' : ' '}${some(entries, ([key, item]) => `${key}: ${inner(item, depth + 1)}`)}${entries.length === 0 ? '' : ' '}}`;
}

function some<Item>(items: readonly Item[], show: (item: Item) => string): string {
  const texts = items.slice(0, mostItems).map(show);
  return [...texts, ...(items.length > mostItems ? [`… ${items.length - mostItems} more`] : [])].join(', ');
}
