/** @file Bad files, of every format: each ends in a DatasetError that names the file, and none takes memory that it only announces. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { dump } from 'npyjs';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatasetError } from '../errors.ts';
import { loadDataset } from '../load.ts';
import { locateFile } from '../store/folders.ts';
import { readVerified } from '../store/verify.ts';
import { checkDecoded } from './decoded.ts';
import { idxPairs, readClassNames } from './idx-pairs.ts';
import { medMnist, readNpz } from './npz.ts';
import { omniglotArchives, omniglotAt28 } from './omniglot.ts';
import { readGrayPng } from './png.ts';
import { table } from './table.ts';

/** A DatasetError whose sentence holds both texts. */
function refused(read: () => unknown, file: string, because: string): void {
  expect(read).toThrow(DatasetError);
  expect(read).toThrow(file);
  expect(read).toThrow(because);
}

const opening = (files: Record<string, Uint8Array>) => (path: string) => files[path]!;
const random = Uint8Array.from({ length: 500 }, (_, i) => (i * i * 31 + 7 * i) % 251);

describe('JSON', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['half of a list', strToU8('["a",')],
    ['bytes that are no text', random],
  ])('%s', (_, bytes) => {
    refused(() => readClassNames(bytes, 'names.json'), 'names.json', 'is not readable JSON');
    const read = omniglotAt28('i.bin', 'index.json');
    refused(
      () => read(opening({ 'i.bin': new Uint8Array(98), 'index.json': bytes })),
      'index.json',
      'readable JSON',
    );
  });

  it.each([
    'null',
    '3',
    '{}',
    '{"alphabets":3}',
    '{"alphabets":[null]}',
    '{"alphabets":[{"name":"a","characters":[{}]}]}',
  ])('an index that says %s', (text) => {
    const read = omniglotAt28('i.bin', 'index.json');
    const open = opening({ 'i.bin': new Uint8Array(98), 'index.json': strToU8(text) });
    refused(() => read(open), 'index.json', "should hold 'alphabets'");
  });
});

it('pairs of IDX files whose pictures differ in size', () => {
  const header = (dimensions: number[]) => [
    0,
    0,
    8,
    dimensions.length,
    ...dimensions.flatMap((n) => [0, 0, 0, n]),
  ];
  const images = (side: number) =>
    Uint8Array.from([...header([1, side, side]), ...new Array<number>(side * side).fill(1)]);
  const files = { a: images(2), b: images(3), l: Uint8Array.from([...header([1]), 0]) };
  const read = idxPairs(
    [
      { images: 'a', labels: 'l' },
      { images: 'b', labels: 'l' },
    ],
    ['one'],
  );
  refused(() => read(opening(files)), 'b holds images of [3, 3, 1]', 'but a of [2, 2, 1]');
});

