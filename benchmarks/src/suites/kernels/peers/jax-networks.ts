/** @file The networks of the training rows, written with jax-js: images as [N, channels, height, width]. */
import type * as jaxjs from '@jax-js/jax';
import { convolutionalLayers, networks, normEpsilon } from '../networks.ts';
import { filterPadding, type NamedArray, type NetworkName } from '../work.ts';
import { asleep } from './wait.ts';

export type JaxArray = jaxjs.numpy.Array;

/** A network as jax-js runs it, and the way between its layout and the benchmark's. */
export interface JaxNetwork {
  /** The parameters, then each batch array. */
  fromInputs(arrays: readonly NamedArray[]): {
    readonly start: JaxArray[];
    readonly batches: readonly JaxArray[];
  };
  /** Arrays shaped as the parameters, read back in the benchmark's layout; takes them over. */
  toOutputs(arrays: readonly JaxArray[]): Promise<readonly Float32Array[]>;
  /** Mean cross-entropy of a batch, of the sine network the mean squared error; takes all arguments over. */
  lossOf(p: readonly JaxArray[], x: JaxArray, labels: JaxArray): JaxArray;
}

export function jaxNetworks(jax: typeof jaxjs, network: NetworkName): JaxNetwork {
  const { numpy: np, nn } = jax;
  const { parameters } = networks[network];
  const isFilter = (shape: readonly number[]): boolean => shape.length === 4;
  const upload = ({ values, shape }: NamedArray): JaxArray => np.array(values).reshape([...shape]);
  const mlp = mlpOf(jax);
  const functions = { mlp, sine: mlp, convolutional: convolutionalOf(jax) } satisfies Record<
    NetworkName,
    unknown
  >;
  return {
    fromInputs: (arrays) => {
      const own = arrays.map((array, k) => {
        if (!isFilter(array.shape)) return upload(array);
        const order = k < parameters.length ? [3, 2, 0, 1] : [0, 3, 1, 2];
        return jax.jit((x: JaxArray) => np.transpose(x, order).add(0))(upload(array));
      });
      return { start: own.slice(0, parameters.length), batches: own.slice(parameters.length) };
    },
    toOutputs: async (arrays) => {
      const values: Float32Array[] = [];
      for (const array of arrays) {
        const ordered = isFilter(array.shape) ? np.transpose(array, [2, 3, 1, 0]) : array;
        values.push((await asleep(ordered.data())) as Float32Array);
      }
      return values;
    },
    lossOf: (p, x, labels) => {
      const examples = x.shape[0]!;
      const scores = functions[network](p, x);
      if (network === 'sine') {
        const away = scores.sub(labels);
        return away.ref
          .mul(away)
          .sum()
          .mul(1 / examples);
      }
      return nn
        .logSoftmax(scores, -1)
        .mul(labels)
        .sum()
        .mul(-1 / examples);
    },
  };
}

const mlpOf =
  ({ numpy: np, nn }: typeof jaxjs) =>
  (p: readonly JaxArray[], x: JaxArray): JaxArray => {
    const layer = (input: JaxArray, number: number) =>
      np.matmul(input, p[2 * number]!).add(p[2 * number + 1]!);
    return layer(nn.relu(layer(nn.relu(layer(x, 0)), 1)), 2);
  };

/** As much around both axes of an image as keeps its size. */
export const samePadding = [0, 1].map((): [number, number] => [filterPadding, filterPadding]);

const convolutionalOf =
  ({ numpy: np, lax, nn }: typeof jaxjs) =>
  (p: readonly JaxArray[], images: JaxArray): JaxArray => {
    let x = images;
    const perChannel = (array: JaxArray) => array.reshape([1, array.shape[0]!, 1, 1]);
    for (let layer = 0; layer < convolutionalLayers; layer++) {
      const [filter, scale, shift] = p.slice(3 * layer) as [JaxArray, JaxArray, JaxArray];
      const y = lax.convGeneralDilated(x, filter, [1, 1], samePadding);
      const mean = np.mean(y.ref, [0, 2, 3], { keepdims: true });
      const centred = y.sub(mean);
      const variance = np.mean(np.square(centred.ref), [0, 2, 3], { keepdims: true });
      const norm = centred.div(np.sqrt(variance.add(normEpsilon)));
      const active = nn.relu(norm.mul(perChannel(scale)).add(perChannel(shift)));
      x = pool(np, active);
    }
    const [head, bias] = p.slice(3 * convolutionalLayers) as [JaxArray, JaxArray];
    return np.matmul(x.reshape([x.shape[0]!, -1]), head).add(bias);
  };

/** 2 × 2 max pooling; an odd last row or column is dropped. */
function pool(np: typeof jaxjs.numpy, x: JaxArray): JaxArray {
  const [images, channels, height, width] = x.shape as [number, number, number, number];
  const [rows, columns] = [Math.floor(height / 2), Math.floor(width / 2)];
  const even = height % 2 === 0 && width % 2 === 0 ? x : x.slice([], [], [0, 2 * rows], [0, 2 * columns]);
  return np.max(even.reshape([images, channels, rows, 2, columns, 2]), [3, 5]);
}
