/**
 * @file Omniglot in its three forms: 28×28 at one bit a pixel, 28×28 at eight bits, and the original archives of
 * 105×105 PNGs, which are reduced to the same 28×28 bytes.
 */
import type { ClassGroups, Decoded, FileDefinition } from '../dataset/types.ts';
import { DatasetError } from '../errors.ts';
import { areaAverage } from './area-average.ts';
import { readIdx } from './idx.ts';
import { readJson } from './json.ts';
import { readGrayPng } from './png.ts';
import { unzip } from './zip.ts';

const SIDE = 28;
const IMAGES_PER_CLASS = 20;
/** A drawing of 105×105 in one bit a pixel has some 200 bytes. */
const MOST_PNG_BYTES = 65_536;

interface AlphabetEntry {
  readonly name: string;
  readonly characters: readonly { readonly character: string }[];
}

/**
 * Unpacks one-bit images, most significant bit first, into bytes 0 (paper) and 255 (ink).
 *
 * @param bytes - `count * pixels / 8` bytes without a header; `pixels` is a multiple of 8.
 */
export function unpackBits(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length * 8);
  for (let i = 0; i < out.length; i += 1) out[i] = (bytes[i >>> 3]! >>> (7 - (i & 7))) & 1 ? 255 : 0;
  return out;
}

/** A reader of the bit file or of the eight-bit IDX file, with the index that names the classes. */
export function omniglotAt28(images: string, index: string): FileDefinition['read'] {
  return (open) => {
    const bytes = open(images);
    const pixels = images.endsWith('.bin') ? unpackBits(bytes) : readIdx(bytes, images).values;
    if (!(pixels instanceof Uint8Array)) throw new DatasetError(`${images} does not hold bytes.`);
    const names = readIndex(open(index), index).flatMap((alphabet) =>
      alphabet.characters.map(({ character }) => `${alphabet.name}/${character}`),
    );
    return withClassMajorLabels(pixels, names, images);
  };
}

function readIndex(bytes: Uint8Array, path: string): readonly AlphabetEntry[] {
  const { alphabets } = (readJson(bytes, path) ?? {}) as { readonly alphabets?: unknown };
  if (!Array.isArray(alphabets) || !alphabets.every(isAlphabet))
    throw new DatasetError(`${path} should hold 'alphabets', each with a name and named characters.`);
  return alphabets;
}

function isAlphabet(entry: Partial<AlphabetEntry> | null): entry is AlphabetEntry {
  return (
    typeof entry?.name === 'string' &&
    Array.isArray(entry.characters) &&
    entry.characters.every(
      (one: { readonly character?: unknown } | null) => typeof one?.character === 'string',
    )
  );
}

/**
 * A reader of the original archives. Classes run in byte order of set/alphabet/character, images of a class by drawer,
 * each 105×105 one-bit picture becomes `round(255 × ink coverage)` over exact areas: the bytes of the eight-bit file.
 */
export function omniglotArchives(archives: readonly string[]): FileDefinition['read'] {
  return (open) => {
    const drawings = archives.flatMap((path) => listDrawings(open(path), path));
    const names = [...new Set(drawings.map(({ className }) => className))];
    const images = new Uint8Array(drawings.length * SIDE * SIDE);
    drawings.forEach(({ png, path }, i) => {
      const { pixels, height, width } = readGrayPng(png, path);
      const ink = Uint8Array.from(pixels, (gray) => (gray < 128 ? 255 : 0));
      images.set(areaAverage(ink, [1, height, width, 1], SIDE, SIDE), i * SIDE * SIDE);
    });
    return withClassMajorLabels(images, names, archives.join(' and '));
  };
}

interface Drawing {
  readonly path: string;
  readonly className: string;
  readonly png: Uint8Array;
}

function listDrawings(zip: Uint8Array, archive: string): readonly Drawing[] {
  const isWanted = (name: string): boolean => name.endsWith('.png');
  const files = Object.entries(unzip(zip, archive, { isWanted, mostBytes: MOST_PNG_BYTES }));
  if (files.length === 0) throw new DatasetError(`${archive} holds no PNG files.`);
  return files
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, png]) => {
      const parts = path.split('/');
      return { path: `${archive}/${path}`, className: parts.slice(-3, -1).join('/'), png };
    });
}

function withClassMajorLabels(images: Uint8Array, classNames: readonly string[], from: string): Decoded {
  const count = images.length / (SIDE * SIDE);
  if (count !== classNames.length * IMAGES_PER_CLASS) {
    throw new DatasetError(
      `Omniglot has ${IMAGES_PER_CLASS} drawings of each character, but ${count} drawings of ` +
        `${classNames.length} characters were found in ${from}.`,
    );
  }
  return {
    images,
    labels: Uint32Array.from({ length: count }, (_, i) => Math.floor(i / IMAGES_PER_CLASS)),
    shape: [count, SIDE, SIDE, 1],
    classNames,
    groups: alphabetsOf(classNames),
  };
}

function alphabetsOf(classNames: readonly string[]): ClassGroups {
  const ofName = classNames.map((name) => name.split('/')[0]!);
  const names = [...new Set(ofName)];
  return { names, ofClass: Uint32Array.from(ofName, (name) => names.indexOf(name)) };
}