describe('NPZ', () => {
  const npz = (npy: Uint8Array) => zipSync({ 'x.npy': npy });
  const good = new Uint8Array(dump(Uint8Array.of(1, 2, 3, 4, 5, 6), [2, 3]));
  const read = (bytes: Uint8Array) => () => readNpz(bytes, 'a.npz', ['x'], 4096);
  /** The same values under another header. */
  const withHeader = (header: string) => {
    const text = strToU8(header.padEnd(118 - 1).concat('\n'));
    return Uint8Array.from([
      ...good.subarray(0, 8),
      text.length & 255,
      text.length >>> 8,
      ...text,
      1,
      2,
      3,
      4,
      5,
      6,
    ]);
  };
  const shaped = (shape: string) =>
    withHeader(`{'descr': '|u1', 'fortran_order': False, 'shape': ${shape}, }`);

  it('is read where it is right', () => {
    expect(read(npz(good))()).toEqual({ x: { shape: [2, 3], values: Uint8Array.of(1, 2, 3, 4, 5, 6) } });
    expect(read(npz(shaped('(2, 3)')))()).toEqual(read(npz(good))());
  });

  it.each([
    ['empty', new Uint8Array()],
    ['random', random],
    ['truncated', npz(good).subarray(0, 60)],
    ['truncated at its end', npz(good).subarray(0, -10)],
  ])('an archive that is %s', (_, bytes) => {
    refused(read(bytes), 'a.npz', 'is not a readable zip archive');
  });

  it.each([
    ['empty', new Uint8Array(), 'is not a readable NPY file'],
    ['random', random, 'is not a readable NPY file'],
    ['truncated in its header', good.subarray(0, 40), 'is not a readable NPY file'],
    ['without magic', Uint8Array.from(good, (byte, i) => (i === 0 ? 0 : byte)), 'is not a readable NPY file'],
    [
      'of objects',
      withHeader("{'descr': '|O', 'fortran_order': False, 'shape': (6,), }"),
      'is not a readable NPY file',
    ],
    ['with a garbled header', withHeader("{'descr': '|u1', 'shape"), 'but it holds'],
    ['of float64', new Uint8Array(dump(Float64Array.of(1, 2), [2])), 'is not uint8'],
    [
      'in column order',
      withHeader("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }"),
      'is not uint8',
    ],
    ['shorter than its shape', shaped('(1000000,)'), 'shape [1000000], but it holds'],
    ['longer than its shape', shaped('(2, 2)'), 'shape [2, 2], but it holds'],
    ['of a negative size', shaped('(-5,)'), 'shape [-5], but it holds'],
  ])('an array that is %s', (_, bytes, because) => {
    refused(read(npz(bytes)), 'a.npz', because);
  });

  it('an array that unpacks to more than belongs there, without unpacking it', () => {
    refused(
      read(npz(new Uint8Array(5_000_000))),
      'a.npz',
      "'x.npy' has 5000000 bytes, but at most 4096 belong there",
    );
  });

  it('parts whose pictures or labels do not go together', () => {
    const array = (values: number[], shape: number[]) => new Uint8Array(dump(Uint8Array.from(values), shape));
    const archive = (change: Record<string, Uint8Array>) =>
      zipSync({
        ...Object.fromEntries(
          ['train', 'val', 'test'].flatMap((part) => [
            [`${part}_images.npy`, array([1, 2, 3, 4], [1, 2, 2])],
            [`${part}_labels.npy`, array([0], [1, 1])],
          ]),
        ),
        ...change,
      });
    const reading = (change: Record<string, Uint8Array>) => () =>
      medMnist('a.npz', ['one'], [3, 2, 2, 1])(opening({ 'a.npz': archive(change) }));
    expect(reading({})().shape).toEqual([3, 2, 2, 1]);
    refused(reading({ 'val_images.npy': array([1, 2, 3], [1, 1, 3]) }), 'a.npz', "Part 'val'");
    refused(reading({ 'val_labels.npy': array([0, 0], [2, 1]) }), 'a.npz', '2 labels');
    refused(reading({ 'train_images.npy': array([1, 2, 3, 4], [4]) }), 'a.npz', "Part 'train'");
  });
});

describe('archives of pictures', () => {
  it.each([
    ['empty', new Uint8Array()],
    ['random', random],
  ])('that are %s', (_, bytes) => {
    refused(
      () => omniglotArchives(['a.zip'])(opening({ 'a.zip': bytes })),
      'a.zip',
      'is not a readable zip archive',
    );
  });

  it('with an entry that is much too large, or no picture', () => {
    const read = (png: Uint8Array) => () =>
      omniglotArchives(['a.zip'])(opening({ 'a.zip': zipSync({ 'b/A/c/1.png': png }) }));
    refused(read(new Uint8Array(1_000_000)), 'a.zip', "'b/A/c/1.png' has 1000000 bytes");
    refused(read(random), 'a.zip/b/A/c/1.png', 'is not a readable PNG');
    refused(read(PNG.sync.write(new PNG({ width: 4, height: 4 }))), 'a.zip', '1 drawings of 1 characters');
  });

  it('PNG files of no pixels, or of more than memory holds', () => {
    const sized = (width: number, height: number) => {
      const bytes = Uint8Array.from(PNG.sync.write(new PNG({ width: 1, height: 1 })));
      const view = new DataView(bytes.buffer);
      view.setUint32(16, width);
      view.setUint32(20, height);
      return bytes;
    };
    refused(() => readGrayPng(sized(0, 5), 'p.png'), 'p.png', 'says it has 0x5 pixels');
    refused(() => readGrayPng(sized(60_000, 60_000), 'p.png'), 'p.png', 'says it has 60000x60000 pixels');
  });
});

