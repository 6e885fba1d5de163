import type { Tensor } from '../../graph/tensor.ts';

/** Indices are u32: refuses anything else. */
export function checkIndices(name: string, indices: Tensor): void {
  if (indices.dtype !== 'u32')
    throw new TypeError(
      `${name}: the indices have element type ${indices.dtype}; they are u32, so convert with cast(indices, 'u32').`,
    );
}
