import { relu, type Tensor } from '@longhorizon/tensor';
import { activation as activationBlock, type Block, sequence } from '../blocks/block.ts';
import { denseBlock } from '../blocks/layer-blocks.ts';
import type { Initialiser } from '../initial/initialisers.ts';
import { Model } from './model.ts';

/** Options of a perceptron: activation and initial values. */
export interface PerceptronOptions {
  /** Between layers; relu when left out. */
  readonly activation?: (x: Tensor) => Tensor;
  /** Of weights; PyTorch's default when left out. */
  readonly initial?: Initialiser;
  /** Of biases; PyTorch's default when left out. */
  readonly biasInitial?: Initialiser;
  readonly name?: string;
  readonly source?: string;
}

/**
 * A perceptron: dense layers `layer1`, `layer2`, …, the last of which is the head.
 *
 * @param sizes of the input, each hidden layer and the output
 *
 * @example
 * ```ts
 * import { perceptron } from '@longhorizon/nn';
 *
 * const model = perceptron([4, 8, 3]);
 * console.assert(model.outputs === 3 && model.parameters.length === 4); // two layers, weight and bias each
 * ```
 */
export function perceptron(sizes: readonly number[], options: PerceptronOptions = {}): Model {
  if (sizes.length < 2)
    throw new RangeError(
      `perceptron: sizes of [${sizes.join(', ')}] make no layer; give those of the input, the hidden layers and the output.`,
    );
  const { activation = relu, name = `perceptron ${sizes.join('-')}`, initial, biasInitial } = options;
  const start = {
    ...(initial === undefined ? {} : { initial }),
    ...(biasInitial === undefined ? {} : { biasInitial }),
  };
  const last = sizes.length - 1;
  const blocks: Block[] = [];
  for (let layer = 1; layer < last; layer++)
    blocks.push(
      denseBlock(`layer${layer}`, sizes[layer - 1]!, sizes[layer]!, start),
      activationBlock(activation),
    );
  return new Model({
    name,
    source: options.source ?? 'a plain multilayer perceptron',
    inputShape: sizes.slice(0, 1),
    outputs: sizes.at(-1)!,
    body: sequence(...blocks),
    head: denseBlock(`layer${last}`, sizes[last - 1]!, sizes[last]!, { ...start, part: 'head' }),
  });
}

/** The sinusoid regressor 1-40-40-1 with rectifiers: 1,761 parameters. */
export function sinusoidPerceptron40(): Model {
  return perceptron([1, 40, 40, 1], {
    name: 'sinusoid 1-40-40-1',
    source: 'Finn, Abbeel and Levine, "Model-agnostic meta-learning" (ICML 2017), section 5.1',
  });
}

/** The sinusoid regressor 1-100-100-100-1 with rectifiers: 20,501 parameters. */
export function sinusoidPerceptron100(): Model {
  return perceptron([1, 100, 100, 100, 1], {
    name: 'sinusoid 1-100-100-100-1',
    source:
      'Lee et al., "Online hyperparameter meta-learning with hypergradient distillation" (ICLR 2022), appendix G',
  });
}

/** Logistic regression, softmax for more than two classes: one dense layer, all of it the head. */
export function logisticRegression(features: number, classes: number): Model {
  return perceptron([features, classes], {
    name: `logistic regression ${features}-${classes}`,
    source: 'multinomial logistic regression',
  });
}
