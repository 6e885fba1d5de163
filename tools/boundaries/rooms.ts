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
      'kernels',
      'ops',
      'reference',
      'transform',
      'device',
      'judge',
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
    order: ['problem', 'workspace', 'solvers', 'hyper', 'init', 'session', 'problems', 'testing'],
  },
  { folder: 'packages/hyperdistill/src', order: ['testing'] },
  { folder: 'packages/trajectory-shifting/src', order: ['testing'] },
  { folder: 'packages/lazy/src', order: ['testing'] },
  { folder: 'packages/metaperturb/src', order: ['testing'] },
  {
    folder: 'packages/harness/src',
    order: [
      'cell',
      'statistics',
      'record',
      'store',
      'measure',
      'run',
      'browser',
      'sweep',
      'leaderboard',
      'publish',
      'submit',
      'export',
      'track',
      'report',
      'command',
    ],
  },
  {
    folder: 'datasets/src',
    order: [
      'random',
      'dataset',
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
  },
  {
    folder: 'benchmarks/src',
    order: ['problem-parts', 'methods', 'measurements', 'reports', 'suites', 'browser', 'track', 'bench'],
  },
  // Suites know nothing of each other: what two of them need is a part of problems.
  { folder: 'benchmarks/src/suites', order: [] },
  {
    folder: 'tools',
    order: [
      'bootstrap',
      'bin',
      'lock',
      'ci',
      'boundaries',
      'vitest',
      'test-run',
      'nx',
      'slurm',
      'cli',
      'replay',
    ],
  },
  { folder: 'test', order: ['fixtures', 'browser', 'kill'] },
];

/**
 * Circles of files in which only types go one way, with the prefixes of their paths: two halves of one idea. Files that import each other's values
 * in a circle are always a fault.
 */
export const typeCircles: Readonly<Record<string, readonly string[]>> = {
  'a graph and the interface of its ops': ['packages/tensor/src/graph/'],
};
