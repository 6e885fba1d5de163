/** @file PneumoniaMNIST: chest X-rays of children, a balanced part of it, and the original archive. */

import type { FileDefinition } from '../dataset/types.ts';
import { medMnist } from '../readers/npz.ts';
import { idxImages } from './idx-images.ts';

/** Where both sets come from. */
const origin = {
  licence: {
    id: 'CC-BY-4.0',
    url: 'https://creativecommons.org/licenses/by/4.0/',
    attribution:
      'PneumoniaMNIST of MedMNIST v2 (Yang et al.), based on Kermany et al. (2018); CC BY 4.0; pneumonia ' +
      'cases subsampled to balance the classes',
    shareAlike: false,
    evidence: 'README and medmnist/info.py of MedMNIST/MedMNIST, read',
  },
  citation:
    'Yang, J., Shi, R., Wei, D., et al. (2023). MedMNIST v2 - A large-scale lightweight benchmark for 2D ' +
    'and 3D biomedical image classification. Scientific Data, 10, 41. Kermany, D. S., et al. (2018). ' +
    'Identifying medical diagnoses and treatable diseases by image-based deep learning. Cell, 172(5), ' +
    '1122-1131.',
} as const;

export const pneumoniaMnistBalanced = idxImages(['normal', 'pneumonia'], {
  name: 'pneumoniamnist-balanced',
  title: 'PneumoniaMNIST (MedMNIST): chest X-rays of children, balanced subset, 28x28',
  shape: [3166, 28, 28, 1],
  classes: 2,
  perClassCounts: 1583,
  order: 'train, val, test one after the other; classes interleaved: label of image i = i mod 2',
  ...origin,
  notes: [
    'Not for clinical use. All normal images of the original (1214/135/234), the same number of ' +
      'pneumonia images.',
  ],
  overlaps: [
    {
      name: 'pneumoniamnist',
      reason: 'It is the whole set of which this is a part.',
    },
  ],
  leak:
    'A patient may have several X-rays, so a split by image puts the same children on both sides; use the ' +
    'official parts.',
  officialSplits: { train: [0, 2428], val: [2428, 2698], test: [2698, 3166] },
  files: [
    {
      path: 'pneumoniamnist/pneumoniamnist-balanced-images-idx3-ubyte.gz',
      role: 'images',
      bytes: 2284881,
      sha256: '8b4e047427d3c4a00599aec972aa142635a2aac89b307b2e2b71f767a0b2a779',
      decoded: { bytes: 2482160, sha256: 'ff478cf730a64386a3f44b65b98189f35dcc998b20f6a13c06f002e990b87244' },
      madeFrom:
        'arrays train, val, test one after the other, the two classes of each interleaved (the source has ' +
        'one class after the other), from aksufatih/snn-medmnist: pneumoniamnist.npz',
    },
    {
      path: 'pneumoniamnist/pneumoniamnist-balanced-labels-idx1-ubyte.gz',
      role: 'labels',
      bytes: 47,
      sha256: '1fb2acb7af2bbcffde04ef9c06e95bf7cce5e44b56d19072615d31ae97c8cee1',
      decoded: { bytes: 3174, sha256: 'fb50508872e9899b423b11e20fedb602e5489a3f518ab22df5b4346e0d3063aa' },
      madeFrom: 'from aksufatih/snn-medmnist: pneumoniamnist.npz',
    },
  ],
});

export const pneumoniaMnist: FileDefinition = {
  name: 'pneumoniamnist',
  title: 'PneumoniaMNIST (MedMNIST v2): chest X-rays of children, 28x28, the whole set',
  kind: 'images',
  shape: [5856, 28, 28, 1],
  classes: 2,
  perClassCounts: [1583, 4273],
  order: 'train, val, test one after the other, as in the archive',
  valueRange: [0, 255],
  ...origin,
  notes: ['Not for clinical use.'],
  overlaps: [
    {
      name: 'pneumoniamnist-balanced',
      reason: 'It is a part of this set.',
    },
  ],
  leak:
    'A patient may have several X-rays, so a split by image puts the same children on both sides; use the ' +
    'official parts.',
  officialSplits: { train: [0, 4708], val: [4708, 5232], test: [5232, 5856] },
  files: [
    {
      path: 'pneumoniamnist/pneumoniamnist.npz',
      role: 'archive',
      download: {
        url: 'https://zenodo.org/records/10519652/files/pneumoniamnist.npz?download=1',
        md5: '28209eda62fecd6e6a2d98b1501bb15f',
      },
    },
  ],
  read: medMnist('pneumoniamnist/pneumoniamnist.npz', ['normal', 'pneumonia'], [5856, 28, 28, 1]),
};
