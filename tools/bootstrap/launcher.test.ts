import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const bootstrap = (name: string) => JSON.stringify(join(import.meta.dirname, name));

/** What a start-up script runs: it says when it begins and by which signal it is asked to end. */
const work = `
  const end = (signal) => { console.log(signal); setTimeout(() => process.exit(7), 100); };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, end);
  setInterval(() => {}, 1000);
  console.log('ready');`;
const start = `
  import { runNode } from ${bootstrap('run-child.mjs')};
  process.exit(await runNode(['-e', ${JSON.stringify(work)}], { env: process.env }));`;

test.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s to the start-up script alone reaches the work, and its end is kept',
  async (signal) => {
    const script = spawn(process.execPath, ['--input-type=module', '-e', start], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(script.stdout, 'data');
    const said = once(script.stdout, 'data');
    script.kill(signal);
    expect(String(await said)).toBe(`${signal}\n`);
    expect(await once(script, 'exit')).toEqual([7, null]);
  },
);

/** A process that starts another, under the title of what it stands for, and ends with it. */
const wrap = (title: string, script: string, type: string): string => `
  const { spawn } = require('node:child_process');
  process.title = ${JSON.stringify(title)};
  const child = spawn(process.execPath, ['--input-type=${type}', '-e', ${JSON.stringify(script)}], { stdio: 'inherit' });
  child.on('exit', () => process.exit());`;

/** Kills the outermost process when the work is ready. @returns what the work says then, if it does within two seconds */
async function killed(script: string): Promise<string | undefined> {
  const outer = spawn(process.execPath, ['--input-type=commonjs', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  await once(outer.stdout, 'data');
  const said = once(outer.stdout, 'data').then(String);
  outer.kill('SIGKILL');
  const silence = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 2000));
  const first = await Promise.race([said, silence]);
  if (first === undefined && outer.pid !== undefined) process.kill(-outer.pid, 'SIGKILL');
  return first;
}

test.skipIf(process.platform !== 'linux')('the work ends with the npm that started it', async () => {
  expect(await killed(wrap('npm start', start, 'module'))).toBe('SIGTERM\n');
});

test.skipIf(process.platform !== 'linux')('and with one that is further above, past a shell', async () => {
  expect(await killed(wrap('npm exec nx', wrap('sh', start, 'module'), 'commonjs'))).toBe('SIGTERM\n');
});

test.skipIf(process.platform !== 'linux')(
  'the work does not end with a shell that left it behind',
  async () => {
    expect(await killed(wrap('bash', start, 'module'))).toBeUndefined();
  },
);
