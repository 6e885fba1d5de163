/**
 * @file The rooms of each package, its folders in `src`, from the ground up: a room may use those that stand before it in its list. Files beside
 * the folders, such as `index.ts`, may use every room. Tests and what only they use are free.
 */

export interface Rooms {
  /** Where the rooms are, from the repository's folder. */
  readonly folder: string;
  /** From the ground up. Every folder has to be here; none where all stand on one floor and use nothing of each other. */
  readonly order: readonly string[];
  /** `from -> to`: arrows that run up and are to go. */
  readonly exceptions?: readonly string[];
}

export const rooms: readonly Rooms[] = [
  {
    folder: 'packages/tensor/src',
    order: [
      'adapters',
      'indexing',
      'graph',
      'ops',
      'reference',
      'kernels',
      'transform',
      'device',
      'compile',
      'runtime',
      'loop',
      'testing',
    ],
  },
  {
    folder: 'packages/nn/src',
    order: ['data', 'layout', 'initial', 'layers', 'losses', 'optimisers', 'blocks', 'models', 'testing'],
  },
  {
    folder: 'packages/bilevel/src',
    order: ['problem', 'program', 'solvers', 'hyper', 'init', 'session', 'problems', 'testing'],
  },
  {
    folder: 'packages/harness/src',
    order: [
      'cell',
      'statistics',
      'record',
      'store',
      'measure',
      'run',
      'leaderboard',
      'publish',
      'export',
      'report',
      'command',
    ],
    // The type of the summary that a record holds.
    exceptions: ['statistics -> record'],
  },
  {
    folder: 'datasets/src',
    order: [
      'random',
      'readers',
      'generated',
      'definitions',
      'samplers',
      'images',
      'store',
      'sheet',
      'device',
      'testing',
      'cli',
    ],
    // A definition names its reader and its generator, and both return the shape that definitions declare.
    exceptions: ['readers -> definitions', 'generated -> definitions', 'readers -> images'],
  },
  {
    folder: 'benchmarks/src',
    order: ['problem-parts', 'methods', 'measurements', 'reports', 'suites', 'bench'],
  },
  // Suites know nothing of each other: what two of them need is a part of problems.
  { folder: 'benchmarks/src/suites', order: [] },
];

const ops = 'packages/tensor/src/ops';

/**
 * Files that import each other's values on purpose, because they are one thing: a family of ops closed under differentiation. The list is to
 * shrink, as families become single files.
 */
export const families: Readonly<Record<string, readonly string[]>> = {
  'convolution and its gradients': [`${ops}/contraction/conv2d`],
  'gathering and its transpose': [`${ops}/indexing/gather`, `${ops}/indexing/segment-sum`],
  'broadcasting and its transpose': [`${ops}/movement/broadcast`, `${ops}/reduction/sum`],
  'padding and its transpose': [`${ops}/movement/pad`, `${ops}/movement/slice`],
  'pools and their transposes': [`${ops}/pooling/`],
  'sine and cosine': [`${ops}/transcendental/sin`, `${ops}/transcendental/cos`],
};

/** Circles of files in which a type goes one way; each entry is a prefix of paths. The list is to shrink, too. */
export const typeCircles: Readonly<Record<string, readonly string[]>> = {
  'a graph and the interface of its ops': ['packages/tensor/src/graph/'],
  'a program and what it is compiled for': [
    'packages/tensor/src/compile/program',
    'packages/tensor/src/compile/segment-ranges',
    'packages/tensor/src/compile/split',
  ],
  'rules of simplification': ['packages/tensor/src/transform/simplify'],
  'a tile and its cost': ['packages/tensor/src/kernels/matmul/'],
  'a method and what it may ask of a problem': ['packages/bilevel/src/hyper/'],
  'tables and their formats': ['packages/harness/src/export/'],
};
