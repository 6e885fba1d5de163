/** @file Colour pictures at 32×32: satellite images and hands. */

import { idxImages } from './idx-images.ts';

export const euroSat = idxImages(
  [
    'AnnualCrop',
    'Forest',
    'HerbaceousVegetation',
    'Highway',
    'Industrial',
    'Pasture',
    'PermanentCrop',
    'Residential',
    'River',
    'SeaLake',
  ],
  {
    name: 'eurosat',
    title: 'EuroSAT: Sentinel-2 land use, 300 a class, 32x32 RGB',
    shape: [3000, 32, 32, 3],
    classes: 10,
    perClassCounts: 300,
    order: 'classes interleaved: label of image i = i mod 10',
    licence: {
      id: 'MIT',
      url: 'https://github.com/phelber/EuroSAT/blob/master/LICENSE',
      attribution: 'contains modified Copernicus Sentinel data',
      shareAlike: false,
      evidence: 'LICENSE and README of phelber/EuroSAT, read',
    },
    citation:
      'Helber, P., Bischke, B., Dengel, A., and Borth, D. (2019). EuroSAT: A Novel Dataset and Deep Learning ' +
      'Benchmark for Land Use and Land Cover Classification. IEEE Journal of Selected Topics in Applied ' +
      'Earth Observations and Remote Sensing.',
    notes: [
      'Bytes could not be compared with the original archive; class numbers follow the alphabetical class ' +
        'names of EuroSAT, as the class sizes and the pictures show.',
    ],
    overlaps: [],
    files: [
      {
        path: 'eurosat/eurosat-32x32-rgb-images-idx4-ubyte.gz',
        role: 'images',
        bytes: 6877684,
        sha256: '419cfab32aab62afacfeb9a384ecab60013bdbada682db4ead794bfa76f11623',
        decoded: {
          bytes: 9216020,
          sha256: '18313d73c8b383f483d3cf17236a79d1637cec904dd12fbf150bc864122ff450',
        },
        madeFrom:
          'the first 300 (n = 0..299) of each class, 64x64 -> 32x32 by 2x2 average, from ' +
          'GabrielVogel/Anomaly-Detection---INF01050: train/<label>/<n>.png',
      },
      {
        path: 'eurosat/eurosat-labels-idx1-ubyte.gz',
        role: 'labels',
        bytes: 57,
        sha256: 'a5927d27f2dd58ca3eae1aa65945ef9bda80e7398187cfea8201e110c448a62e',
        decoded: { bytes: 3008, sha256: '424f6cac0e470bf2e7cf40d7e6df75ff14ae9a719035d617df886c0890a6ec21' },
        madeFrom: 'from GabrielVogel/Anomaly-Detection---INF01050: train/<label>/<n>.png',
      },
    ],
  },
);

export const signDigits = idxImages(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'], {
  name: 'sign-digits',
  title: 'Sign Language Digits: hands, 32x32 RGB, all images',
  shape: [2062, 32, 32, 3],
  classes: 10,
  perClassCounts: [205, 206, 206, 206, 207, 207, 207, 206, 208, 204],
  order: 'classes interleaved, one of each in turn, until the shorter ones end',
  licence: {
    id: 'Apache-2.0',
    url: 'https://www.apache.org/licenses/LICENSE-2.0',
    shareAlike: false,
    evidence: 'LICENSE of ardamavi/Sign-Language-Digits-Dataset, read',
  },
  citation:
    'Mavi, A. (2020). A New Dataset and Proposed Convolutional Neural Network Architecture for ' +
    'Classification of American Sign Language Digits. arXiv:2011.08927.',
  notes: ['Changed: resized. 218 students, about one picture of each digit by each.'],
  overlaps: [],
  leak:
    '218 students showed about one hand for each digit, and who showed which is not recorded: a split by ' +
    'image puts the same hands on both sides.',
  files: [
    {
      path: 'sign-digits/sign-digits-32x32-rgb-images-idx4-ubyte.gz',
      role: 'images',
      bytes: 5004935,
      sha256: 'd3f7532f7939c7235d74da376387a28c3361715a34c08158bc3d33928ae18b47',
      decoded: { bytes: 6334484, sha256: '1441e5b92e42d97a41c307ecb1a75e951a0e939bc47601e01a6c575f72d42333' },
      madeFrom:
        '100x100 (three files: 3024x3024) -> 32x32 by exact area average, from ' +
        'ardamavi/Sign-Language-Digits-Dataset: Dataset/<digit>/<n>.JPG',
    },
    {
      path: 'sign-digits/sign-digits-labels-idx1-ubyte.gz',
      role: 'labels',
      bytes: 57,
      sha256: '12f20edc7708eea0bee63005f4de0cd2f0b8971331c76dd95f54e176d89115e1',
      decoded: { bytes: 2070, sha256: '06a432bd15b47d4ff1a7010f4f80c3a41802c507b3616855aaa478f5096d30d0' },
      madeFrom: 'from ardamavi/Sign-Language-Digits-Dataset: Dataset/<digit>/<n>.JPG',
    },
  ],
});
