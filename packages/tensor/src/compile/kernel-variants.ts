import { conv2dVariants } from '../kernels/conv2d/variants.ts';
import { matmulVariants } from '../kernels/matmul/variants.ts';

/** The names of the hand-written kernels, by family: what `variants` of a program request may ask for. */
export const kernelVariants: Readonly<Record<'matmul' | 'conv2d', readonly string[]>> = {
  matmul: matmulVariants.map(({ name }) => name),
  conv2d: conv2dVariants.map(({ name }) => name),
};
