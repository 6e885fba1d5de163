/** @file The folders whose code the rows of the kernel benchmark run through: its hypergradients need the bilevel core, HyperDistill and sine waves. */
export const kernelSources: readonly string[] = [
  ...['tensor', 'nn', 'bilevel', 'hyperdistill'].map((name) => `packages/${name}/src`),
  'datasets/src',
  'benchmarks/src/measurements',
  'benchmarks/src/problem-parts',
  'benchmarks/src/suites/kernels',
];
