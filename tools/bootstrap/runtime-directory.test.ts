import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureRuntimeDirectory, privateFolder } from './runtime-directory.mjs';

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

test.runIf(process.platform !== 'win32')(
  'a folder is taken again if it is private, and no link or open folder in its place',
  () => {
    const parent = mkdtempSync(join(tmpdir(), 'longhorizon-runtime-test-'));
    const user = Number(process.getuid?.());
    const usual = join(parent, `longhorizon-runtime-${user}`);
    const isPrivate = (folder: string) => {
      const found = lstatSync(folder);
      return found.isDirectory() && found.uid === user && (found.mode & 0o077) === 0;
    };
    try {
      expect(privateFolder(parent, user)).toBe(usual);
      expect(isPrivate(usual)).toBe(true);
      expect(privateFolder(parent, user)).toBe(usual);

      chmodSync(usual, 0o777);
      const beside = privateFolder(parent, user);
      expect(beside).not.toBe(usual);
      expect(isPrivate(beside)).toBe(true);

      rmSync(usual, { recursive: true });
      mkdirSync(join(parent, 'elsewhere'), { mode: 0o700 });
      symlinkSync(join(parent, 'elsewhere'), usual);
      const instead = privateFolder(parent, user);
      expect(instead).not.toBe(usual);
      expect(isPrivate(instead)).toBe(true);

      // A folder of another user: any number that is not this one's.
      const foreign = privateFolder(parent, user + 1);
      expect(foreign).not.toBe(join(parent, `longhorizon-runtime-${user + 1}`));
    } finally {
      rmSync(parent, { recursive: true });
    }
  },
);
