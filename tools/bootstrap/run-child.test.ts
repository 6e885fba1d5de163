import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runNode } from './run-child.mjs';

test.each([0, 3])('the exit code is that of the work: %i', async (code) => {
  expect(await runNode(['-e', `process.exit(${code})`], { env: process.env })).toBe(code);
});

test.skipIf(process.platform === 'win32')(
  'a work that a signal ends gives the code that a shell would give',
  async () => {
    expect(await runNode(['-e', "process.kill(process.pid, 'SIGKILL')"], { env: process.env })).toBe(137);
  },
);

test.skipIf(process.platform === 'win32')(
  'a request to end is passed on, and the way the work ends is kept',
  async () => {
    const work =
      "process.on('SIGTERM', () => process.exit(5)); setInterval(() => {}, 1000); console.log('ready')";
    const script = `
    import { runNode } from ${JSON.stringify(join(import.meta.dirname, 'run-child.mjs'))};
    process.exit(await runNode(['-e', ${JSON.stringify(work)}], { env: process.env }));
  `;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout, 'data');
    parent.kill('SIGTERM');
    expect(await once(parent, 'exit')).toEqual([5, null]);
  },
);
