/** @file The folders whose code the rows of the kernel benchmark run through: its hypergradients need the bilevel core and HyperDistill. */
export const kernelSources: readonly string[] = [
  ...['tensor', 'nn', 'bilevel', 'hyperdistill'].map((name) => `packages/${name}/src`),
  'benchmarks/src/measurements',
  'benchmarks/src/suites/kernels',
];
