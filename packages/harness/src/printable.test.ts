import { describe, expect, it } from 'vitest';
import { compareRecords, showComparison } from './export/compare.ts';
import { showRecords } from './export/show.ts';
import { textTable } from './export/text-table.ts';
import { printable, printableLine, printing } from './printable.ts';
import { fixtureRecord, fullMeasurement } from './record/fixture/records.ts';
import { openProgress } from './run/progress.ts';

const title = '\u001b]0;title\u0007';
const clear = '\u001b[2J';
const link = '\u001b]8;;http://evil\u0007here';
const hostile = `${title}${clear}${link}\u009b31m\u007f\0\r\u202eabc\u2066\u200f`;

/** Everything but line ends and tabs that a terminal would act on. */
const acting = /(?![\n\t])\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

describe('printable text', () => {
  it('shows what a terminal would act on', () => {
    expect(printable('\u001b[31mred\u0007')).toBe('␛[31mred␇');
    expect(printable('a\u009bb\u007fc\u202ed\r\n\te')).toBe('a�b␡c�d␍\n\te');
    expect(printableLine('a\nb\tc')).toBe('a␊b␉c');
    expect(printable(hostile)).not.toMatch(acting);
    for (const text of ['T^0.98 · µs', '日本', 'é 😀 −5', '']) expect(printable(text)).toBe(text);
  });

  it('is all that an output gets', () => {
    let written = '';
    printing({ write: (text) => (written += text) }).write(`${hostile}\n`);
    expect(written).not.toMatch(acting);
    expect(written.endsWith('\n')).toBe(true);
  });

  it('is what tables are made of: a line a row, whatever is in a cell', () => {
    const table = textTable([{ title: hostile }], [[hostile], ['one\ntwo']]);
    expect(table).not.toMatch(acting);
    expect(table.split('\n')).toHaveLength(4);
  });

  it('is all that show and progress print of a record', () => {
    const record = fixtureRecord(fullMeasurement, { method: hostile, problem: hostile, suite: 'a' });
    expect(printable(showRecords([record]))).not.toMatch(acting);
    expect(printable(showComparison(compareRecords([record], [record])))).not.toMatch(acting);
    let log = '';
    const progress = openProgress([], { write: (text) => (log += text) });
    const cell = { cellId: '', config: record.config } as unknown as Parameters<typeof progress.begin>[0];
    progress.end({ cell, status: 'error', reason: hostile, durationMs: 1 });
    progress.note(hostile);
    expect(log).not.toMatch(acting);
  });
});
