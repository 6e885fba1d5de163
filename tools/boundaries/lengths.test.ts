import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkLengths } from './lengths.ts';

const root = mkdtempSync(join(tmpdir(), 'longhorizon-lengths-'));
afterAll(() => rmSync(root, { recursive: true }));

const lines = (count: number): string => '//\n'.repeat(count);

test('a source file has 350 lines at most; tests, and what is built, may have more', () => {
  mkdirSync(join(root, 'long/dist'), { recursive: true });
  for (const [name, count] of [
    ['most.ts', 350],
    ['more.ts', 351],
    ['kernel.wgsl', 400],
    ['many.test.ts', 400],
    ['dist/built.js', 400],
    ['text.md', 400],
  ] as const)
    writeFileSync(join(root, 'long', name), lines(count));
  writeFileSync(join(root, 'long/open-end.ts'), `${lines(350)}//`);
  expect(checkLengths(root, ['long'], {})).toEqual([
    'long/kernel.wgsl: the file has 400 lines; split it by ideas, 350 at most each.',
    'long/more.ts: the file has 351 lines; split it by ideas, 350 at most each.',
    'long/open-end.ts: the file has 351 lines; split it by ideas, 350 at most each.',
  ]);
});

test('an exception is needed, or it goes', () => {
  mkdirSync(join(root, 'excepted'));
  writeFileSync(join(root, 'excepted/table.ts'), lines(351));
  writeFileSync(join(root, 'excepted/short.ts'), lines(350));
  const reason = 'a table';
  expect(
    checkLengths(root, ['excepted'], { 'excepted/table.ts': reason, 'excepted/short.ts': reason }),
  ).toEqual([
    'tools/boundaries/lengths.ts: excepted/short.ts needs no exception any more, as it has 350 lines or fewer; remove it.',
  ]);
});

test('this repository', () => {
  expect(checkLengths(dirname(dirname(import.meta.dirname)))).toEqual([]);
});
