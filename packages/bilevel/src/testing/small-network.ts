/**
 * @file A bilevel problem with everything that the analytic ones lack: a network, mini-batches drawn by step, several tasks, λ in both
 * losses, and any optimiser.
 */
import { adam, momentum, type Optimiser, sgd } from '@longhorizon/nn';
import {
  add,
  exp,
  foldIn,
  gather,
  matmul,
  mean,
  multiply,
  randomIntegers,
  randomKey,
  reshape,
  slice,
  square,
  subtract,
  sum,
  type Tensor,
  tanh,
} from '@longhorizon/tensor';
import { hostArray } from '../problem/host-array.ts';
import { defineProblem, descend, type Problem } from '../problem/problem.ts';
import { evenNumbers } from '../problems/sequence.ts';

const sizes = { inputs: 3, hidden: 4, examples: 12, batch: 5 };
const d = sizes.inputs * sizes.hidden + sizes.hidden;

export const optimisers: Readonly<Record<string, () => Optimiser>> = {
  sgd: () => sgd({ rate: 0.1, weightDecay: 0.01 }),
  momentum: () => momentum({ rate: 0.1, momentum: 0.9, weightDecay: 0.01 }),
  adam: () => adam({ rate: 0.05 }),
};

/** Regression by a small network; λ weighs the hidden units' penalties in the inner loss and shifts the outputs in both. */
export function smallNetwork(optimiser: Optimiser, tasks?: number): Problem {
  const taskCount = tasks ?? 1;
  const shape = tasks === undefined ? [d] : [tasks, d];
  const predict = (w: Tensor, lambda: Tensor, x: Tensor): Tensor => {
    const count = x.shape[1]!;
    const all = reshape(w, [taskCount, d]);
    const first = reshape(slice(all, [0, 0], [taskCount, sizes.inputs * sizes.hidden]), [
      taskCount,
      sizes.inputs,
      sizes.hidden,
    ]);
    const second = reshape(slice(all, [0, sizes.inputs * sizes.hidden], [taskCount, d]), [
      taskCount,
      sizes.hidden,
      1,
    ]);
    const output = reshape(matmul(tanh(matmul(x, first)), second), [taskCount, count]);
    return add(output, reshape(slice(lambda, [sizes.hidden], [sizes.hidden + 1]), [1, 1]));
  };
  const perTask = (losses: Tensor) => (tasks === undefined ? reshape(losses, []) : losses);
  const drawn = (data: Tensor, batch: Tensor) => gather(data, batch, 1, { batched: true });
  const innerLoss: Problem['innerLoss'] = (w, lambda, given, batch) => {
    const x = drawn(given.x!, batch!);
    const y = drawn(given.y!, batch!);
    const penalty = exp(slice(lambda, [0], [sizes.hidden]));
    const second = slice(reshape(w, [taskCount, d]), [0, sizes.inputs * sizes.hidden], [taskCount, d]);
    const decay = multiply(0.05, sum(multiply(reshape(penalty, [1, sizes.hidden]), square(second)), 1));
    return perTask(add(mean(square(subtract(predict(w, lambda, x), y)), 1), decay));
  };
  return defineProblem({
    name: 'small network',
    title: 'regression by a small network',
    d,
    p: sizes.hidden + 1,
    ...(tasks === undefined ? {} : { tasks }),
    weightLength: d,
    hyperparameterLength: sizes.hidden + 1,
    state: optimiser.state(shape),
    given: {
      x: hostArray(evenNumbers(taskCount * sizes.examples * sizes.inputs, -1, 1), [
        taskCount,
        sizes.examples,
        sizes.inputs,
      ]),
      y: hostArray(evenNumbers(taskCount * sizes.examples, -1, 1, 500), [taskCount, sizes.examples]),
      xVal: hostArray(evenNumbers(taskCount * 6 * sizes.inputs, -1, 1, 900), [taskCount, 6, sizes.inputs]),
      yVal: hostArray(evenNumbers(taskCount * 6, -1, 1, 1300), [taskCount, 6]),
    },
    initial: {
      weights: evenNumbers(d, -0.7, 0.7, 40),
      hyperparameters: evenNumbers(sizes.hidden + 1, -0.5, 0.5, 80),
    },
    trainBatch: (_, step) =>
      randomIntegers(foldIn(randomKey(7), step), [taskCount, sizes.batch], sizes.examples),
    innerLoss,
    outerLoss: (w, lambda, given) =>
      perTask(mean(square(subtract(predict(w, lambda, given.xVal!), given.yVal!)), 1)),
    update: descend(() => optimiser, innerLoss),
  });
}
