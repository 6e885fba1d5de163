/** @file The order of things in one inner optimisation of a hyperparameter method. */
import type { Inner } from '../hyper/inner.ts';
import type { Algorithm } from '../hyper/method.ts';
import { type Action, execute } from '../workspace/workspace.ts';
import type { Meta } from './meta.ts';

export interface HyperSchedule {
  readonly inner: Inner;
  readonly algorithm: Algorithm;
}

/** From φ to w_T with λ frozen, then the hypergradient; as often as one hypergradient takes. */
export function* frozen(schedule: HyperSchedule, episode: number): Generator<Action> {
  const { algorithm, inner } = schedule;
  const { horizon } = inner;
  for (let pass = 0; pass < (algorithm.passes ?? 1); pass++) {
    yield* algorithm.begin?.({ episode, pass }) ?? [];
    yield execute(inner.restart, 0);
    for (let t = 1; t <= horizon; t++) yield* advance(schedule, t, t === horizon);
    yield* algorithm.hypergradient(horizon);
  }
}

/** From φ to w_T with the method's updates of λ, then the move of φ. */
export function* online(schedule: HyperSchedule, episode: number, meta: Meta): Generator<Action> {
  const { algorithm, inner } = schedule;
  yield* algorithm.begin?.({ episode, pass: 0 }) ?? [];
  yield execute(inner.restart, 0);
  for (let t = 1; t <= inner.horizon; t++) {
    const hyper = algorithm.updatesAfter?.(t) ?? t % meta.every === 0;
    yield* advance(schedule, t, hyper);
    if (!hyper) continue;
    yield* algorithm.hypergradient(t);
    yield meta.update(t);
  }
  yield* meta.move();
}

function* advance({ algorithm, inner }: HyperSchedule, t: number, hyper: boolean): Generator<Action> {
  yield* algorithm.before?.(t, hyper) ?? [];
  if (algorithm.step === undefined) yield execute(inner.step, t - 1);
  else yield* algorithm.step(t, hyper);
  yield* algorithm.after?.(t, hyper) ?? [];
}
