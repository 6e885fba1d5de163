/** @file The benchmark's suites, for tools that show their records. */
export { kernelSuite } from './kernels/suite.ts';
