import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { readRecords } from './store/read.ts';

const packageFolder = new URL('..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'harness-readme-'));
// Inside the package, so that its own name resolves.
const scratch = join(packageFolder, '.cache');
const program = join(scratch, `readme-${process.pid}.ts`);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(program, { force: true });
});

it('the benchmark in the README runs, its cells in workers included', async () => {
  const [, code = ''] =
    /```ts\n([\s\S]*?)```/.exec(readFileSync(join(packageFolder, 'README.md'), 'utf8')) ?? [];
  mkdirSync(scratch, { recursive: true });
  writeFileSync(program, code);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=longhorizon-source', '--import', 'tsx', program, '--out', folder],
    { cwd: packageFolder },
  );
  expect(stdout).toMatch(/48 cells: 0 had a result, ran 40 ok and 8 not supported\./);
  const { records } = readRecords([folder]);
  const timed = records.filter((record) => record.time !== undefined);
  expect(timed).toHaveLength(20);
  expect(timed.every((record) => record.run.isolation === 'worker')).toBe(true);
  expect(records.filter((record) => record.gradient?.relativeError === 0)).toHaveLength(20);
});
