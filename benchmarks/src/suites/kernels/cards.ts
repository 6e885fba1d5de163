import type { MethodDescription } from '@longhorizon/harness';

/** What the page says about the libraries of the suite `kernels`. */
export const libraryCards: readonly MethodDescription[] = [
  {
    name: 'longhorizon',
    title: 'Longhorizon',
    idea: 'This library: hand-written WGSL kernels, graphs compiled to plans that are replayed without allocating.',
    code: 'packages/tensor/src',
  },
  {
    name: 'tfjs-webgpu',
    title: 'TensorFlow.js, WebGPU backend',
    idea: 'The same work written in TensorFlow.js, each operation started eagerly, on the same adapter with the same switches.',
    source: { citation: 'TensorFlow.js 4.22, package @tensorflow/tfjs-backend-webgpu' },
    code: 'benchmarks/src/suites/kernels/peers/tfjs-webgpu.ts',
  },
  {
    name: 'jax-js',
    title: 'jax-js, WebGPU backend',
    idea: 'The same work written in jax-js and compiled by its jit, on the same adapter with the same switches.',
    source: { citation: 'jax-js 0.1.25, package @jax-js/jax' },
    code: 'benchmarks/src/suites/kernels/peers/jax-js.ts',
  },
  {
    name: 'gpu.js',
    title: 'gpu.js, WebGPU backend',
    idea: 'Single kernels written in gpu.js, where it can express them, on the same adapter with the same switches.',
    source: { citation: 'gpu.js 2.24' },
    code: 'benchmarks/src/suites/kernels/peers/gpu-js.ts',
  },
  {
    name: 'pytorch',
    title: 'PyTorch, on the processor',
    idea: 'The same work in plain functional PyTorch, without WebGPU, on one thread or on all, whichever is faster for the row. Its products are as fast as the BLAS that it has loaded, which every record names.',
    source: { citation: 'PyTorch, the version that is installed' },
    code: 'benchmarks/src/suites/kernels/peers/pytorch/works.py',
  },
  {
    name: 'pytorch-cuda',
    title: 'PyTorch, on CUDA',
    idea: 'The same code on an NVIDIA GPU, where there is one.',
    source: { citation: 'PyTorch, the version that is installed' },
    code: 'benchmarks/src/suites/kernels/peers/pytorch/works.py',
  },
  {
    name: 'copy',
    title: 'A copy kernel',
    idea: 'A copy, tuned by hand: what the memory of the adapter gives. Kernels that are bound by memory are judged against it.',
    code: 'benchmarks/src/suites/kernels/peers/copy.ts',
  },
];
