import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DataFile } from './dataset/types.ts';
import { loadDataset } from './load.ts';
import { cacheFolder, searchFolders } from './store/folders.ts';
import { digest, faultOf, readVerified } from './store/verify.ts';

let folder: string;
const before = { ...process.env };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhorizon-load-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  for (const name of ['LONGHORIZON_DATA', 'LONGHORIZON_CACHE']) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
});

const put = (path: string, bytes: Uint8Array | string) => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), bytes);
};

describe('loadDataset', () => {
  it('lists the known names when there is no such set', () => {
    expect(() => loadDataset('nmist')).toThrow(/^There is no data set 'nmist'. Known are: glyphs, .*mnist, /);
  });

  it('says where it looked and what to do when files are missing', () => {
    expect(() => loadDataset('iris', { root: folder })).toThrow(
      `'iris' is not on this machine: tabular/iris.csv was not found in ${folder}, ${join(folder, 'data')}. ` +
        `Fetch it with 'longhorizon data fetch iris', or set LONGHORIZON_DATA to a folder that has it.`,
    );
    expect(() => loadDataset('eurosat', { root: folder })).toThrow('It is served nowhere in this form');
  });

  it('refuses a wrong and a truncated file before reading anything of it', () => {
    put('tabular/iris.csv', '150,4,setosa,versicolor,virginica\n5.1,3.5,1.4,0.2,0\n');
    expect(() => loadDataset('iris', { root: folder })).toThrow(
      /iris.csv is not the file it should be: it has SHA-256 [0-9a-f]{64} \(52 bytes\) instead of f13ffa8f[0-9a-f]*: it ends after 52 of 2734 bytes. Delete it/,
    );
    put('data/tabular/wine_data.csv', new Uint8Array(11157));
    expect(() => loadDataset('wine', { root: folder })).toThrow('nothing of it was read');
  });

  it('names the maker of functions that have no stored examples', () => {
    expect(() => loadDataset('sinusoids')).toThrow('use sinusoidTasks instead of loadDataset');
  });
});

describe('folders', () => {
  it('are the one named by LONGHORIZON_DATA, then the cache', () => {
    process.env.LONGHORIZON_DATA = folder;
    process.env.LONGHORIZON_CACHE = join(folder, 'cache');
    expect(searchFolders()).toEqual([folder, join(folder, 'data'), join(folder, 'cache')]);
    delete process.env.LONGHORIZON_DATA;
    expect(searchFolders()).toEqual([join(folder, 'cache')]);
    delete process.env.LONGHORIZON_CACHE;
    expect(cacheFolder()).toMatch(/longhorizon/);
  });
});

describe('readVerified', () => {
  const content = Buffer.from('content of the file');
  const zipped = gzipSync(content);
  const file: DataFile = {
    path: 'a.gz',
    role: 'images',
    bytes: zipped.length,
    sha256: digest('sha256', zipped),
    decoded: { bytes: content.length, sha256: digest('sha256', content) },
  };

  it('decompresses a file that is right', () => {
    put('a.gz', zipped);
    expect(Buffer.from(readVerified(file, join(folder, 'a.gz'))).equals(content)).toBe(true);
  });

  it('accepts the same content compressed anew where the definition knows that file', () => {
    const anew = gzipSync(content, { level: 1, memLevel: 1 });
    put('a.gz', anew);
    const known = {
      ...file,
      sha256: '0'.repeat(64),
      download: { url: 'http://x', sha256: digest('sha256', anew) },
    };
    expect(Buffer.from(readVerified(known, join(folder, 'a.gz'))).equals(content)).toBe(true);
    const other = { ...known, decoded: { bytes: 3, sha256: '1'.repeat(64) } };
    expect(() => readVerified(other, join(folder, 'a.gz'))).toThrow('decompresses to other bytes');
  });

  it('refuses other content of the right length', () => {
    put('a.gz', zipped);
    const other = {
      ...file,
      decoded: { bytes: content.length, sha256: digest('sha256', Buffer.from('Content of the file')) },
    };
    expect(() => readVerified(other, join(folder, 'a.gz'))).toThrow(
      'a.gz decompresses to other bytes than it should. Delete it and fetch it again.',
    );
  });

  it('holds a file without known checksum to what its first fetch recorded', () => {
    const unknown: DataFile = { path: 'a.zip', role: 'archive', download: { url: 'http://x' } };
    put('a.zip', content);
    expect(readVerified(unknown, join(folder, 'a.zip')).length).toBe(content.length);
    put('a.zip.sha256', `${digest('sha256', content)}\n`);
    expect(readVerified(unknown, join(folder, 'a.zip')).length).toBe(content.length);
    put('a.zip', 'changed');
    expect(() => readVerified(unknown, join(folder, 'a.zip'))).toThrow('is not the file it should be');
  });

  it('names the MD5 where that is all that is known', () => {
    const byMd5: DataFile = {
      path: 'a',
      role: 'archive',
      download: { url: 'http://x', md5: digest('md5', content) },
    };
    expect(faultOf(byMd5, content)).toBeUndefined();
    expect(faultOf(byMd5, Buffer.from('x'))).toContain('instead of');
  });
});