describe('tables', () => {
  const read = (text: string) => () =>
    table({ path: 't.csv', firstLine: 'none', classNames: ['one'] })(opening({ 't.csv': strToU8(text) }));

  it.each([
    ['', 't.csv should hold rows'],
    ['0\n', 't.csv should hold rows'],
    ['1,,0\n', 'Row 1 of t.csv'],
    ['1,Infinity,0\n', 'Row 1 of t.csv'],
    ['1,2,200\n', 'unknown class 200'],
    ['1,2,0.5\n', 'unknown class 0.5'],
  ])('that say %j', (text, because) => {
    refused(read(text), 't.csv', because);
  });
});

it('what was read has the shape, the values and the labels of its definition', () => {
  const definition = { name: 'set', shape: [2, 1, 1, 3], files: [{ path: 'f.gz', role: 'images' }] } as const;
  const right = {
    images: new Uint8Array(6),
    labels: Uint32Array.of(0, 1),
    shape: [2, 1, 1, 3],
    classNames: ['a', 'b'],
  } as const;
  checkDecoded(definition, right);
  refused(() => checkDecoded(definition, { ...right, images: new Uint8Array(5) }), 'f.gz', '5 values');
  refused(() => checkDecoded(definition, { ...right, labels: Uint32Array.of(0) }), 'f.gz', '1 labels');
  refused(
    () => checkDecoded(definition, { ...right, labels: Uint32Array.of(0, 200) }),
    'f.gz',
    'the label 200 of image 1',
  );
  refused(
    () => checkDecoded(definition, { ...right, shape: [2, 1, 1, 2] }),
    'f.gz',
    'instead of [2, 1, 1, 3]',
  );
});

describe('places', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'longhorizon-hostile-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const put = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const gz = { path: 'a.gz', role: 'images' } as const;

  it('gz files that are none, or end early', () => {
    refused(() => readVerified(gz, put('a.gz', random)), 'a.gz', 'cannot be decompressed');
    refused(
      () => readVerified(gz, put('b.gz', gzipSync(random).subarray(0, 90))),
      'b.gz',
      'cannot be decompressed',
    );
    refused(() => readVerified(gz, put('c.gz', deflateSync(random))), 'c.gz', 'cannot be decompressed');
  });

  it('a gz file that unpacks to more than its definition says stops there', () => {
    const place = put('bomb.gz', gzipSync(new Uint8Array(3_000_000)));
    const file = { ...gz, decoded: { bytes: 1000, sha256: '0'.repeat(64) } };
    refused(() => readVerified(file, place), 'bomb.gz', 'to more than 1000');
  });

  it('a folder, a missing file and a loop of links are no files', () => {
    mkdirSync(join(folder, 'tabular/iris.csv'), { recursive: true });
    refused(() => readVerified(gz, join(folder, 'tabular')), 'tabular', 'cannot be read');
    refused(() => readVerified(gz, join(folder, 'missing.gz')), 'missing.gz', 'cannot be read');
    refused(() => loadDataset('iris', { root: folder }), 'tabular/iris.csv', 'was not found');
    symlinkSync(join(folder, 'loop'), join(folder, 'loop'));
    expect(locateFile('loop', folder)).toBeUndefined();
  });
});
