/** @file The computations of an attack: ask the victim, take differences, move the pictures. */
import { hostArray } from '@longhorizon/bilevel';
import type { Variable, Workspace } from '@longhorizon/bilevel/authoring';
import { adam } from '@longhorizon/nn';
import {
  absolute,
  add,
  broadcastTo,
  cast,
  divide,
  equal,
  foldIn,
  gather,
  greater,
  iota,
  less,
  log,
  maximum,
  mean,
  minimum,
  multiply,
  randomKey,
  reshape,
  segmentSum,
  select,
  sqrt,
  square,
  stepIndex,
  subtract,
  sum,
  type Tensor,
  tanh,
  uniform,
} from '@longhorizon/tensor';
import type { AttackOptions } from './attack-options.ts';
import { declareGuess } from './guess.ts';
import { placesOfLargest } from './largest.ts';
import { margin } from './margin.ts';
import { logits } from './victims.ts';

/** How far pictures are kept from 0 and 1, where tanh is flat. */
const margins = 1e-3;

/** The variables and computations of an attack. */
export type Declared = ReturnType<typeof declare>;

export function declare(workspace: Workspace, options: AttackOptions) {
  const { pictures, victim, attacker, coordinates: q, seed } = options;
  const { weight = 1, difference = 1e-3 } = options;
  const { images, labels } = pictures;
  const count = labels.length;
  const pixels = images.length / count;
  const perPixel = [count, pixels];
  const variable = (name: string, shape: readonly number[], from?: ArrayLike<number>) =>
    workspace.variable(name, shape, from === undefined ? {} : { initial: hostArray(from, shape) });
  const x0 = variable('x⁰', perPixel, images);
  const y = workspace.variable('labels', [count], { initial: hostArray(labels, [count], { dtype: 'u32' }) });
  const victimWeights = variable('victim', [victim.weights.length], victim.weights);
  const z = variable('z', perPixel);
  const active = variable('active', [count]);
  const succeeded = variable('succeeded', [count]);
  const queries = workspace.variable('queries', [count], { dtype: 'u32' });
  const distance = variable('distance', [count]);
  const value = variable('margin', [count]);
  const chosen = workspace.variable('coordinates', [count, q], { dtype: 'u32' });
  const differences = variable('differences', [count, q]);
  const moments = { first: variable('first moment', perPixel), second: variable('second moment', perPixel) };
  const steps = variable('steps of Adam', perPixel);

  const x = multiply(0.5, add(1, tanh(z.tensor)));
  const column = (values: Tensor, width = pixels) => broadcastTo(reshape(values, [count, 1]), [count, width]);
  const isActive = equal(active.tensor, 1);
  const marginOf = (at: Tensor, classes: Tensor) =>
    margin(logits(victim.model, victimWeights.tensor, at), classes);

  const clipped = minimum(maximum(x0.tensor, margins), 1 - margins);
  const zero = (of: Variable) => [of, multiply(of.tensor, 0)] as const;
  const network = attacker === undefined ? undefined : declareGuess(workspace, attacker, x, pictures.side);
  const begin = workspace.computation('begin', [
    [z, multiply(0.5, log(divide(clipped, subtract(1, clipped))))],
    [active, add(multiply(active.tensor, 0), 1)],
    ...[succeeded, queries, distance, moments.first, moments.second, steps].map(zero),
    ...(network?.restart ?? []),
  ]);

  const now = marginOf(x, y.tensor);
  const falls = multiply(active.tensor, cast(less(now, 0), 'f32'));
  const ask = workspace.computation('ask', [
    [value, now],
    [queries, add(queries.tensor, cast(active.tensor, 'u32'))],
    [distance, select(isActive, sqrt(sum(square(subtract(x, x0.tensor)), 1)), distance.tensor)],
    [succeeded, maximum(succeeded.tensor, falls)],
    [active, subtract(active.tensor, falls)],
  ]);

  // Differences go inwards, so that no pixel leaves [0, 1].
  const scores =
    network === undefined
      ? uniform(foldIn(randomKey(seed), stepIndex()), perPixel)
      : absolute(network.guess.tensor);
  const places = placesOfLargest(scores, q);
  const isChosen = equal(
    broadcastTo(reshape(places, [count, q, 1]), [count, q, pixels]),
    iota([count, q, pixels], 2),
  );
  const at = gather(x, places, 1, { batched: true });
  const step = select(greater(at, 0.5), -difference, difference);
  const spread = (values: Tensor) => broadcastTo(reshape(values, [count, q, 1]), [count, q, pixels]);
  const moved = add(
    broadcastTo(reshape(x, [count, 1, pixels]), [count, q, pixels]),
    select(isChosen, spread(step), 0),
  );
  const labelsOfAll = reshape(broadcastTo(reshape(y.tensor, [count, 1]), [count, q]), [count * q]);
  const answers = reshape(marginOf(reshape(moved, [count * q, pixels]), labelsOfAll), [count, q]);
  const raw = divide(subtract(answers, column(value.tensor, q)), step);
  const estimate = workspace.computation('estimate', [
    [chosen, places],
    [differences, raw],
    [queries, add(queries.tensor, multiply(cast(active.tensor, 'u32'), q))],
  ]);

  // A map of unit deviation has Σ ĝ² = pixels; the differences are scaled as if the others were 0.
  const power = sum(square(differences.tensor), 1);
  const scale = sqrt(divide(pixels, select(equal(power, 0), 1, power)));
  const targets = multiply(differences.tensor, column(scale, q));
  const ofAll = (values: Tensor): Tensor =>
    reshape(segmentSum(reshape(values, [count, q, 1]), chosen.tensor, pixels), perPixel);
  const wasChosen = greater(ofAll(add(multiply(targets, 0), 1)), 0);

  const optimiser = adam({ rate: options.rate });
  const move = (name: string, gradient: Tensor, moves: Tensor) => {
    const along = multiply(
      add(multiply(weight, gradient), multiply(2, subtract(x, x0.tensor))),
      multiply(2, multiply(x, subtract(1, x))),
    );
    // Every coordinate counts its own steps, so that one that is rarely chosen is corrected for its own age.
    const next = optimiser.update(
      z.tensor,
      along,
      { first: moments.first.tensor, second: moments.second.tensor },
      steps.tensor,
    );
    const keep = (after: Tensor, before: Variable) => [before, select(moves, after, before.tensor)] as const;
    return workspace.computation(name, [
      keep(next.w, z),
      keep(next.state.first, moments.first),
      keep(next.state.second, moments.second),
      keep(add(steps.tensor, 1), steps),
    ]);
  };
  const all = equal(column(active.tensor), 1);
  const both = greater(multiply(cast(all, 'f32'), cast(wasChosen, 'f32')), 0);
  const moveByDifferences =
    network === undefined
      ? move('move along differences', ofAll(targets), both)
      : move(
          'move along guess and differences',
          select(wasChosen, ofAll(targets), network.guess.tensor),
          all,
        );
  const moveByGuess = network === undefined ? undefined : move('move along guess', network.guess.tensor, all);
  const fit = network?.fit(chosen.tensor, targets);
  const error =
    network === undefined
      ? undefined
      : mean(square(subtract(gather(network.guess.tensor, chosen.tensor, 1, { batched: true }), targets)));
  return {
    active,
    succeeded,
    queries,
    distance,
    differences,
    chosen,
    error,
    computations: { begin, ask, guess: network?.work, estimate, fit, moveByDifferences, moveByGuess },
  };
}
