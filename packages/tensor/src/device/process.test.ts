/** A process that used a GPU ends by itself, with the right code: shown on real processes. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('./testing/lifetime.ts', import.meta.url));
const conditions = ['--conditions=longhorizon-source', '--import', 'tsx'];
/** Far more than it takes (about a second), far less than for ever. */
const timeout = 30_000;

function run(ending: string): { code: number | null; signal: string | null; out: string; err: string } {
  const result = spawnSync(process.execPath, [...conditions, program, ending], { encoding: 'utf8', timeout });
  return { code: result.status, signal: result.signal, out: result.stdout, err: result.stderr };
}

test.each([
  { ending: 'close', code: 0, out: 'computed 42' },
  { ending: 'forget', code: 0, out: 'computed 42' },
  { ending: 'throw', code: 1, out: 'computed 42' },
  { ending: 'exit', code: 3, out: 'computed 42' },
  { ending: 'lose', code: 0, out: 'caught DeviceLostError' },
])('ending by $ending gives code $code', ({ ending, code, out }) => {
  const result = run(ending);
  expect(result, result.err).toMatchObject({ code, signal: null, out: `${out}\n` });
  if (ending === 'throw') expect(result.err).toContain('thrown on purpose');
});
