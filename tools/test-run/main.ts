/**
 * @file `npm test`: the checks, the tests on the machine's adapter, the correctness tests on a second driver, and a
 * closing line that counts. `npm test -- packages/nn -t dense` runs only the tests that Vitest selects by this.
 */
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { binaryOf } from './binary-of.ts';
import { runVitest } from './run-vitest.ts';
import { correctnessFilter, failuresOfAbsence, findSecondDriver } from './second-driver.ts';
import { add, closingLine, emptyTally, type Tally } from './tally.ts';

const root = dirname(dirname(import.meta.dirname));

/** Nx targets of all projects, cached by their inputs. */
const checks = ['lint', 'boundaries', 'typecheck', 'build', 'publint', 'knip'];

function main(words: readonly string[]): Tally {
  if (words[0] === '--second-driver-only') return testOnSecondDriver(words.slice(1), { isRequired: true });
  if (words[0] === '--lanes') return testAtWidths(words.slice(1));
  if (words.length > 0) return runVitest(root, words, process.env);
  let tally = emptyTally;
  for (const check of checks) tally = add(tally, runCheck(check));
  title('tests on the default adapter');
  tally = add(tally, runVitest(root, [], process.env));
  return add(tally, testOnSecondDriver([], { isRequired: false }));
}

/** Checks are not tests: one that passes adds nothing to the count, one that fails adds a failure. */
function runCheck(target: string): Tally {
  title(target);
  const child = spawnSync(process.execPath, [binaryOf(root, 'nx'), 'run-many', '-t', target], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NX_NO_CLOUD: 'true', NX_DAEMON: 'false' },
  });
  if (child.status === 0) return emptyTally;
  console.log(`The check '${target}' failed; its report stands above.`);
  return { ...emptyTally, failed: 1 };
}

function testOnSecondDriver(words: readonly string[], { isRequired }: { isRequired: boolean }): Tally {
  const driver = findSecondDriver(process.env);
  if (driver.kind === 'absent') {
    title('no tests on a second driver');
    console.log(`${driver.why}. Everything ran on one driver only.`);
    return { ...emptyTally, failed: failuresOfAbsence(driver, isRequired) };
  }
  title(`correctness tests on a second driver: ${driver.description}`);
  return runVitest(root, [correctnessFilter, '--passWithNoTests', ...words], driver.environment);
}

/**
 * The software driver's vectors of 8 and of 16 floats, whatever the processor has: what it lacks, the driver puts together. With LLVM's
 * optimisations, which the other tests leave out.
 */
function testAtWidths(words: readonly string[]): Tally {
  return ['256', '512'].reduce((tally, width) => {
    title(`correctness tests with vectors of ${width} bits`);
    const environment = { ...process.env, LP_NATIVE_VECTOR_WIDTH: width, GALLIVM_PERF: '' };
    return add(tally, runVitest(root, [correctnessFilter, ...words], environment));
  }, emptyTally);
}

function title(text: string): void {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(3, 100 - text.length))}`);
}

const tally = main(process.argv.slice(2));
console.log(`\n${closingLine(tally)}`);
process.exitCode = tally.failed === 0 ? 0 : 1;
