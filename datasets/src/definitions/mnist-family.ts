/** @file MNIST, Fashion-MNIST and Kuzushiji-MNIST: the 10,000 test images alone, and the 70,000 with the training part. */

import type { DataFile, FileDefinition, Licence } from '../dataset/types.ts';
import { type IdxPair, idxPairs } from '../readers/idx-pairs.ts';

/** One of the four files: its path and address follow from its part and role. */
type FamilyFile = Omit<DataFile, 'path' | 'role' | 'download'> & {
  /** Of the served file, where it differs from the stored one. */
  readonly served?: { readonly bytes: number; readonly sha256: string };
};

interface FamilyPart {
  readonly images: FamilyFile;
  readonly labels: FamilyFile;
}

/** What a definition says of the test part alone or of both parts. */
type Own = Pick<FileDefinition, 'title' | 'perClassCounts' | 'notes' | 'leak'>;

/** A member of the family: what its two definitions share, and what they do not. */
interface Member {
  readonly name: string;
  /** Where its files are served, without the last slash. */
  readonly served: string;
  readonly licence: Licence;
  readonly citation: string;
  readonly classNames: readonly string[];
  /** The test part. */
  readonly test: Own & FamilyPart;
  /** Both parts; the files are those of the training part. */
  readonly full: Own & FamilyPart;
}

const fileName = (part: 'train' | 't10k', role: 'images' | 'labels'): string =>
  `${part}-${role}-${role === 'images' ? 'idx3' : 'idx1'}-ubyte.gz`;

/** The test set of a member, and the set of both parts. */
function definitionsOf(member: Member): readonly [test: FileDefinition, full: FileDefinition] {
  const { name, served, licence, citation, classNames } = member;
  const path = (part: 'train' | 't10k', role: 'images' | 'labels') => `${name}/${fileName(part, role)}`;
  const filesOf = (part: 'train' | 't10k', of: FamilyPart): readonly DataFile[] =>
    (['images', 'labels'] as const).map((role) => {
      const { served: servedAs, ...file } = of[role];
      const url = `${served}/${fileName(part, role)}`;
      return { path: path(part, role), role, ...file, download: { url, ...servedAs } };
    });
  const pairOf = (part: 'train' | 't10k'): IdxPair => ({
    images: path(part, 'images'),
    labels: path(part, 'labels'),
  });
  const shared = { kind: 'images', classes: 10, valueRange: [0, 255], licence, citation } as const;
  const { images: _testImages, labels: _testLabels, ...ofTest } = member.test;
  const { images: _trainImages, labels: _trainLabels, ...ofFull } = member.full;
  const testFiles = filesOf('t10k', member.test);
  return [
    {
      ...shared,
      ...ofTest,
      name,
      shape: [10000, 28, 28, 1],
      order: 'original order of the test set',
      overlaps: [{ name: `${name}-full`, reason: 'The same 10,000 images are its official test part.' }],
      files: testFiles,
      read: idxPairs([pairOf('t10k')], classNames),
    },
    {
      ...shared,
      ...ofFull,
      name: `${name}-full`,
      shape: [70000, 28, 28, 1],
      order: 'the training part, then the test part, each in its original order',
      overlaps: [{ name, reason: 'Its images are the official test part of this set.' }],
      officialSplits: { train: [0, 60000], test: [60000, 70000] },
      files: [...testFiles, ...filesOf('train', member.full)],
      read: idxPairs([pairOf('train'), pairOf('t10k')], classNames),
    },
  ];
}

