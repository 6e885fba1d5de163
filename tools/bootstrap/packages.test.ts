import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { firstDifference, type LockFile, whyInstall } from './packages.mjs';

const lock = {
  packages: {
    '': { version: '0.1.0' },
    'packages/tensor': { version: '0.1.0' },
    'node_modules/@longhorizon/tensor': { resolved: 'packages/tensor', link: true },
    'node_modules/vitest': { version: '4.1.12', integrity: 'sha512-a' },
    'node_modules/vite/node_modules/esbuild': { version: '0.25.0', integrity: 'sha512-b' },
    'node_modules/fsevents': { version: '2.3.3', integrity: 'sha512-c', optional: true },
  },
};

/** What npm records after installing the lock on Linux: without the root and without what is for macOS only. */
function installed(): LockFile {
  const { '': _root, 'node_modules/fsevents': _macOnly, ...packages } = structuredClone(lock.packages);
  return { packages };
}

describe('the first difference between lock file and installation', () => {
  test('none when all but optional packages of other platforms are there', () => {
    expect(firstDifference(lock, installed())).toBeUndefined();
  });

  test('a package that is missing, also a nested one', () => {
    const found = installed();
    delete found.packages['node_modules/vite/node_modules/esbuild'];
    expect(firstDifference(lock, found)).toBe('esbuild is missing');
  });

  test('a workspace that is not linked', () => {
    const found = installed();
    delete found.packages['node_modules/@longhorizon/tensor'];
    expect(firstDifference(lock, found)).toBe('@longhorizon/tensor is missing');
  });

  test('a workspace that is a copy, or is linked to another folder', () => {
    const found = installed();
    found.packages['node_modules/@longhorizon/tensor'] = { version: '0.1.0', resolved: 'packages/tensor' };
    expect(firstDifference(lock, found)).toBe(
      '@longhorizon/tensor is at 0.1.0, the lock file has it a link to packages/tensor',
    );
    found.packages['node_modules/@longhorizon/tensor'] = { resolved: '../other/tensor', link: true };
    expect(firstDifference(lock, found)).toBe(
      '@longhorizon/tensor is a link to ../other/tensor, the lock file has it a link to packages/tensor',
    );
  });

  test('a package that is linked to a folder, where the lock has a version', () => {
    const found = installed();
    found.packages['node_modules/vitest'] = { version: '4.1.12', resolved: '../vitest', link: true };
    expect(firstDifference(lock, found)).toBe(
      'vitest is a link to ../vitest, the lock file has it at 4.1.12',
    );
  });

  test('another version', () => {
    const found = installed();
    found.packages['node_modules/vitest'] = { version: '4.0.0', integrity: 'sha512-z' };
    expect(firstDifference(lock, found)).toBe('vitest is at 4.0.0, the lock file has it at 4.1.12');
  });

  test('the same version with other contents', () => {
    const found = installed();
    found.packages['node_modules/vitest'] = { version: '4.1.12', integrity: 'sha512-z' };
    expect(firstDifference(lock, found)).toBe('vitest 4.1.12 is not the file of the lock');
  });
});

describe('why packages have to be installed', () => {
  let root = '';
  const write = (path: string, contents: unknown) => {
    const text = typeof contents === 'string' ? contents : JSON.stringify(contents);
    writeFileSync(join(root, path), text);
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'longhorizon-packages-'));
    write('package-lock.json', lock);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test('a bare clone', () => {
    expect(whyInstall(root)).toBe('there is no folder node_modules');
  });

  test('an installation that was broken off', () => {
    mkdirSync(join(root, 'node_modules'));
    expect(whyInstall(root)).toBe('an installation was not finished');
  });

  test("a developer's own 'npm install' is taken as it is, and the lock file is not compared twice", () => {
    mkdirSync(join(root, 'node_modules'));
    write('node_modules/.package-lock.json', installed());
    expect(whyInstall(root)).toBeUndefined();
    // With the stamp written, npm's own record is not read again.
    rmSync(join(root, 'node_modules/.package-lock.json'));
    expect(whyInstall(root)).toBeUndefined();
  });

  test('a lock file that has changed since', () => {
    mkdirSync(join(root, 'node_modules'));
    write('node_modules/.package-lock.json', installed());
    expect(whyInstall(root)).toBeUndefined();
    const newer = structuredClone(lock);
    newer.packages['node_modules/vitest'].version = '4.2.0';
    write('package-lock.json', newer);
    expect(whyInstall(root)).toBe('vitest is at 4.1.12, the lock file has it at 4.2.0');
  });

  test('packages that were installed for another platform', () => {
    mkdirSync(join(root, 'node_modules'));
    write('node_modules/.package-lock.json', installed());
    write('node_modules/.longhorizon-stamp', 'plan9-mips 0123\n');
    expect(whyInstall(root)).toBe('they were installed for another platform, plan9-mips');
  });

  test('a clone without a lock file is refused', () => {
    mkdirSync(join(root, 'node_modules'));
    write('node_modules/.package-lock.json', installed());
    rmSync(join(root, 'package-lock.json'));
    expect(() => whyInstall(root)).toThrow('the clone is incomplete');
  });
});
