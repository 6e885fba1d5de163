import { defineSuite, type ProfileOverride, type Suite } from '@longhorizon/harness';
import type { DispatchWork } from '@longhorizon/tensor/device';
import { horizonSize } from './horizon.ts';
import { networks, parameterCount } from './networks.ts';
import { type LibraryName, libraryNames, type PythonLibrary, pythonLibraries } from './peers/library.ts';
import { type Profile, profiles, type Row, rowsOf } from './rows.ts';
import { bytesMovedBy, operationsOf } from './work.ts';

export const suiteName = 'kernels';

const titles: Readonly<Record<LibraryName, string>> = {
  longhorizon: 'Longhorizon',
  'tfjs-webgpu': 'TensorFlow.js 4.22, WebGPU backend',
  'jax-js': 'jax-js 0.1.25, WebGPU, jitted',
  'gpu.js': 'gpu.js 2.24, WebGPU backend',
  pytorch: 'PyTorch on the processor',
  'pytorch-cuda': 'PyTorch on CUDA',
  copy: 'a hand-tuned copy kernel',
};

const pythonNames = Object.keys(pythonLibraries) as PythonLibrary[];

/** Which libraries a row is asked of. */
export function librariesOf(row: Row): readonly LibraryName[] {
  if (row.group === 'horizon' || row.group === 'hypergradient') return ['longhorizon', ...pythonNames];
  if (row.group === 'cold-start') return ['longhorizon', 'tfjs-webgpu', 'jax-js'];
  return libraryNames.filter((name) => name !== 'copy' || row.group === 'bandwidth');
}

/** Multiplications and additions, or bytes, of one dispatch from which on threads pay: about 100 µs of one core. */
const largeOperations = 2e6;
const largeBytes = 2 ** 19;

/** Whether the dispatches of a row are large: what is known of a kernel says it, of a network its layers. */
export function dispatchesOf({ work }: Row): DispatchWork {
  if ('network' in work) return work.network === 'convolutional' ? 'large' : 'small';
  const operations = operationsOf(work) ?? 0;
  const isLarge =
    operations >= largeOperations || (operations === 0 && (bytesMovedBy(work) ?? 0) >= largeBytes);
  return isLarge ? 'large' : 'small';
}

/** T: steps of a loop, 1 where there is none. */
function horizonOf({ work }: Row): number {
  return 'steps' in work ? work.steps : 1;
}

/** p: parameters of a network or of a small problem; elsewhere the numbers that a kernel has to read and write. */
function dimensionOf({ work }: Row): number {
  if (work.kind === 'descent-step' || work.kind === 'maml-gradient') return parameterCount(work.network);
  if (work.kind === 'horizon') return horizonSize;
  if (work.kind === 'hypergradient') return work.hyperparameters;
  return (bytesMovedBy(work) ?? 0) / 4;
}

const everyRow: readonly Row[] = [
  ...new Map(profiles.flatMap(rowsOf).map((row) => [row.name, row])).values(),
];

/** The row of a problem. */
export function rowNamed(name: string): Row {
  const row = everyRow.find((one) => one.name === name);
  if (row === undefined) throw new Error(`internal: there is no row ${name}.`);
  return row;
}

const overrideFor = (row: Row): ProfileOverride => ({
  where: { problems: [row.name] },
  horizons: [horizonOf(row)],
  dimensions: [dimensionOf(row)],
});

export const kernelSuite: Suite = defineSuite({
  name: suiteName,
  title: 'Kernels and training steps',
  description:
    'Single kernels, training steps and hypergradients beside other WebGPU libraries on the same adapter and beside PyTorch, each checked against ' +
    `float64 first. The convolutional network has ${networks.convolutional.parameters.length} parameter arrays.`,
  measureVersion: 1,
  problems: everyRow.map(({ name, title }) => ({ name, title })),
  methods: libraryNames.map((name) => ({
    name,
    title: titles[name],
    role: name === 'longhorizon' ? 'method' : name === 'copy' ? 'reference' : 'peer',
    problems: everyRow.filter((row) => librariesOf(row).includes(name)).map((row) => row.name),
  })),
  passes: ['time'],
  profiles: Object.fromEntries(
    profiles.map((profile: Profile) => [
      profile,
      {
        horizons: [1],
        dimensions: [0],
        seeds: [0],
        problems: rowsOf(profile).map((row) => row.name),
        overrides: rowsOf(profile).map(overrideFor),
        timeoutSeconds: 1200,
      },
    ]),
  ),
  isolation: 'in-process',
  axisNames: { horizon: 'steps', dimension: 'size' },
});
