import { strToU8, zipSync } from 'fflate';
import { dump } from 'npyjs';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { areaAverage } from './area-average.ts';
import { readIdx } from './idx.ts';
import { idxPairs } from './idx-pairs.ts';
import { medMnist, readNpz } from './npz.ts';
import { omniglotArchives, omniglotAt28, unpackBits } from './omniglot.ts';
import { readGrayPng } from './png.ts';
import { table } from './table.ts';

/** An IDX file of bytes. */
function idx(type: number, dimensions: readonly number[], values: readonly number[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * dimensions.length));
  header.setUint8(2, type);
  header.setUint8(3, dimensions.length);
  dimensions.forEach((size, axis) => {
    header.setUint32(4 + 4 * axis, size);
  });
  return Uint8Array.from([...new Uint8Array(header.buffer), ...values]);
}

/** Opens files from a list, as the loader does from a folder. */
const opening = (files: Record<string, Uint8Array>) => (path: string) => files[path]!;

describe('readIdx', () => {
  it('reads bytes and big-endian integers', () => {
    expect(readIdx(idx(0x08, [2, 3], [1, 2, 3, 4, 5, 255]), 'a')).toEqual({
      dimensions: [2, 3],
      values: Uint8Array.from([1, 2, 3, 4, 5, 255]),
    });
    expect([...readIdx(idx(0x0b, [2], [1, 2, 255, 254]), 'a').values]).toEqual([258, -2]);
    expect([...readIdx(idx(0x0c, [1], [0, 1, 0, 0]), 'a').values]).toEqual([65536]);
  });

  it('refuses what is not IDX, of an unknown type, too short or too long', () => {
    expect(() => readIdx(strToU8('<html>'), 'x.gz')).toThrow('x.gz is not an IDX file');
    expect(() => readIdx(idx(0x0d, [1], [0, 0, 0, 0]), 'x.gz')).toThrow('type 0xd; known are 0x08 (uint8)');
    expect(() => readIdx(idx(0x08, [2, 2], [1, 2, 3]), 'x.gz')).toThrow('needs 16 bytes, but it has 15');
    expect(() => readIdx(idx(0x08, [2, 2], [1, 2, 3, 4, 5]), 'x.gz')).toThrow(
      'needs 16 bytes, but it has 17',
    );
    expect(() => readIdx(idx(0x08, [2, 2], []).subarray(0, 9), 'x.gz')).toThrow(
      'ends within its header of 12 bytes',
    );
  });
});

describe('idxPairs', () => {
  const files = {
    a: idx(0x08, [2, 1, 2], [1, 2, 3, 4]),
    aLabels: idx(0x08, [2], [1, 0]),
    b: idx(0x08, [1, 1, 2], [5, 6]),
    bLabels: idx(0x0b, [1], [0, 1]),
    names: strToU8('["no", "yes"]'),
  };

  it('appends one part to the other', () => {
    const pairs = [
      { images: 'a', labels: 'aLabels' },
      { images: 'b', labels: 'bLabels' },
    ];
    expect(idxPairs(pairs, { file: 'names' })(opening(files))).toEqual({
      images: Uint8Array.from([1, 2, 3, 4, 5, 6]),
      labels: Uint32Array.from([1, 0, 1]),
      shape: [3, 1, 2, 1],
      classNames: ['no', 'yes'],
    });
  });

  it('refuses labels of another set', () => {
    const read = idxPairs([{ images: 'a', labels: 'bLabels' }], ['no', 'yes']);
    expect(() => read(opening(files))).toThrow('bLabels has shape [1], but a holds 2 images.');
    expect(() => idxPairs([{ images: 'aLabels', labels: 'a' }], [])(opening(files))).toThrow(
      'aLabels does not hold uint8 images',
    );
  });
});

describe('Omniglot', () => {
  it('unpacks bits, most significant first', () => {
    expect([...unpackBits(Uint8Array.from([0b10000001, 0b01000000]))].map((ink) => ink / 255)).toEqual([
      1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0,
    ]);
  });

  it('names classes and alphabets from the index', () => {
    const index = {
      alphabets: [
        { name: 'A', first_class: 0, classes: 2, characters: [{ character: 'c1' }, { character: 'c2' }] },
        { name: 'B', first_class: 2, classes: 1, characters: [{ character: 'c1' }] },
      ],
    };
    const files = { 'x.bin': new Uint8Array(98 * 60).fill(255), index: strToU8(JSON.stringify(index)) };
    const read = omniglotAt28('x.bin', 'index')(opening(files));
    expect(read.shape).toEqual([60, 28, 28, 1]);
    expect(read.classNames).toEqual(['A/c1', 'A/c2', 'B/c1']);
    expect([...read.groups!.ofClass]).toEqual([0, 0, 1]);
    expect(read.labels[59]).toBe(2);
    const short = { ...files, 'x.bin': new Uint8Array(98 * 59) };
    expect(() => omniglotAt28('x.bin', 'index')(opening(short))).toThrow(
      '59 drawings of 3 characters were found',
    );
  });

  it('reduces the original archives to the mean ink of exact areas', () => {
    const side = 105;
    const files: Record<string, Uint8Array> = {};
    for (const character of ['character02', 'character01']) {
      for (let drawer = 20; drawer >= 1; drawer -= 1) {
        const png = new PNG({ width: side, height: side });
        png.data.fill(255);
        // A bar of ink as wide as the drawer's number, in the first or the last columns.
        for (let y = 0; y < side; y += 1) {
          for (let x = 0; x < drawer; x += 1) {
            const column = character === 'character01' ? x : side - 1 - x;
            png.data.set([0, 0, 0, 255], 4 * (y * side + column));
          }
        }
        const name = `images_background/Bars/${character}/0001_${String(drawer).padStart(2, '0')}.png`;
        files[name] = PNG.sync.write(png, { colorType: 0 });
      }
    }
    const read = omniglotArchives(['a.zip'])(opening({ 'a.zip': zipSync(files) }));
    expect(read.shape).toEqual([40, 28, 28, 1]);
    expect(read.classNames).toEqual(['Bars/character01', 'Bars/character02']);
    // One new column covers 3.75 old ones: drawer 2 inks 2/3.75 of the first, drawer 5 all of it and 1.25/3.75 of the next.
    expect([...read.images.subarray(784, 784 + 3)]).toEqual([Math.round((255 * 2) / 3.75), 0, 0]);
    expect([...read.images.subarray(4 * 784, 4 * 784 + 3)]).toEqual([
      255,
      Math.round((255 * 1.25) / 3.75),
      0,
    ]);
    expect([...read.images.subarray(21 * 784 + 25, 21 * 784 + 28)]).toEqual([
      0,
      0,
      Math.round((255 * 2) / 3.75),
    ]);
    expect(() => omniglotArchives(['a.zip'])(opening({ 'a.zip': zipSync({}) }))).toThrow(
      'a.zip holds no PNG files',
    );
  });
});

