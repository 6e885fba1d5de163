/** @file The command as a whole: its closing line and its exit code, by which a continuous-integration job passes or fails. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** `npm test -- WORD` */
function run(word: string): { readonly code: number | null; readonly closingLine: string | undefined } {
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawnSync(process.execPath, ['--import', 'tsx', main, word], { encoding: 'utf8' });
  return { code: child.status, closingLine: child.stdout.trim().split('\n').at(-1) };
}

test('a run without failures ends with 0, and its last line counts', () => {
  const { code, closingLine } = run('tools/test-run/tally.test.ts');
  expect(closingLine).toMatch(/^[1-9]\d* passed, 0 failed$/);
  expect(code).toBe(0);
});

test('a run with a failure ends with 1, and its last line counts it', () => {
  expect(run('no such file')).toEqual({ code: 1, closingLine: '0 passed, 1 failed' });
});
