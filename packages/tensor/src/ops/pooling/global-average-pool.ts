import { ShapeError, showShape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { checkTensor } from '../helpers/check-tensor.ts';
import { mean } from '../reduction/mean.ts';

/** The mean of each channel over its plane: images [..., H, W, C] → [..., C]. */
export function globalAveragePool(x: Tensor): Tensor {
  checkTensor('globalAveragePool', x);
  if (x.shape.length < 3)
    throw new ShapeError(
      `globalAveragePool: ${showShape(x.shape)} is not an array of images [..., H, W, C]; reshape it.`,
    );
  return mean(x, [-3, -2]);
}
