/** @file What the harness's command line is built around: the suites, how a cell is run, which code that measures. */
import { readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import {
  type BenchProgram,
  type CellConfig,
  hashSources,
  type MethodDescription,
  UsageError,
} from '@longhorizon/harness';
import { NoAdapterError } from '@longhorizon/tensor';
import { runCell } from '../measurements/bilevel-cells.ts';
import { closeDevices, describeDevice, sharedDevice } from '../measurements/device.ts';
import { classifyError } from '../measurements/failures.ts';
import { root } from '../root.ts';
import { attackDescriptions } from '../suites/attack/methods.ts';
import { libraryCards } from '../suites/cards.ts';
import { bilevelSuites, initialisationSuites, suites } from '../suites/index.ts';
import { kernelsSuite } from '../suites/kernels/suite.ts';
import { longTailedDescriptions } from '../suites/long-tailed/methods.ts';

/** Packages whose versions every record names. */
const packages = [
  'webgpu',
  'tinybench',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-webgpu',
  '@jax-js/jax',
  'gpu.js',
];

/** The folders in a folder of the repository, but for some. */
function foldersIn(folder: string, without: readonly string[]): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !without.includes(entry.name))
    .map(({ name }) => `${folder}/${name}`);
}

const kernels = ['packages/tensor/src', 'benchmarks/src/suites/kernels'];
/** What cells of all other suites run through: too much measures a cell once more, too little lets a stale record stand. */
const measured = [
  ...foldersIn('packages', ['harness']).map((folder) => `${folder}/src`),
  'datasets/src',
  ...foldersIn('benchmarks/src', ['bench', 'reports', 'suites']),
  ...foldersIn('benchmarks/src/suites', ['kernels']),
];

export function benchProgram(): BenchProgram {
  return {
    suites,
    runCell,
    classifyError,
    describeAdapter,
    codeHash: codeHash(),
    site: {
      title: 'Longhorizon',
      lead: 'What long-horizon gradient-based meta-learning costs, and what it buys: bytes, seconds and accuracy across horizons T and numbers of hyperparameters p.',
      methods: methodCards(),
    },
    repositoryFolder: root,
    packages,
    childCommand: {
      command: process.execPath,
      arguments: [
        ...process.execArgv,
        join(import.meta.dirname, `main${extname(import.meta.filename)}`),
        'serve',
      ],
    },
  };
}

async function describeAdapter(name: string | undefined) {
  try {
    const device = await sharedDevice(name);
    return describeDevice(device);
  } catch (error) {
    if (error instanceof NoAdapterError) throw new UsageError(error.message);
    throw error;
  } finally {
    // Cells run in processes of their own and open it there.
    await closeDevices();
  }
}

/** One hash for the cells of a kind, worked out when the first is asked for. */
function codeHash(): (config: CellConfig) => string {
  const hashes = new Map<boolean, string>();
  return ({ suite }) => {
    const isKernel = suite === kernelsSuite.name;
    const folders = isKernel ? kernels : measured;
    const hash =
      hashes.get(isKernel) ??
      hashSources(
        folders.map((folder) => join(root, folder)),
        root,
      );
    hashes.set(isKernel, hash);
    return hash;
  };
}

/** One card for every method, whichever suites it is in. */
function methodCards(): readonly MethodDescription[] {
  const cards = new Map<string, MethodDescription>();
  for (const { methods } of [...bilevelSuites, ...initialisationSuites]) {
    for (const { name, title = name, card } of methods) cards.set(name, { name, title, ...card });
  }
  return [...cards.values(), ...longTailedDescriptions, ...attackDescriptions, ...libraryCards];
}
