/** @file Rules for texts in submitted records: short, plain, and nothing that a terminal or a browser would interpret. */
import { printableLine } from '../printable.ts';

/** Longest text of a value; the longest in a committed record has 196 characters. */
const longestText = 2000;
/** Longest name of a field. */
const longestKey = 120;
/** Records are at most seven levels deep. */
const deepest = 24;
/** Most values in a record: a learning curve of ten thousand points fits. */
const mostValues = 200_000;

/** Types of WGSL, which messages of drivers hold, look like markup and are none. */
const shaderTypes =
  /\b(?:array|atomic|ptr|vec[234]|mat[234]x[234]|texture\w*)<\s*[\w\s,]*(?:<\s*[\w\s,]*>)?\s*>/g;
const markup = /<[a-z/!?]|&(?:#\w+|[a-z]+);|\bjavascript:/i;

/** A place in a record and what is wrong with the text there: the first of each kind of fault. */
export function textProblems(record: unknown): readonly string[] {
  const found = new Map<string, string>();
  const note = (kind: string, place: string, sentence: string): void => {
    if (!found.has(kind)) found.set(kind, `${shortened(place)}: ${sentence}`);
  };
  let values = 0;
  const look = (text: string, place: string, most: number): void => {
    if (text.length > most)
      note('long', place, `a text of ${text.length} characters, where at most ${most} may stand.`);
    if (printableLine(text) !== text)
      note('control', place, 'a text with control characters or such as turn the direction of writing.');
    if (markup.test(text.replace(shaderTypes, '')))
      note('markup', place, 'a text with markup, which no record needs.');
  };
  const walk = (value: unknown, place: string, depth: number): void => {
    if (++values > mostValues || depth > deepest) return;
    if (typeof value === 'string') look(value, place, longestText);
    else if (Array.isArray(value))
      for (const [index, item] of value.entries()) walk(item, `${place}[${index}]`, depth + 1);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        const inner = place === '' ? key : `${place}.${key}`;
        look(key, `the name ${inner}`, longestKey);
        walk(item, inner, depth + 1);
      }
    }
    if (depth === deepest)
      note('deep', place, `nested more than ${deepest} levels deep, which no record is.`);
  };
  walk(record, '', 0);
  if (values > mostValues) note('many', 'the whole', `more than ${mostValues} values, which no record has.`);
  return [...found.values()];
}

/** A text that fits into a sentence on a terminal. */
export function shortened(text: string, most = 200): string {
  const line = printableLine(text);
  return line.length > most ? `${line.slice(0, most)}…` : line;
}
