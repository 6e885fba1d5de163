/** @file The numbers that every library is given: the same in every process, made from the row and nothing else. */
import { horizonSize } from './horizon.ts';
import { elementsOf, networks } from './networks.ts';
import { sineWaveInputs } from './sine-waves.ts';
import { filterSize, type HypergradientWork, type NamedArray, type NetworkName, type Work } from './work.ts';

/** Uniform numbers by a linear congruential generator, whose state is hashed (Wellons' lowbias32) before use. */
function uniformArray(count: number, seed: number, low: number, high: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(count);
  let state = Math.imul(seed + 1, 0x9e3779b9);
  for (let k = 0; k < count; k++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    let bits = state ^ (state >>> 16);
    bits = Math.imul(bits, 0x7feb352d);
    bits ^= bits >>> 15;
    values[k] = low + ((high - low) * (bits >>> 8)) / 2 ** 24;
  }
  return values;
}

const named = (name: string, shape: readonly number[], seed: number, low = -1, high = 1): NamedArray => ({
  name,
  shape,
  values: uniformArray(elementsOf(shape), seed, low, high),
});

/** The operands of a work, in the order of its mathematics; images are [N, height, width, channels]. */
export function inputsOf(work: Work): readonly NamedArray[] {
  switch (work.kind) {
    case 'matmul': {
      const batch = work.batch === 1 ? [] : [work.batch];
      return [
        named('a', [...batch, work.rows, work.inner], 1),
        named('b', [...batch, work.inner, work.columns], 2),
      ];
    }
    case 'convolution': {
      const { images, size, inChannels, outChannels } = work;
      const x = named('x', [images, size, size, inChannels], 1);
      const filter = named('filter', [filterSize, filterSize, inChannels, outChannels], 2);
      const y = named('y', [images, size, size, outChannels], 3);
      return { forward: [x, filter], 'input-gradient': [y, filter], 'filter-gradient': [x, y] }[work.pass];
    }
    case 'pointwise':
      return ['a', 'b', 'c']
        .slice(0, work.expression === 'add' ? 2 : 3)
        .map((name, k) => named(name, [work.elements], k + 1));
    case 'reduction':
      // Of one sign, so that the sum is not a small difference of large numbers.
      return [named('x', [work.rows, work.columns], 1, 0, 1)];
    case 'copy':
      return [named('x', [work.elements], 1)];
    case 'descent-step':
      return [...parametersOf(work.network), ...batchOf(work.network, 'support', 101)];
    case 'maml-gradient':
      return [
        ...parametersOf(work.network),
        ...batchOf(work.network, 'support', 101),
        ...batchOf(work.network, 'query', 102),
      ];
    case 'hypergradient':
      return work.problem === 'sine' ? sineWaveInputs(work) : hypergradientInputs(work);
    case 'horizon':
      return [named('start', [horizonSize], 1), named('curvature', [horizonSize], 2, 0.5, 1.5)];
  }
}

/** The numbers of the quadratics of `@longhorizon/bilevel`: curvature, start, λ and the goal of the outer loss; of `rates` the minimum as well. */
function hypergradientInputs({
  problem,
  weights,
  hyperparameters,
}: HypergradientWork): readonly NamedArray[] {
  const curvature = named('curvature', [weights], 1, 0.01, 1);
  const start = named('start', [weights], 2, -2, 2);
  const goal = named('goal', [weights], 4);
  const p = [hyperparameters];
  if (problem === 'tracking') return [curvature, start, named('targets', p, 3, -2, 2), goal];
  return [curvature, named('minimum', [weights], 5), start, named('rates', p, 3, 0.05, 0.15), goal];
}

/** Weights uniform with the variance 2 / fan-in; scales 1; shifts and biases 0. */
function parametersOf(network: NetworkName): readonly NamedArray[] {
  return networks[network].parameters.map(({ name, shape }, k) => {
    if (shape.length > 1) {
      const reach = Math.sqrt(6 / elementsOf(shape.slice(0, -1)));
      return named(name, shape, k + 1, -reach, reach);
    }
    return {
      name,
      shape,
      values: new Float32Array(elementsOf(shape)).fill(name.startsWith('scale') ? 1 : 0),
    };
  });
}

/** Inputs in [0, 1) and one-hot labels that go round. */
function batchOf(network: NetworkName, name: string, seed: number): readonly NamedArray[] {
  const { batch, classes } = networks[network];
  const count = batch[0]!;
  if (network === 'sine') {
    const x = named(`${name} inputs`, batch, seed, -5, 5);
    return [x, { name: `${name} values`, shape: batch, values: x.values.map(Math.sin) }];
  }
  const labels = new Float32Array(count * classes);
  for (let example = 0; example < count; example++) labels[example * classes + (example % classes)] = 1;
  return [
    named(`${name} inputs`, batch, seed, 0, 1),
    { name: `${name} labels`, shape: [count, classes], values: labels },
  ];
}
