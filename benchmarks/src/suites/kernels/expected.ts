/**
 * @file What every row should come to, in float64 on the host. Kernel rows are written out as plain loops; the networks go
 * through the tensor package's float64 interpreter, whose rules its own tests prove by differences.
 */
import { evaluate, input, type Tensor } from '@longhorizon/tensor';
import { horizonMomentum, horizonRate } from './horizon.ts';
import { inputsOf } from './inputs.ts';
import { elementsOf, networks } from './networks.ts';
import { descend, mamlGradient, type Parameters } from './peers/longhorizon-networks.ts';
import type {
  ConvolutionWork,
  DescentWork,
  KernelWork,
  MamlWork,
  MatmulWork,
  NamedArray,
  PointwiseWork,
  ReductionWork,
} from './work.ts';

/** The results of a work, in the order in which libraries give them; of hypergradients see hypergradients.ts. */
export function expectedOf(work: KernelWork): readonly Float64Array[] {
  const arrays = inputsOf(work);
  const values = arrays.map((array) => array.values);
  switch (work.kind) {
    case 'matmul':
      return [matmul(work, values)];
    case 'convolution':
      return [convolution(work, values)];
    case 'pointwise':
      return [pointwise(work, values)];
    case 'reduction':
      return [reduction(work, values[0]!)];
    case 'copy':
      return [Float64Array.from(values[0]!)];
    case 'horizon':
      return [horizon(work.steps, values)];
    case 'descent-step':
    case 'maml-gradient':
      return network(work, arrays);
  }
}

type Values = readonly Float32Array[];

function matmul({ batch, rows, inner, columns }: MatmulWork, [a, b]: Values): Float64Array {
  const result = new Float64Array(batch * rows * columns);
  for (let task = 0; task < batch; task++) {
    for (let row = 0; row < rows; row++) {
      const out = (task * rows + row) * columns;
      for (let k = 0; k < inner; k++) {
        const factor = a![(task * rows + row) * inner + k]!;
        const other = (task * inner + k) * columns;
        for (let column = 0; column < columns; column++)
          result[out + column]! += factor * b![other + column]!;
      }
    }
  }
  return result;
}

/** All three passes walk over the same products x · filter · y; each sums over what its result does not have. */
function convolution(work: ConvolutionWork, [first, second]: Values): Float64Array {
  const { pass, images, size, inChannels, outChannels } = work;
  const resultSize = {
    forward: images * size * size * outChannels,
    'input-gradient': images * size * size * inChannels,
    'filter-gradient': 9 * inChannels * outChannels,
  }[pass];
  const result = new Float64Array(resultSize);
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const y = ((image * size + row) * size + column) * outChannels;
        for (let place = 0; place < 9; place++) {
          const [r, c] = [row + Math.floor(place / 3) - 1, column + (place % 3) - 1];
          if (r < 0 || r >= size || c < 0 || c >= size) continue;
          const x = ((image * size + r) * size + c) * inChannels;
          for (let k = 0; k < inChannels; k++) {
            const filter = (place * inChannels + k) * outChannels;
            if (pass === 'forward') {
              const factor = first![x + k]!;
              for (let o = 0; o < outChannels; o++) result[y + o]! += factor * second![filter + o]!;
            } else if (pass === 'input-gradient') {
              let sum = 0;
              for (let o = 0; o < outChannels; o++) sum += first![y + o]! * second![filter + o]!;
              result[x + k]! += sum;
            } else {
              const factor = first![x + k]!;
              for (let o = 0; o < outChannels; o++) result[filter + o]! += factor * second![y + o]!;
            }
          }
        }
      }
    }
  }
  return result;
}

function pointwise({ expression, elements }: PointwiseWork, [a, b, c]: Values): Float64Array {
  const result = new Float64Array(elements);
  for (let k = 0; k < elements; k++) {
    result[k] = expression === 'add' ? a![k]! + b![k]! : a![k]! * b![k]! + Math.tanh(c![k]!);
  }
  return result;
}

function reduction({ over, rows, columns }: ReductionWork, x: Float32Array): Float64Array {
  const result = new Float64Array({ all: 1, rows, columns }[over]);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[{ all: 0, rows: row, columns: column }[over]]! += x[row * columns + column]!;
    }
  }
  return result;
}

function horizon(steps: number, [start, curvature]: Values): Float64Array {
  return Float64Array.from(start!, (value, k) => {
    let w = value;
    let velocity = 0;
    for (let step = 0; step < steps; step++) {
      velocity = horizonMomentum * velocity + curvature![k]! * w;
      w -= horizonRate * velocity;
    }
    return w;
  });
}

function network(work: DescentWork | MamlWork, arrays: readonly NamedArray[]): readonly Float64Array[] {
  const { parameters } = networks[work.network];
  const tensors = arrays.map(({ name, shape }) => input(shape, { name }));
  const p: Parameters = Object.fromEntries(parameters.map(({ name }, k) => [name, tensors[k]!]));
  const [x, labels, queryX, queryLabels] = tensors.slice(parameters.length) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const result =
    work.kind === 'descent-step'
      ? descend(work.network, p, x, labels)
      : mamlGradient(work.network, work.steps, p, [x, labels], [queryX, queryLabels]);
  const feeds = new Map(
    tensors.map((tensor, k) => [
      tensor,
      { shape: tensor.shape, dtype: tensor.dtype, data: Float64Array.from(arrays[k]!.values) },
    ]),
  );
  const values = evaluate(
    parameters.map(({ name }) => result[name]!),
    feeds,
  );
  return values.map(({ data }, k) => {
    if (data.length !== elementsOf(parameters[k]!.shape))
      throw new Error('internal: a result of another size.');
    return data;
  });
}
