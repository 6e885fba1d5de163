import { conv2dFamily } from '../kernels/conv2d/family.ts';
import { pointwiseFamily, reductionFamily } from '../kernels/generated.ts';
import { matmulFamily } from '../kernels/matmul/family.ts';

/** The families of hand-written kernels by name, with the parameters that a tuner searches. */
export const kernelFamilies = { matmul: matmulFamily, conv2d: conv2dFamily } as const;

/** The families of kernels that the compiler writes itself. */
export const generatedFamilies = { pointwise: pointwiseFamily, reduction: reductionFamily } as const;

/** The names of the kernels that the model chooses among, by family: what `variants` of a program request may ask for. */
export const kernelVariants: Readonly<Record<'matmul' | 'conv2d', readonly string[]>> = {
  matmul: matmulFamily.variants.map(({ name }) => name),
  conv2d: conv2dFamily.variants.map(({ name }) => name),
};
