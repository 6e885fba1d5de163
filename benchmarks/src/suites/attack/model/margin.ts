import { hostArray } from '@longhorizon/bilevel';
import { makeEngine, Workspace } from '@longhorizon/bilevel/authoring';
import { owned } from '@longhorizon/harness';
import {
  broadcastTo,
  type Device,
  divide,
  equal,
  grad,
  logSoftmax,
  max,
  mean,
  multiply,
  oneHot,
  reshape,
  select,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
} from '@longhorizon/tensor';
import { logits, type Pictures, type Victim } from './victims.ts';

/**
 * log p_y − max over the others of log p_j: above 0 where the victim is right. An untargeted attack lowers it.
 *
 * Source: Carlini and Wagner, "Towards evaluating the robustness of neural networks" (S&P 2017), f₆; on log-probabilities as in Chen et al.,
 * "ZOO" (AISec 2017), equation 3.
 *
 * @param outputs logits [N, classes]
 * @param labels u32 [N]
 * @returns [N]
 */
export function margin(outputs: Tensor, labels: Tensor): Tensor {
  const logProbabilities = logSoftmax(outputs);
  const own = oneHot(labels, outputs.shape[1]!);
  const right = sum(multiply(logProbabilities, own), 1);
  const others = max(select(equal(own, 1), -1e30, logProbabilities), 1);
  return subtract(right, others);
}

/** Maps [..., pixels] divided by their deviation over the pixels; a map of zeros stays as it is. */
export function unitDeviation(maps: Tensor): Tensor {
  const axis = maps.shape.length - 1;
  const one = [...maps.shape.slice(0, -1), 1];
  const spread = (values: Tensor) => broadcastTo(reshape(values, one), maps.shape);
  const deviation = sqrt(mean(square(subtract(maps, spread(mean(maps, axis)))), axis));
  return divide(maps, spread(select(equal(deviation, 0), 1, deviation)));
}

/** The gradient of a victim's margin with respect to every picture, at unit deviation: what an attacker learns. [count · pixels] */
export async function gradientMaps(
  backend: Device | 'float64',
  { model, weights }: Victim,
  { images, labels }: Pictures,
): Promise<Float32Array> {
  const workspace = new Workspace();
  const shape = [labels.length, images.length / labels.length];
  const x = workspace.variable('pictures', shape, { initial: hostArray(images, shape) });
  const y = workspace.variable('labels', [labels.length], {
    initial: hostArray(labels, [labels.length], { dtype: 'u32' }),
  });
  const w = workspace.variable('victim', [weights.length], { class: 'weights', initial: hostArray(weights) });
  using engine = owned((await makeEngine(backend, workspace)).engine);
  const maps = grad((at: Tensor) => sum(margin(logits(model, w.tensor, at), y.tensor)))(x.tensor) as Tensor;
  const [values] = await engine.evaluate([unitDeviation(maps)]);
  return Float32Array.from(values!);
}
