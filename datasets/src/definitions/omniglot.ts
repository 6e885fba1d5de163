/** @file Omniglot: 28×28 at eight bits and at one bit, and the original archives. */

import type { DataFile, FileDefinition } from '../dataset/types.ts';
import { omniglotArchives, omniglotAt28 } from '../readers/omniglot.ts';

const INDEX: DataFile = {
  path: 'omniglot/omniglot-index.json',
  role: 'index',
  bytes: 111141,
  sha256: 'c2380a544f555d717f050550c6ce32d3ed2c10193dfe9514577a2c4ddc4e2fcc',
  madeFrom: 'alphabets, characters, drawers and the order of the images',
};

/** What all three forms of the drawings have in common. */
const drawings = {
  kind: 'images',
  shape: [32460, 28, 28, 1],
  classes: 1623,
  perClassCounts: 20,
  order: 'class-major, 20 images a class in drawer order; label of image i = floor(i/20)',
  valueRange: [0, 255],
  licence: {
    id: 'MIT',
    url: 'https://github.com/brendenlake/omniglot/blob/master/LICENSE',
    shareAlike: false,
    evidence: 'LICENSE of brendenlake/omniglot, read',
  },
  citation:
    'Lake, B. M., Salakhutdinov, R., and Tenenbaum, J. B. (2015). Human-level concept learning through ' +
    'probabilistic program induction. Science, 350(6266), 1332-1338.',
  notes: [
    'Background: 30 alphabets, evaluation: 20 alphabets. The characters of one alphabet were drawn by ' +
      'the same 20 people.',
    'Braille/character01 drawers 03 and 19 are the same picture.',
  ],
  classSplits: { background: [0, 964], evaluation: [964, 1623] },
} as const;

const inAnotherForm = (...names: readonly string[]) =>
  names.map((name) => ({ name, reason: 'The same 32,460 drawings in another form.' }));

export const omniglot: FileDefinition = {
  name: 'omniglot',
  title: 'Omniglot, all 1,623 characters of 50 alphabets, 20 drawers each, 28x28',
  ...drawings,
  overlaps: inAnotherForm('omniglot-bits', 'omniglot-original'),
  files: [
    {
      path: 'omniglot/omniglot-28x28-gray-images-idx3-ubyte.gz',
      role: 'images',
      bytes: 4041299,
      sha256: '77b48a1c8e8ad83f07d4b4b73e9e3130948b2a74175cbe91eb1cb83ab1440a8d',
      decoded: {
        bytes: 25448656,
        sha256: '52d91800db301388fa91f2af3c02d96d3fd08494bb7e941e553e252b87f0f9b9',
      },
      madeFrom:
        'the original 105x105 one-bit PNGs by exact area average: round(255 * ink coverage); 0 is paper',
    },
    INDEX,
  ],
  read: omniglotAt28('omniglot/omniglot-28x28-gray-images-idx3-ubyte.gz', 'omniglot/omniglot-index.json'),
};

export const omniglotBits: FileDefinition = {
  name: 'omniglot-bits',
  title: 'Omniglot at one bit a pixel: 3 MB instead of 25',
  ...drawings,
  overlaps: inAnotherForm('omniglot', 'omniglot-original'),
  files: [
    {
      path: 'omniglot/omniglot-28x28-bits.bin',
      role: 'images',
      bytes: 3181080,
      sha256: '2c7cce72cf92500a3fcce68f3d2698d3651eb6c29a4f6eab881544ddda2a237d',
      madeFrom:
        'ink where coverage >= 79/225; 98 bytes an image, no header, row-major, most significant bit ' +
        'first, 1 = ink',
    },
    INDEX,
  ],
  read: omniglotAt28('omniglot/omniglot-28x28-bits.bin', 'omniglot/omniglot-index.json'),
};

export const omniglotOriginal: FileDefinition = {
  name: 'omniglot-original',
  title: 'Omniglot from its original archives, reduced to 28x28 on loading',
  ...drawings,
  notes: [...drawings.notes, 'Gives the same bytes as omniglot. Decoding 32,460 PNGs takes some seconds.'],
  overlaps: inAnotherForm('omniglot', 'omniglot-bits'),
  files: [
    {
      path: 'omniglot/images_background.zip',
      role: 'archive',
      download: {
        url: 'https://raw.githubusercontent.com/brendenlake/omniglot/master/python/images_background.zip',
        md5: '68d2efa1b9178cc56df9314c21c6e718',
      },
    },
    {
      path: 'omniglot/images_evaluation.zip',
      role: 'archive',
      download: {
        url: 'https://raw.githubusercontent.com/brendenlake/omniglot/master/python/images_evaluation.zip',
        md5: '6b91aef0f799c5bb55b94e3f2daec811',
      },
    },
  ],
  read: omniglotArchives(['omniglot/images_background.zip', 'omniglot/images_evaluation.zip']),
};
