/**
 * @file A Vitest reporter beside the usual one: counts, and writes the count to the file that the environment
 * variable LONGHORIZON_TALLY names.
 *
 * Vitest's own JSON report has no place for errors outside of tests; here each failure counts once.
 */
import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import type { Tally } from './tally.ts';

export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errorsOutside: readonly unknown[]): void {
    const path = process.env.LONGHORIZON_TALLY;
    if (path === undefined) throw new Error('internal: LONGHORIZON_TALLY does not name a file');
    writeFileSync(path, JSON.stringify(tallyOf(modules, errorsOutside.length)));
  }
}

function tallyOf(modules: readonly TestModule[], errorsOutside: number): Tally {
  let passed = 0;
  let failed = errorsOutside;
  let skipped = 0;
  for (const module of modules) {
    // A file that cannot be imported, or a suite whose beforeAll throws, has errors of its own.
    failed += module.errors().length;
    for (const suite of module.children.allSuites()) failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const state = test.result().state;
      if (state === 'passed') passed += 1;
      else if (state === 'failed') failed += 1;
      else skipped += 1;
    }
  }
  return { passed, failed, skipped };
}
