import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { missingPlatformPackages, platformEntry, withoutChecksum } from './platforms.mjs';

const owner = {
  version: '2.0.0',
  dev: true,
  license: 'MIT',
  optionalDependencies: {
    '@tool/linux-x64-musl': '2.0.0',
    '@tool/darwin-arm64': '2.0.0',
    '@tool/win32-x64': '2.0.0',
  },
};

test('what a package lists and the lock file lacks, found where Node.js would find it', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/a/node_modules/tool': owner,
      'node_modules/a/node_modules/@tool/win32-x64': { version: '2.0.0' },
      'node_modules/@tool/darwin-arm64': { version: '2.0.0' },
    },
  };
  expect(missingPlatformPackages(lock)).toEqual([{ name: '@tool/linux-x64-musl', version: '2.0.0', owner }]);
});

test('the entry of a package that is built for one platform', () => {
  expect(platformEntry({ name: '@tool/linux-x64-musl', version: '2.0.0', owner })).toEqual({
    version: '2.0.0',
    cpu: ['x64'],
    dev: true,
    libc: ['musl'],
    license: 'MIT',
    optional: true,
    os: ['linux'],
  });
  const android = platformEntry({ name: '@tool/binding-android-arm-eabi', version: '2.0.0', owner });
  expect([android.os, android.cpu, android.libc]).toEqual([['android'], ['arm'], undefined]);
});

test("the C library of a build for Linux, in npm's words", () => {
  const libcOf = (name: string) => platformEntry({ name, version: '2.0.0', owner }).libc;
  expect(['linux-x64-gnu', 'linux-x64-musl', 'linux-x64', 'win32-x64-gnu'].map(libcOf)).toEqual([
    ['glibc'],
    ['musl'],
    undefined,
    undefined,
  ]);
});

test('a name that tells no platform is not guessed at', () => {
  expect(() => platformEntry({ name: 'left-pad', version: '1.0.0', owner })).toThrow(
    'its platform cannot be told',
  );
});

test("the lock file has all builds for all platforms: if not, run 'node tools/lock/complete.mjs'", () => {
  const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
  expect(missingPlatformPackages(lock).map(({ name }) => name)).toEqual([]);
});

test('a package of a registry without a checksum is found; what is ours or inside another pack has none', () => {
  const lock = {
    packages: {
      '': { version: '1.0.0' },
      'packages/ours': { version: '1.0.0' },
      'node_modules/ours': { link: true },
      'node_modules/a': { version: '1.0.0', integrity: 'sha512-…' },
      'node_modules/a/node_modules/inside': { version: '1.0.0', inBundle: true },
      'node_modules/a/node_modules/@tool/b': { version: '2.0.0' },
    },
  };
  expect(withoutChecksum(lock)).toEqual([
    { path: 'node_modules/a/node_modules/@tool/b', name: '@tool/b', version: '2.0.0' },
  ]);
});

test("every package in the lock file has a checksum: if not, run 'node tools/lock/complete.mjs'", () => {
  const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
  expect(withoutChecksum(lock).map(({ name }) => name)).toEqual([]);
});

test('the lock file names no registry', () => {
  const text = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8');
  expect(text).not.toMatch(/"resolved": "https?:/);
});
