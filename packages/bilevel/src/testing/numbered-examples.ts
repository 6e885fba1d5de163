/**
 * @file Tasks whose batches can be told apart: step k is trained on example k, and judged on example 100 + k, each a target of ½(w − x)². What a
 * method did with which batch can be read from φ.
 */
import { sgd } from '@longhorizon/nn';
import {
  add,
  constant,
  gather,
  multiply,
  onesLike,
  reshape,
  square,
  subtract,
  sum,
  vjp,
} from '@longhorizon/tensor';
import { defineTaskGroup, defineTaskSet, type TaskGroup, type TaskSet } from '../init/task-set.ts';
import { hostArray } from '../problem/host-array.ts';
import type { GivenTensors } from '../problem/problem.ts';

const examples = 200;

/** The target of an example. */
export const target = (example: number): number => Math.sin(example);

/** One task of one weight. @param withValidation false: it has no examples to be judged on */
export function numberedExamples(rate: number, withValidation = true): TaskSet {
  const optimiser = sgd({ rate });
  const example = (_: unknown, step: ReturnType<typeof constant>) => reshape(step, [1]);
  const loss: TaskGroup['loss'] = (w, { x }: GivenTensors, batch) =>
    multiply(0.5, reshape(square(subtract(w, reshape(gather(x!, batch!, 0), [1, 1]))), [1]));
  const group = defineTaskGroup({
    name: 'numbered',
    tasks: 1,
    weightLength: 1,
    d: 1,
    state: {},
    given: { x: hostArray(Array.from({ length: examples }, (_, k) => target(k))) },
    heads: () => [],
    trainBatch: example,
    ...(withValidation
      ? { validationBatch: (given: GivenTensors, step) => example(given, add(step, constant(100, 'u32'))) }
      : {}),
    loss,
    update: ({ w, state }, given, batch, step) => {
      const total = sum(loss(w, given, batch));
      const [gradient] = vjp([total], [w], [onesLike(total)]);
      return { w: optimiser.update(w, gradient!, {}, step).w, state };
    },
  });
  return defineTaskSet({
    name: 'numbered',
    title: 'one weight',
    bodyLength: 1,
    p: 1,
    initial: [0],
    groups: [group],
  });
}