describe('areaAverage', () => {
  it('keeps the mean of a picture whose sides divide', () => {
    const pixels = Uint8Array.from({ length: 2 * 4 * 6 * 3 }, (_, i) => (i * 37) % 256);
    const half = areaAverage(pixels, [2, 4, 6, 3], 2, 3);
    const at = (image: number, y: number, x: number, c: number) => pixels[((image * 4 + y) * 6 + x) * 3 + c]!;
    const mean = (at(1, 2, 4, 1) + at(1, 2, 5, 1) + at(1, 3, 4, 1) + at(1, 3, 5, 1)) / 4;
    expect(half[((2 + 1) * 3 + 2) * 3 + 1]).toBe(Math.floor(mean + 0.5));
    expect(half.length).toBe(2 * 2 * 3 * 3);
  });

  it('leaves a picture of the same size, and an even one, as they are', () => {
    const pixels = Uint8Array.from({ length: 49 }, (_, i) => i);
    expect(areaAverage(pixels, [1, 7, 7, 1], 7, 7)).toEqual(pixels);
    expect(new Set(areaAverage(new Uint8Array(49).fill(200), [1, 7, 7, 1], 3, 4))).toEqual(new Set([200]));
  });
});

describe('PNG and NPZ', () => {
  it('refuses what is not a PNG', () => {
    expect(() => readGrayPng(strToU8('no picture'), 'a.png')).toThrow('a.png is not a readable PNG file');
  });

  const array = (values: readonly number[], shape: number[]) =>
    new Uint8Array(dump(Uint8Array.from(values), shape));
  const archive = zipSync({
    'train_images.npy': array([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]),
    'train_labels.npy': array([1, 0], [2, 1]),
    'val_images.npy': array([9, 9, 9, 9], [1, 2, 2]),
    'val_labels.npy': array([1], [1, 1]),
    'test_images.npy': array([0, 0, 0, 7], [1, 2, 2]),
    'test_labels.npy': array([0], [1, 1]),
  });

  it('reads the arrays of a MedMNIST file, part after part', () => {
    expect(medMnist('a.npz', ['normal', 'ill'], [4, 2, 2, 1])(opening({ 'a.npz': archive }))).toEqual({
      images: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 0, 0, 0, 7]),
      labels: Uint32Array.from([1, 0, 1, 0]),
      shape: [4, 2, 2, 1],
      classNames: ['normal', 'ill'],
    });
  });

  it('says which array is missing or of another type', () => {
    expect(() => readNpz(archive, 'a.npz', ['other'], 1000)).toThrow("a.npz holds no array 'other'.");
    const floats = zipSync({ 'x.npy': new Uint8Array(dump(Float32Array.from([1, 2]), [2])) });
    expect(() => readNpz(floats, 'a.npz', ['x'], 1000)).toThrow("Array 'x' of a.npz is not uint8");
  });
});

describe('tables', () => {
  const classNames = ['low', 'high'];
  const read = (text: string, layout: Partial<Parameters<typeof table>[0]> = {}) =>
    table({ path: 't.csv', firstLine: 'none', classNames, ...layout })(opening({ 't.csv': strToU8(text) }));

  it('take the last column as the class', () => {
    expect(read('1.5,-2,0\n3,4e1,1\n')).toEqual({
      images: Float32Array.from([1.5, -2, 3, 40]),
      labels: Uint32Array.from([0, 1]),
      shape: [2, 1, 1, 2],
      classNames,
    });
  });

  it('leave out a header, count classes from one, and fold rows into pictures', () => {
    const { labels, shape } = read('a,b,c,d,y\n1,2,3,4,2\n', {
      firstLine: 'names',
      firstLabel: 1,
      picture: [2, 2],
    });
    expect([...labels]).toEqual([1]);
    expect(shape).toEqual([1, 2, 2, 1]);
  });

  it('refuse rows that are too short, hold words or an unknown class', () => {
    expect(() => read('1,2,0\n1,0\n')).toThrow('Row 2 of t.csv does not hold 3 numbers: 1,0.');
    expect(() => read('1,two,0\n')).toThrow('Row 1 of t.csv does not hold 3 numbers');
    expect(() => read('1,2,2\n')).toThrow('Row 1 of t.csv has the unknown class 2.');
  });
});
