/** A closed device is gone, with all that it held: shown on a real process. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('60 devices opened and closed leave at most 2 in memory and the process flat', () => {
  const program = fileURLToPath(new URL('./testing/memory.ts', import.meta.url));
  const flags = ['--expose-gc', '--conditions=longhorizon-source', '--import', 'tsx'];
  const child = spawnSync(process.execPath, [...flags, program, '60'], {
    encoding: 'utf8',
    timeout: 280_000,
  });
  expect(child.status, child.stderr).toBe(0);
  const { alive, grownBytes } = JSON.parse(child.stdout);
  expect(alive).toBeLessThanOrEqual(2);
  // A device that stays costs 2.5 MiB: thirty of them would be 75.
  expect(grownBytes).toBeLessThan(30 * 2 ** 20);
});