export const [mnist, mnistFull] = definitionsOf({
  name: 'mnist',
  served: 'https://ossci-datasets.s3.amazonaws.com/mnist',
  licence: {
    id: 'CC-BY-SA-3.0',
    url: 'https://creativecommons.org/licenses/by-sa/3.0/',
    shareAlike: true,
    evidence:
      'second-hand: the TensorFlow/Keras documentation of keras.datasets.mnist states that Yann LeCun and ' +
      'Corinna Cortes hold the copyright and that MNIST is made available under CC BY-SA 3.0; the original ' +
      'site states no licence',
  },
  citation:
    'LeCun, Y., Bottou, L., Bengio, Y., and Haffner, P. (1998). Gradient-based learning applied to ' +
    'document recognition. Proceedings of the IEEE, 86(11), 2278-2324.',
  classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  test: {
    title: 'MNIST test set: handwritten digits',
    perClassCounts: [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
    notes: [
      'The first 5,000 test images are cleaner than the last 5,000 (they come from another part of NIST).',
    ],
    leak:
      'The 10,000 test images hold many digits by each writer, so a split of them by image puts the same ' +
      'hands on both sides; mnist-full has the official split, whose writers are disjoint.',
    images: {
      bytes: 1648877,
      sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
      decoded: { bytes: 7840016, sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7' },
    },
    labels: {
      bytes: 4542,
      sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
      decoded: { bytes: 10008, sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2' },
    },
  },
  full: {
    title: 'MNIST, 60,000 training and 10,000 test images',
    perClassCounts: [6903, 7877, 6990, 7141, 6824, 6313, 6876, 7293, 6825, 6958],
    notes: ['Training and test part were written by different people.'],
    images: {
      bytes: 9912422,
      sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
    },
    labels: {
      bytes: 28881,
      sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
    },
  },
});

export const [fashionMnist, fashionMnistFull] = definitionsOf({
  name: 'fashion-mnist',
  served: 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com',
  licence: {
    id: 'MIT',
    url: 'https://github.com/zalandoresearch/fashion-mnist/blob/master/LICENSE',
    shareAlike: false,
    evidence: 'LICENSE of zalandoresearch/fashion-mnist, read',
  },
  citation:
    'Xiao, H., Rasul, K., and Vollgraf, R. (2017). Fashion-MNIST: a Novel Image Dataset for Benchmarking ' +
    'Machine Learning Algorithms. arXiv:1708.07747.',
  classNames: [
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ],
  test: {
    title: 'Fashion-MNIST test set: clothing',
    perClassCounts: 1000,
    notes: [],
    images: {
      bytes: 4383619,
      sha256: '78cb45a589ec14266eab4ac0cb2e9e10a4c076ae2d337fe86383d761bff83f32',
      decoded: { bytes: 7840016, sha256: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b' },
      madeFrom:
        'compressed anew: the decompressed bytes are those of the original (MD5 ' +
        '8181f5470baa50b63fa0f6fddb340f0a), the gzip file is not',
      served: {
        bytes: 4422102,
        sha256: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
      },
    },
    labels: {
      bytes: 5148,
      sha256: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
      decoded: { bytes: 10008, sha256: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34' },
    },
  },
  full: {
    title: 'Fashion-MNIST, 60,000 training and 10,000 test images',
    perClassCounts: 7000,
    notes: [],
    images: {
      bytes: 26421880,
      sha256: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
    },
    labels: {
      bytes: 29515,
      sha256: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
    },
  },
});

export const [kmnist, kmnistFull] = definitionsOf({
  name: 'kmnist',
  served: 'http://codh.rois.ac.jp/kmnist/dataset/kmnist',
  licence: {
    id: 'CC-BY-SA-4.0',
    url: 'https://creativecommons.org/licenses/by-sa/4.0/',
    attribution:
      '"KMNIST Dataset" (created by CODH), adapted from "Kuzushiji Dataset" (created by NIJL and others), ' +
      'doi:10.20676/00000341',
    shareAlike: true,
    evidence: 'README and LICENSE of rois-codh/kmnist, read',
  },
  citation:
    'Clanuwat, T., Bober-Irizar, M., Kitamoto, A., Lamb, A., Yamamoto, K., and Ha, D. (2018). Deep ' +
    'Learning for Classical Japanese Literature. arXiv:1812.01718.',
  classNames: ['o', 'ki', 'su', 'tsu', 'na', 'ha', 'ma', 'ya', 're', 'wo'],
  test: {
    title: 'Kuzushiji-MNIST test set: cursive Japanese characters',
    perClassCounts: 1000,
    notes: [],
    images: {
      bytes: 3041136,
      sha256: 'edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5',
      decoded: { bytes: 7840016, sha256: '76fbd229ce87db80dd281af5e6670de4ad0e42fb30a7bd643972994c47c1f42e' },
    },
    labels: {
      bytes: 5120,
      sha256: '20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c',
      decoded: { bytes: 10008, sha256: 'a11dc742be8e781a40a92f53d6a4957e7b7d36df2faa097659131ebfd8fd60c6' },
    },
  },
  full: {
    title: 'Kuzushiji-MNIST, 60,000 training and 10,000 test images',
    perClassCounts: 7000,
    notes: [],
    images: {
      bytes: 18165135,
      sha256: '51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4',
    },
    labels: {
      bytes: 29497,
      sha256: 'e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17',
    },
  },
});
