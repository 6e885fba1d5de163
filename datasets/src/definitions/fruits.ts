/** @file Two sets made from Fruits-360: fruits on a turntable, 32×32 colour. */

import { idxImages } from './idx-images.ts';

const TURNTABLE =
  'The pictures of a class are views of the same fruit on a turntable, near-duplicates of each other: ' +
  'a split by image is very easy.';

export const fruitsKinds = idxImages(undefined, {
  name: 'fruits360-kinds',
  title: 'Fruits-360 (2018): 42 kinds of fruit, 32 views each, 32x32 RGB',
  shape: [1344, 32, 32, 3],
  classes: 42,
  perClassCounts: 32,
  order: 'class-major, 32 images a class; label of image i = floor(i/32)',
  licence: {
    id: 'MIT',
    url: 'https://github.com/Horea94/Fruit-Images-Dataset',
    shareAlike: false,
    evidence:
      'the copy itself has no licence file; 14,251 of its 19,973 training files have the SHA-256 that the ' +
      'MIT-licensed release 2020.05.18 records (LFS pointers and LICENSE in benlin1211/ProjectGuava @ ' +
      '2ab0e3569511bcd638bd2ffad9aae37e5f21cb9e, fruits-360/), with the same class names; newer releases ' +
      'are CC BY-SA 4.0',
  },
  citation:
    'Muresan, H., and Oltean, M. (2018). Fruit recognition from images using deep learning. Acta ' +
    'Universitatis Sapientiae, Informatica, 10(1), 26-42.',
  notes: [],
  overlaps: [
    {
      name: 'fruits360-varieties',
      reason: 'Apple Braeburn, Apple Granny Smith and Cherry are made of the same pictures in both sets.',
    },
  ],
  leak: TURNTABLE,
  files: [
    {
      path: 'fruits360/fruits360-kinds-32x32-rgb-images-idx4-ubyte.gz',
      role: 'images',
      bytes: 3013415,
      sha256: '035eae5942fee7bfd0b102fe5d69f5816c926e7a8af968c75271182737c8ae8f',
      decoded: { bytes: 4128788, sha256: '28ae8caa7dd85cd98e0efbd2031ec0a5a96042afe8eb831412647f649cfacf02' },
      madeFrom:
        '32 views evenly spaced over the turns of each class, 100x100 JPEG -> 32x32 by exact area average, ' +
        'from hub2/Fruit-Recognition: Training/<class>/[r_]<n>_100.jpg',
    },
    {
      path: 'fruits360/fruits360-kinds-labels-idx1-ubyte.gz',
      role: 'labels',
      bytes: 104,
      sha256: 'db4ecf9a6746dbf8d950fb1f2b874a24a97497fb785aee997c383cced8c9e9c3',
      decoded: { bytes: 1352, sha256: '2415ebf8190a4106071b5977e6d4566fec2a17cdb1c65b31eb25ea682cd2e009' },
      madeFrom: 'from hub2/Fruit-Recognition: Training/<class>/[r_]<n>_100.jpg',
    },
    {
      path: 'fruits360/fruits360-kinds-classes.json',
      role: 'class names',
      bytes: 511,
      sha256: '6471c516e09667bc440134516767c711b70fc8097713db39fe8fd46455a2302b',
      madeFrom: 'from hub2/Fruit-Recognition: Training/<class>/[r_]<n>_100.jpg',
    },
  ],
});

export const fruitsVarieties = idxImages(undefined, {
  name: 'fruits360-varieties',
  title: 'Fruits-360: 65 varieties of apple, cherry and tomato, 20 views each, 32x32 RGB',
  shape: [1300, 32, 32, 3],
  classes: 65,
  perClassCounts: 20,
  order: 'class-major, 20 images a class; label of image i = floor(i/20)',
  licence: {
    id: 'CC-BY-SA-4.0',
    url: 'https://creativecommons.org/licenses/by-sa/4.0/',
    attribution: 'Mihai Oltean, Fruits-360 dataset, 2017-; resized',
    shareAlike: true,
    evidence: 'LICENSE and README of fruits-360/fruits-360-3-body-problem, read',
  },
  citation:
    'Oltean, M. Fruits-360 dataset, 2017-. Muresan, H., and Oltean, M. (2018). Fruit recognition from ' +
    'images using deep learning. Acta Universitatis Sapientiae, Informatica, 10(1), 26-42.',
  notes: [
    'Left out of the 67 folders: Apple Rotten 1 and Apple worm 1, the same files as Apple 21 and Apple 22.',
    'Fine-grained.',
  ],
  overlaps: [
    {
      name: 'fruits360-kinds',
      reason: 'Apple Braeburn, Apple Granny Smith and Cherry are made of the same pictures in both sets.',
    },
  ],
  leak: TURNTABLE,
  files: [
    {
      path: 'fruits360/fruits360-varieties-32x32-rgb-images-idx4-ubyte.gz',
      role: 'images',
      bytes: 2975062,
      sha256: '67dda866b7eb237df127017629f8f23147e385d17d8f0b59110bbee8909d1299',
      decoded: { bytes: 3993620, sha256: '043161953702af616847d80de5e1dc24994847c029f2a03cf119379944b7ef3e' },
      madeFrom:
        '20 views evenly spaced over the turns of each class, 100x100 JPEG -> 32x32 by exact area average, ' +
        'from fruits-360/fruits-360-3-body-problem: ' +
        '{Training,Test}/{Apple,Cherry,Tomato}/<class>/[r_]<n>_100.jpg',
    },
    {
      path: 'fruits360/fruits360-varieties-labels-idx1-ubyte.gz',
      role: 'labels',
      bytes: 144,
      sha256: 'd8ba3fc8baabc0e2d380f04b8f442a432f10c503d47be7083b3f374fbac7e790',
      decoded: { bytes: 1308, sha256: '091f56c8ab2f6f5bee8b5c85354883625f63ac87fd31aee9a845bbd4f2c17545' },
      madeFrom:
        'from fruits-360/fruits-360-3-body-problem: ' +
        '{Training,Test}/{Apple,Cherry,Tomato}/<class>/[r_]<n>_100.jpg',
    },
    {
      path: 'fruits360/fruits360-varieties-classes.json',
      role: 'class names',
      bytes: 1053,
      sha256: 'a70014ab7b1b7f38821c2970c1ca3abd5fbed4a1d1b019f2a6d782e87dfcbde0',
      madeFrom:
        'from fruits-360/fruits-360-3-body-problem: ' +
        '{Training,Test}/{Apple,Cherry,Tomato}/<class>/[r_]<n>_100.jpg',
    },
  ],
});
