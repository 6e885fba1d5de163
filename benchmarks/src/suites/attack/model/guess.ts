import { hostArray } from '@longhorizon/bilevel';
import type { Variable, Workspace } from '@longhorizon/bilevel/authoring';
import { adam } from '@longhorizon/nn';
import {
  broadcastTo,
  equal,
  gather,
  grad,
  mean,
  reshape,
  select,
  square,
  stepIndex,
  subtract,
  sum,
  type Tensor,
} from '@longhorizon/tensor';
import type { Attacker } from './attack-options.ts';

/** The network of every picture: its weights, its guess, and the step that fits it to differences. */
export function declareGuess(workspace: Workspace, attacker: Attacker, x: Tensor, side: number) {
  const { network, start, fitRate = 0.01 } = attacker;
  const [count, pixels] = x.shape as [number, number];
  const length = network.layout.paddedLength;
  const first = workspace.variable('start of the attacker', [length], {
    class: 'weights',
    initial: hostArray(start),
  });
  const shape = [count, length];
  const w = workspace.variable('attackers', shape, { class: 'weights' });
  const optimiser = adam({ rate: fitRate });
  const state = {
    first: workspace.variable('first moment of attackers', shape, { class: 'optimiser state' }),
    second: workspace.variable('second moment of attackers', shape, { class: 'optimiser state' }),
  };
  const guessAt = (weights: Tensor): Tensor =>
    reshape(network.apply(weights, reshape(x, [count, 1, side, side, 1])).outputs, [count, pixels]);
  // Worked out by a computation of its own: three others read it, and would each be compiled with the whole network.
  const guess = workspace.variable('guess', [count, pixels]);
  return {
    guess,
    work: workspace.computation('guess', [[guess, guessAt(w.tensor)]]),
    restart: [[w, broadcastTo(first.tensor, shape)]] as const,
    fit: (chosen: Tensor, targets: Tensor) => {
      const loss = (weights: Tensor) => {
        const guessed = gather(guessAt(weights), chosen, 1, { batched: true });
        return sum(mean(square(subtract(guessed, targets)), 1));
      };
      const gradient = grad(loss)(w.tensor) as Tensor;
      // Adam starts anew with every estimate, as in the released code, which makes an optimiser each time.
      const fresh = equal(stepIndex(), 0);
      const kept = (variable: Variable) => select(fresh, 0, variable.tensor);
      const next = optimiser.update(
        w.tensor,
        gradient,
        { first: kept(state.first), second: kept(state.second) },
        stepIndex(),
      );
      return workspace.computation('fit', [
        [w, next.w],
        [state.first, next.state.first],
        [state.second, next.state.second],
      ]);
    },
  };
}
