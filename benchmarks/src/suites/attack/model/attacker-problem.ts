/**
 * @file Learning an attacker as a bilevel problem: λ is where its weights start, a task is a source victim, the inner loss the squared error
 * of its guesses on some pictures, the outer loss that on others. Any method for learned starts meta-trains it.
 */
import { defineProblem, descend, hostArray, type Problem } from '@longhorizon/bilevel';
import { keyAt } from '@longhorizon/datasets';
import type { Model, Optimiser } from '@longhorizon/nn';
import { add, gather, mean, reshape, square, subtract, type Tensor } from '@longhorizon/tensor';
import { firstStep, streamOf } from '../../../problem-parts/batch-stream.ts';

export interface AttackerProblemOptions {
  readonly network: Model;
  /** Pictures from 0 to 1, [count · pixels]. The last fifth is for the outer loss. */
  readonly images: Float32Array;
  /** A source's gradient maps of these pictures, [count · pixels] each. */
  readonly maps: readonly Float32Array[];
  /** Pictures of an inner step, 25 when left out. */
  readonly support?: number;
  /** Pictures of the outer loss, 25 when left out. */
  readonly query?: number;
  readonly optimiser: Optimiser;
  readonly seed: number;
}

export function attackerProblem(options: AttackerProblemOptions): Problem {
  const { network, images, maps, support = 25, query = 25, optimiser, seed } = options;
  const tasks = maps.length;
  const pixels = network.outputs;
  const count = images.length / pixels;
  if (tasks === 0)
    throw new RangeError(
      'attacker: no source victims were given; an attacker is learned from the gradients of one or more.',
    );
  if (maps.some((map) => map.length !== images.length))
    throw new RangeError(
      `attacker: ${count} pictures have maps of ${maps.map((map) => map.length / pixels).join(', ')} pictures; give each source's map of every picture.`,
    );
  const held = Math.floor(count / 5);
  const { layout } = network;
  const side = network.inputShape;
  type Given = Parameters<Problem['innerLoss']>[2];
  /** Mean squared error of every task, [tasks], on pictures at positions [tasks, batch]. */
  const errors = (w: Tensor, given: Given, positions: Tensor): Tensor => {
    const batch = positions.shape[1]!;
    const x = reshape(gather(given.images!, positions), [tasks, batch, ...side]);
    const target = gather(given.maps!, positions, 1, { batched: true });
    const guess = network.apply(w, x).outputs;
    return mean(reshape(square(subtract(guess, target)), [tasks, batch * pixels]), 1);
  };
  const innerLoss: Problem['innerLoss'] = (w, _, given, positions) => errors(w, given, positions!);
  const stream = (of: string, examples: number, batch: number) =>
    streamOf({ key: keyAt(seed, { of }), examples, batch, tasks });
  const judged = stream('judged pictures', held, query);
  return defineProblem({
    name: 'attacker',
    title: `a start from which a network soon guesses the gradients of a victim, from ${tasks} source victims`,
    d: layout.size,
    p: layout.size,
    tasks,
    weightLength: layout.paddedLength,
    hyperparameterLength: layout.paddedLength,
    state: optimiser.state([tasks, layout.paddedLength]),
    given: {
      images: hostArray(images, [count, pixels]),
      maps: hostArray(
        Float32Array.from(
          { length: tasks * images.length },
          (_, place) => maps[Math.floor(place / images.length)]![place % images.length]!,
        ),
        [tasks, count, pixels],
      ),
      ...firstStep(),
    },
    initial: { hyperparameters: network.initialise(seed) },
    start: (lambda) => lambda,
    trainBatch: stream('pictures', count - held, support),
    validationBatch: (given, step) => add(judged(given, step), count - held),
    innerLoss,
    outerLoss: innerLoss,
    update: descend(() => optimiser, innerLoss),
  });
}
