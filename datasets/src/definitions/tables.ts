/** @file Classic tables, for hyperparameter optimisation on small problems. */

import type { DataFile, FileDefinition, Licence } from '../dataset/types.ts';
import { table } from '../readers/table.ts';

/** The four that ship with scikit-learn. */
const SCIKIT_LEARN: Licence = {
  id: 'CC-BY-4.0',
  url: 'https://creativecommons.org/licenses/by/4.0/',
  shareAlike: false,
  evidence:
    'shipped in scikit-learn, whose COPYING (BSD-3-Clause) was read; the UCI repository gives its data ' +
    'sets under CC BY 4.0, which was not read for this statement',
};

/** One of them: the file that is served at a commit of scikit-learn, and how it is read. */
function scikitLearn(
  {
    file,
    ...own
  }: Partial<FileDefinition> &
    Pick<FileDefinition, 'name' | 'title' | 'shape' | 'classes' | 'perClassCounts' | 'citation'> & {
      readonly file: Omit<DataFile, 'role' | 'download'>;
    },
  read: Omit<Parameters<typeof table>[0], 'path'>,
): FileDefinition {
  const { path } = file;
  const commit =
    'https://raw.githubusercontent.com/ogrisel/scikit-learn/d41f7340dca3319bba1b3b67659f11769904d7f0';
  const url = path.replace('tabular/', `${commit}/sklearn/datasets/data/`);
  return {
    kind: 'table',
    order: 'as in the source',
    licence: SCIKIT_LEARN,
    notes: [],
    overlaps: [],
    ...own,
    files: [{ ...file, role: 'table', download: { url } }],
    read: table({ path, ...read }),
  };
}

export const iris = scikitLearn(
  {
    name: 'iris',
    title: 'Iris',
    shape: [150, 1, 1, 4],
    classes: 3,
    perClassCounts: 50,
    order: 'sorted by class',
    citation:
      'Fisher, R. A. (1936). The use of multiple measurements in taxonomic problems. Annals of Eugenics, ' +
      '7(2), 179-188.',
    file: {
      path: 'tabular/iris.csv',
      bytes: 2734,
      sha256: 'f13ffa8fdd56fd8e6c8d16d4081a3fbd3114bcd0aae4256c43205169cd9d1449',
    },
  },
  { firstLine: 'counts', classNames: ['setosa', 'versicolor', 'virginica'] },
);

export const wine = scikitLearn(
  {
    name: 'wine',
    title: 'Wine recognition',
    shape: [178, 1, 1, 13],
    classes: 3,
    perClassCounts: [59, 71, 48],
    order: 'sorted by class',
    citation: 'Aeberhard, S., and Forina, M. (1992). Wine. UCI Machine Learning Repository.',
    file: {
      path: 'tabular/wine_data.csv',
      bytes: 11157,
      sha256: '10e8a802908b34f86e5da8ce962f3c806694bc98450a18f61851af59f324bede',
    },
  },
  { firstLine: 'counts', classNames: ['class_0', 'class_1', 'class_2'] },
);

export const breastCancer = scikitLearn(
  {
    name: 'breast-cancer',
    title: 'Breast Cancer Wisconsin (Diagnostic)',
    shape: [569, 1, 1, 30],
    classes: 2,
    perClassCounts: [212, 357],
    citation:
      'Street, W. N., Wolberg, W. H., and Mangasarian, O. L. (1993). Nuclear feature extraction for breast ' +
      'tumor diagnosis. SPIE 1905, 861-870.',
    file: {
      path: 'tabular/breast_cancer.csv',
      bytes: 119913,
      sha256: 'fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed',
    },
  },
  { firstLine: 'counts', classNames: ['malignant', 'benign'] },
);

export const digits = scikitLearn(
  {
    name: 'digits',
    title: 'Optical recognition of handwritten digits, 8x8, values 0-16 (test part)',
    kind: 'images',
    shape: [1797, 8, 8, 1],
    classes: 10,
    perClassCounts: [178, 182, 177, 183, 181, 182, 181, 179, 174, 180],
    valueRange: [0, 16],
    citation:
      'Alpaydin, E., and Kaynak, C. (1998). Optical Recognition of Handwritten Digits. UCI Machine Learning ' +
      'Repository.',
    notes: [
      'Equal value by value to optdigits.tes of the UCI repository (copy in yupinghuang/optical_digits).',
    ],
    file: {
      path: 'tabular/digits.csv.gz',
      bytes: 57523,
      sha256: '09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22',
      decoded: { bytes: 264712, sha256: '6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8' },
    },
  },
  {
    firstLine: 'none',
    classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    picture: [8, 8],
  },
);

export const covertype: FileDefinition = {
  name: 'covtype-first10000',
  title: 'Forest Covertype, the first 10,000 rows of the original file',
  kind: 'table',
  shape: [10000, 1, 1, 54],
  classes: 7,
  perClassCounts: [1375, 1462, 1262, 1620, 1583, 1349, 1349],
  order: 'as in the original file: not shuffled, the class mix changes along the file',
  licence: {
    id: 'free reuse with the copyright notice',
    url: 'https://archive.ics.uci.edu/dataset/31/covertype',
    attribution: 'Copyright 1998 Jock A. Blackard and Colorado State University',
    shareAlike: false,
    evidence:
      'covtype.info, as quoted in several public repositories: "Reuse of this database is unlimited with ' +
      'retention of copyright notice for Jock A. Blackard and Colorado State University."',
  },
  citation:
    'Blackard, J. A., and Dean, D. J. (1999). Comparative accuracies of artificial neural networks and ' +
    'discriminant analysis in predicting forest cover types from cartographic variables. Computers and ' +
    'Electronics in Agriculture, 24(3), 131-151.',
  notes: [
    'Columns: 10 numbers, 4 wilderness and 40 soil indicators.',
    'These rows lie within the balanced training part of the original (its first 11,340 rows, 1,620 of ' +
      'each class), so the class shares differ from the whole set.',
    'An independent random sample of 15,000 rows of the whole set (lijiangjie50-png/eco-mind-live) ' +
      'shares 260 rows with these; 258 are expected.',
    'Not shuffled: the class mix changes along the file.',
  ],
  overlaps: [],
  leak: 'The class mix changes along the file: split at random, never by position.',
  files: [
    {
      path: 'tabular/covtype-first10000.csv.gz',
      role: 'table',
      bytes: 192603,
      sha256: 'afb1d721413ef91446eac5272b5f896e37d8bf3a366d7fcd0c70d7afce0f3c54',
      decoded: { bytes: 1289672, sha256: 'ce19d1aaa1dbfd3eb62acd4d693975010cf796617188d7e5706cafd9bc82f9c7' },
      madeFrom: 'gzip of the file, from alegdmad/UNIR: covtype.csv',
    },
  ],
  read: table({
    path: 'tabular/covtype-first10000.csv.gz',
    firstLine: 'names',
    classNames: [
      'Spruce/Fir',
      'Lodgepole Pine',
      'Ponderosa Pine',
      'Cottonwood/Willow',
      'Aspen',
      'Douglas-fir',
      'Krummholz',
    ],
    firstLabel: 1,
  }),
};
