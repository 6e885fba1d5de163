/** @file A problem whose batches say where they came from: the batch of step t holds the positions t·n … t·n + n − 1. */
import { defineProblem, descend, hostArray, type Problem } from '@longhorizon/bilevel';
import { sgd } from '@longhorizon/nn';
import { add, gather, iota, mean, multiply, square, subtract, sum } from '@longhorizon/tensor';

export interface NumberedOptions {
  /** n */
  readonly batch: number;
  /** Steps that there are examples for. */
  readonly steps: number;
  readonly tasks?: number;
}

/** Every example is a number; w is fitted to the batch's mean plus λ. */
export function numberedBatches({ batch, steps, tasks }: NumberedOptions): Problem {
  const shape = tasks === undefined ? [batch] : [tasks, batch];
  const examples = Float64Array.from({ length: batch * steps }, (_, i) => Math.sin(i));
  const innerLoss: Problem['innerLoss'] = (w, lambda, given, positions) => {
    const target = mean(gather(given.examples!, positions!), -1);
    const weights = tasks === undefined ? sum(w) : sum(w, [-1]);
    return multiply(0.5, square(subtract(weights, add(target, sum(lambda)))));
  };
  return defineProblem({
    name: 'numbered-batches',
    title: 'the mean of a batch, moved by λ',
    d: 1,
    p: 1,
    ...(tasks === undefined ? {} : { tasks }),
    weightLength: 1,
    hyperparameterLength: 1,
    state: {},
    given: { examples: hostArray(examples) },
    initial: { weights: [0.3], hyperparameters: [0.2] },
    trainBatch: (_, step) => add(multiply(step, batch), iota(shape, shape.length - 1)),
    innerLoss,
    outerLoss: (w) => multiply(0.5, square(tasks === undefined ? sum(w) : sum(w, [-1]))),
    update: descend(() => sgd({ rate: 0.1 }), innerLoss),
  });
}
