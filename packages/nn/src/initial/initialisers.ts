/**
 * @file What parameters start from. An initialiser is a graph of random ops under a key; `initialise` (initialise.ts) works it
 * out on the host.
 *
 * Sources: Kaiming: He, Zhang, Ren and Sun, "Delving deep into rectifiers" (ICCV 2015), equations 10 and 14. Xavier: Glorot
 * and Bengio, "Understanding the difficulty of training deep feedforward neural networks" (AISTATS 2010), equations 12 and
 * 16. The default of PyTorch's linear and convolution layers: uniform within ±1/√fan_in, weights and biases alike.
 */
import {
  array,
  broadcastTo,
  constant,
  elementCount,
  normal,
  type Shape,
  ShapeError,
  type Tensor,
  uniform,
} from '@longhorizon/tensor';
import { showShape } from '@longhorizon/tensor/compiler';

/** Connections of one unit: `in` numbers are summed for one result, one input goes into `out` results. */
export interface Fan {
  readonly in: number;
  readonly out: number;
}

/** A rule for start values of a parameter, in words and as a graph. */
export interface Initialiser {
  /** The rule with its numbers. */
  readonly doc: string;
  /** Start values of a parameter: a graph without inputs. */
  readonly sample: (key: Tensor, shape: Shape, fan: Fan) => Tensor;
}

/** The fan of a weight [in, out] or of filters [height, width, in, out]. */
export function fanOf(shape: Shape): Fan {
  if (shape.length < 2)
    throw new ShapeError(
      `fanOf: ${showShape(shape)} is neither a weight [in, out] nor filters [height, width, in, out]; give the fan itself.`,
    );
  const [inputs, outputs] = shape.slice(-2) as [number, number];
  const window = elementCount(shape.slice(0, -2));
  return { in: window * inputs, out: window * outputs };
}

const symmetric = (key: Tensor, shape: Shape, bound: number) => uniform(key, shape, -bound, bound);

/** The same number everywhere. */
export function fill(value: number): Initialiser {
  return { doc: `${value}`, sample: (_, shape) => broadcastTo(constant(value), shape) };
}

/** Start values 0. */
export const zeros = fill(0);
/** Start values 1. */
export const ones = fill(1);

/** Uniform within ±1/√fan_in: what PyTorch gives weights and biases of linear and convolution layers. */
export const uniformFanIn: Initialiser = {
  doc: 'uniform within ±1/√fan_in (the default of PyTorch)',
  sample: (key, shape, fan) => symmetric(key, shape, 1 / Math.sqrt(fan.in)),
};

/** Options of the Kaiming initialisers. */
export interface KaimingOptions {
  /** Whether activations (`in`, the default) or gradients (`out`) keep their size. */
  readonly fan?: 'in' | 'out';
  /** √2, the default, is for rectifiers; 1 for linear layers. */
  readonly gain?: number;
}

/** Normal with deviation gain/√fan. */
export function kaimingNormal({ fan = 'in', gain = Math.SQRT2 }: KaimingOptions = {}): Initialiser {
  return {
    doc: `normal with deviation ${gain}/√fan_${fan} (Kaiming)`,
    sample: (key, shape, fans) => normal(key, shape, 0, gain / Math.sqrt(fans[fan])),
  };
}

/** Uniform within ±gain·√(3/fan). */
export function kaimingUniform({ fan = 'in', gain = Math.SQRT2 }: KaimingOptions = {}): Initialiser {
  return {
    doc: `uniform within ±${gain}·√(3/fan_${fan}) (Kaiming)`,
    sample: (key, shape, fans) => symmetric(key, shape, gain * Math.sqrt(3 / fans[fan])),
  };
}

/** Normal with deviation gain·√(2/(fan_in + fan_out)). */
export function xavierNormal(gain = 1): Initialiser {
  return {
    doc: `normal with deviation ${gain}·√(2/(fan_in + fan_out)) (Xavier)`,
    sample: (key, shape, fan) => normal(key, shape, 0, gain * Math.sqrt(2 / (fan.in + fan.out))),
  };
}

/** Uniform within ±gain·√(6/(fan_in + fan_out)). */
export function xavierUniform(gain = 1): Initialiser {
  return {
    doc: `uniform within ±${gain}·√(6/(fan_in + fan_out)) (Xavier)`,
    sample: (key, shape, fan) => symmetric(key, shape, gain * Math.sqrt(6 / (fan.in + fan.out))),
  };
}

/** Normal with a given deviation. */
export function normalOf(deviation: number): Initialiser {
  return {
    doc: `normal with deviation ${deviation}`,
    sample: (key, shape) => normal(key, shape, 0, deviation),
  };
}

/** Filters that hand their input on: 1 at the centre from each channel to itself, else 0. */
export const identityFilter: Initialiser = {
  doc: 'the identity: 1 at the centre from each channel to itself, else 0',
  sample: (_, shape) => {
    const [height, width, inputs, outputs] = shape as readonly [number, number, number, number];
    const centre = Math.floor(height / 2) * width + Math.floor(width / 2);
    const values = new Float64Array(elementCount(shape));
    for (let channel = 0; channel < Math.min(inputs, outputs); channel++)
      values[(centre * inputs + channel) * outputs + channel] = 1;
    return array(values, shape);
  },
};
