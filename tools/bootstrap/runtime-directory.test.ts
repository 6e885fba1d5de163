import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { ensureRuntimeDirectory } from './runtime-directory.mjs';

test('a folder that is there is kept', () => {
  const environment = { XDG_RUNTIME_DIR: tmpdir() };
  ensureRuntimeDirectory(environment, 'linux');
  expect(environment).toEqual({ XDG_RUNTIME_DIR: tmpdir() });
});

test.each([{}, { XDG_RUNTIME_DIR: '/no/such/folder' }])(
  'a private folder is made in place of %o',
  (start) => {
    const environment: NodeJS.ProcessEnv = { ...start };
    ensureRuntimeDirectory(environment, 'linux');
    const folder = statSync(String(environment.XDG_RUNTIME_DIR));
    expect(folder.isDirectory()).toBe(true);
    if (process.platform !== 'win32') expect(folder.mode & 0o077).toBe(0);
  },
);

test('other systems need none', () => {
  const environment = {};
  ensureRuntimeDirectory(environment, 'darwin');
  expect(environment).toEqual({});
});
