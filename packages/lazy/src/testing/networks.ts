/** @file A small convolutional network on pictures of made-up numbers: MAML with several tasks, and example weights for one. */
import { defineProblem, descend, hostArray, innerGradient, type Problem } from '@longhorizon/bilevel';
import { conv4, crossEntropy, type Optimiser, sgd } from '@longhorizon/nn';
import { add, mean, multiply, reshape, sum, type Tensor, vmap } from '@longhorizon/tensor';

const model = conv4({ classes: 3, inputShape: [6, 6, 1], filters: 3, layers: 1 });
const { layout } = model;
const pixels = 36;

/** Numbers from −1 to 1 without a pattern, the same every time. */
export const numbers = (count: number, first = 0): Float32Array =>
  Float32Array.from({ length: count }, (_, k) => Math.fround(Math.sin(1 + 12.9898 * (k + first) ** 1.1)));

const labels = (count: number) => Uint32Array.from({ length: count }, (_, k) => k % 3);

function lossesOf(w: Tensor, x: Tensor, y: Tensor): Tensor {
  const pictures = reshape(x, [...x.shape.slice(0, 2), 6, 6, 1]);
  return vmap((outputs: Tensor, own: Tensor) => crossEntropy(outputs, own))(
    model.apply(w, pictures).outputs,
    y,
  );
}

/** λ = θ is the start of all weights; 2 tasks of 6 pictures to learn from and 9 to be judged on. */
export function convolutionalMaml(optimiser: Optimiser = sgd({ rate: 0.1 })): Problem {
  const tasks = 2;
  const innerLoss: Problem['innerLoss'] = (w, _, given) => lossesOf(w, given.x!, given.y!);
  const shared = (count: number) =>
    hostArray([...labels(count), ...labels(count)], [tasks, count], { dtype: 'u32' });
  return defineProblem({
    name: 'convolutional-maml',
    title: 'the start of a small convolutional network',
    d: layout.size,
    p: layout.size,
    tasks,
    weightLength: layout.paddedLength,
    hyperparameterLength: layout.paddedLength,
    state: optimiser.state([tasks, layout.paddedLength]),
    given: {
      x: hostArray(numbers(tasks * 6 * pixels), [tasks, 6, pixels]),
      y: shared(6),
      queryX: hostArray(numbers(tasks * 9 * pixels, 5000), [tasks, 9, pixels]),
      queryY: shared(9),
    },
    initial: { hyperparameters: model.initialise(3, layout) },
    start: (lambda) => lambda,
    innerLoss,
    outerLoss: (w, _, given) => lossesOf(w, given.queryX!, given.queryY!),
    update: descend(() => optimiser, innerLoss),
  });
}

/** The rate of example weights below. */
export const weighingRate = 0.05;

/**
 * L2RW (Ren et al., ICML 2018): λ = ε, what is added to the weight 1 of each of 8 examples; a step descends along the sum of the
 * weighted losses; the outer loss is that of a balanced batch of 9.
 */
export function convolutionalWeights(): Problem {
  const examples = 8;
  const innerLoss: Problem['innerLoss'] = (w, lambda, given) => {
    const pictures = reshape(given.x!, [examples, 6, 6, 1]);
    const { outputs } = model.apply(w, pictures);
    return sum(multiply(add(1, lambda), crossEntropyOfEach(outputs, given.y!)));
  };
  return defineProblem({
    name: 'example-weights',
    title: 'a weight for each example',
    d: layout.size,
    p: examples,
    weightLength: layout.paddedLength,
    hyperparameterLength: examples,
    state: {},
    given: {
      x: hostArray(numbers(examples * pixels), [examples, pixels]),
      y: hostArray(labels(examples), [examples], { dtype: 'u32' }),
      queryX: hostArray(numbers(9 * pixels, 5000), [9, pixels]),
      queryY: hostArray(labels(9), [9], { dtype: 'u32' }),
    },
    initial: { weights: model.initialise(3, layout), hyperparameters: new Float32Array(examples) },
    innerLoss,
    outerLoss: (w, _, given) => {
      const { outputs } = model.apply(w, reshape(given.queryX!, [9, 6, 6, 1]));
      return mean(crossEntropyOfEach(outputs, given.queryY!));
    },
    update: ({ w, state }, lambda, given, batch, step) =>
      sgd({ rate: weighingRate }).update(w, innerGradient(innerLoss, w, lambda, given, batch), state, step),
  });
}

/** −log softmax at the label, for each example. */
function crossEntropyOfEach(outputs: Tensor, y: Tensor): Tensor {
  return vmap((one: Tensor, own: Tensor) => crossEntropy(reshape(one, [1, 3]), reshape(own, [1])))(
    outputs,
    y,
  );
}
