import { normalizeAxes } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { absolute } from '../arithmetic/absolute.ts';
import { add } from '../arithmetic/add.ts';
import { subtract } from '../arithmetic/subtract.ts';
import { lessEqual } from '../comparison/less-equal.ts';
import { select } from '../comparison/select.ts';
import { checkTensor } from '../helpers/check-tensor.ts';
import { reshape } from '../movement/reshape.ts';
import { stopGradient } from '../movement/stop-gradient.ts';
import { exp } from '../transcendental/exp.ts';
import { log } from '../transcendental/log.ts';
import { max } from './max-min.ts';
import { sum } from './sum-broadcast.ts';

/** log Σ eˣ along axes (all when left out), shifted by the largest element so that nothing overflows; ∞ if an element is ∞, −∞ if all are −∞. */
export function logsumexp(
  x: Tensor,
  axes?: number | readonly number[],
  options?: { keep?: boolean },
): Tensor {
  checkTensor('logsumexp', x);
  const list = normalizeAxes('logsumexp', axes, x.shape.length);
  // The shift cancels, so it carries no derivative. An infinite one would not: ∞ − ∞ is NaN.
  const largest = stopGradient(max(x, list, { keep: true }));
  const shift = select(lessEqual(absolute(largest), 3.4028234663852886e38), largest, 0);
  const result = add(log(sum(exp(subtract(x, shift)), list, { keep: true })), shift);
  return options?.keep
    ? result
    : reshape(
        result,
        x.shape.filter((_, axis) => !list.includes(axis)),
      );
}
