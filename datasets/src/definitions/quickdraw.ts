/** @file Two small samples of the Quick, Draw! drawings. */

import { idxImages } from './idx-images.ts';
import { QUICKDRAW345_COUNTS } from './quickdraw-counts.ts';

/** Where both samples come from. */
const origin = {
  licence: {
    id: 'CC-BY-4.0',
    url: 'https://creativecommons.org/licenses/by/4.0/',
    attribution:
      'The Quick, Draw! Dataset, made available by Google, Inc. under CC BY 4.0; drawings rasterised to ' +
      '28x28',
    shareAlike: false,
    evidence: 'LICENSE of googlecreativelab/quickdraw-dataset, read',
  },
  citation:
    'Ha, D., and Eck, D. (2017). A Neural Representation of Sketch Drawings. arXiv:1704.03477; data: The ' +
    'Quick, Draw! Dataset, Google, github.com/googlecreativelab/quickdraw-dataset.',
} as const;

export const quickdraw345 = idxImages(undefined, {
  name: 'quickdraw345',
  title: 'Quick, Draw!: 345 classes, all recognised drawings of a small sample, 28x28',
  shape: [8870, 28, 28, 1],
  classes: 345,
  perClassCounts: QUICKDRAW345_COUNTS,
  order: 'class-major; classes in byte order of their names; drawings in the order of the source file',
  ...origin,
  notes: [
    'Uneven: 9 to 113 drawings a class; 312 classes have at least 16, 256 at least 20.',
    'The source files are the first 100 kB of each class, so classes with short drawings have more of them.',
  ],
  overlaps: [
    {
      name: 'quickdraw3',
      reason: 'Both are samples of the same drawings, and its three classes are among the 345.',
    },
  ],
  files: [
    {
      path: 'quickdraw/quickdraw345-28x28-images-idx3-ubyte.gz',
      role: 'images',
      bytes: 2243631,
      sha256: 'cf9d3c8a28f217c85b42da617aacae636e1a23f9cb66744d1bb775c1a9afd29b',
      decoded: { bytes: 6954096, sha256: '14a5c45948c84897aae0ca48fd9c724b11ac7204ab354461c49b835a1d03c74f' },
      madeFrom:
        'strokes scaled into a 24x24 box (aspect kept, centred, 2 pixels of margin), 1.6 pixels wide, ' +
        '16x16 supersampling, from borismus/exupery: public/sketches/<class>.ndjson',
    },
    {
      path: 'quickdraw/quickdraw345-labels-idx1-short.gz',
      role: 'labels',
      bytes: 817,
      sha256: '0c62b1fc23a7322bb290251062bec5a2407d3facf4f20e92b4eb602fa8b04a60',
      decoded: { bytes: 17748, sha256: '9c7f1eef897200f2ba245fe8f1bf553348b1d9034670bd4aefc7f90314cacb37' },
      madeFrom: 'index into the class names',
    },
    {
      path: 'quickdraw/quickdraw345-classes.json',
      role: 'class names',
      bytes: 3828,
      sha256: '5cefb472e2d169b1d53454afb12efd4d90ea0e966b04e179a122d9b1b1da7f27',
      madeFrom: 'the names of the source files',
    },
  ],
});

export const quickdraw3 = idxImages(['cat', 'rainbow', 'train'], {
  name: 'quickdraw3',
  title: 'Quick, Draw!: cats, rainbows and trains, 1,000 each, 28x28 bitmaps',
  shape: [3000, 28, 28, 1],
  classes: 3,
  perClassCounts: 1000,
  order: 'classes interleaved: label of image i = i mod 3',
  ...origin,
  notes: [],
  overlaps: [
    {
      name: 'quickdraw345',
      reason: 'Both are samples of the same drawings, and these three classes are among the 345.',
    },
  ],
  files: [
    {
      path: 'quickdraw/quickdraw3-28x28-images-idx3-ubyte.gz',
      role: 'images',
      bytes: 748584,
      sha256: '0423d888b2215777657cd84374c8d42afa505030a6411c3e0913955ddc7ff00d',
      decoded: { bytes: 2352016, sha256: '1e9701d99a6acfcf2a98bcfddc12e29e8c7ed76cd5257d39d70b7c263336147f' },
      madeFrom:
        'the three raw files interleaved, from CodingTrain/Toy-Neural-Network-JS: ' +
        'examples/doodle_classification/data/{cats,rainbows,trains}1000.bin',
    },
    {
      path: 'quickdraw/quickdraw3-labels-idx1-ubyte.gz',
      role: 'labels',
      bytes: 48,
      sha256: 'd6997d67410be3ffb1ff476b15515bb0a78f8b30342c493dffa71750d38acc9b',
      decoded: { bytes: 3008, sha256: 'babbbd518ce1342403d238a274c91252abacbc3d35f0074dfd6572996bd1ab03' },
      madeFrom:
        'from CodingTrain/Toy-Neural-Network-JS: ' +
        'examples/doodle_classification/data/{cats,rainbows,trains}1000.bin',
    },
  ],
});
