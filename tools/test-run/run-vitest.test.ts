import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const root = dirname(dirname(import.meta.dirname));

/** The count of a run of the fixtures, in a process of its own: its report of failures is not ours. */
function tallyOf(words: readonly string[] = [], configuration = 'vitest.config.ts'): unknown {
  const config = join(import.meta.dirname, 'fixtures', configuration);
  const script = `
    import { runVitest } from ${JSON.stringify(join(import.meta.dirname, 'run-vitest.ts'))};
    const words = ${JSON.stringify(words)};
    console.log('\\n' + JSON.stringify(runVitest(${JSON.stringify(root)}, words, process.env, ${JSON.stringify(config)})));
  `;
  const child = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: root,
    encoding: 'utf8',
  });
  return JSON.parse(child.stdout.trim().split('\n').at(-1) ?? '');
}

test('every failure counts once: a test, a file that cannot be loaded, a hook, an error outside of tests', () => {
  expect(tallyOf()).toEqual({ passed: 3, failed: 4, skipped: 1 });
});

test('a run that passes', () => {
  expect(tallyOf(['passes.fixture'])).toEqual({ passed: 1, failed: 0, skipped: 0 });
});

test('a run that finds no test has failed', () => {
  expect(tallyOf(['no such file'])).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('a run that was killed has failed', () => {
  expect(tallyOf([], 'killed.config.ts')).toEqual({ passed: 0, failed: 1, skipped: 0 });
});
