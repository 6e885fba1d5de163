/**
 * @file The distilled point: w*_t, and D*_t where there are batches. Variables that follow the inner optimisation forwards (Eq. 13, 14) or
 * its line backwards (Eq. 17, 18).
 */
import type { Carry } from '@longhorizon/bilevel';
import type { Inner, Variable } from '@longhorizon/bilevel/authoring';
import {
  add,
  foldIn,
  greater,
  multiply,
  randomKey,
  select,
  stepIndex,
  subtract,
  type Tensor,
} from '@longhorizon/tensor';
import { dependsOn } from '@longhorizon/tensor/compiler';
import { mixBatches, type Rounding } from './mixed-batch.ts';

export interface DistilledPoint {
  /** w*, with those parts of the optimiser's state that v_t depends on. */
  readonly at: Carry<Tensor>;
  /** D*, undefined where every step sees all data. */
  readonly batch: Tensor | undefined;
  /** What puts it into its variables. */
  readonly updates: readonly (readonly [Variable, Tensor])[];
}

/** What joins the distilled point next. */
export interface NewPoint {
  readonly at: Carry<Tensor>;
  readonly batch: Tensor | undefined;
  /** Share of what was there, f32 []. */
  readonly kept: Tensor;
  /** Name of the random numbers: forwards and backwards draw different ones. */
  readonly stream: 'forwards' | 'backwards';
}

export interface RunningPoint {
  /** Variables of w*, then of the states that are averaged with it. */
  readonly variables: readonly Variable[];
  /** The variable of D*. */
  readonly batchSlot: Variable | undefined;
  /** The distilled point after a new one has joined. */
  joined(point: NewPoint): DistilledPoint;
}

export interface RunningPointOptions {
  readonly rounding: Rounding;
  readonly seed: number;
  /** Counts inner optimisations, so that each draws its own subsamples. */
  readonly episode: Tensor;
}

export function declareRunningPoint(inner: Inner, options: RunningPointOptions): RunningPoint {
  const { workspace, carry } = inner;
  const w = workspace.variable('w*', carry.w.shape, { class: 'trajectory' });
  const states = new Map<string, Variable>(
    statesInProduct(inner).map((name) => [
      name,
      workspace.variable(`${name}*`, carry.state[name]!.shape, { class: 'trajectory' }),
    ]),
  );
  const example = inner.trainBatch();
  const batchSlot =
    example === undefined
      ? undefined
      : workspace.variable('D*', example.shape, { dtype: example.dtype, class: 'data' });
  const key = randomKey(options.seed);
  return {
    variables: [w, ...states.values()],
    batchSlot,
    joined: ({ at, batch, kept, stream }) => {
      // The first point is taken as it is: 0 · w* is no number when w* is none.
      const isLater = greater(kept, 0);
      const mean = (variable: Variable, fresh: Tensor) =>
        select(isLater, add(multiply(kept, variable.tensor), multiply(subtract(1, kept), fresh)), fresh);
      const updates: [Variable, Tensor][] = [[w, mean(w, at.w)]];
      const state: Record<string, Tensor> = { ...at.state };
      for (const [name, variable] of states) {
        state[name] = mean(variable, at.state[name]!);
        updates.push([variable, state[name]]);
      }
      let mixed: Tensor | undefined;
      if (batchSlot !== undefined) {
        const own = foldIn(foldIn(key, options.episode, stream), stepIndex(), 'step');
        mixed = mixBatches(batchSlot.tensor, batch!, kept, own, options.rounding);
        updates.push([batchSlot, mixed]);
      }
      return { at: { w: updates[0]![1], state }, batch: mixed, updates };
    },
  };
}

/**
 * The arrays of the optimiser's state that αB reads: none where λ enters the loss, the velocity where λ is a learning rate. They
 * are averaged as w is, for the same reason: so that S_t v_t is the discounted sum wherever B is affine.
 */
function statesInProduct(inner: Inner): string[] {
  const { carry } = inner;
  const { B } = inner.weightProducts(inner.pointOf(carry), carry.w.tensor);
  return Object.entries(carry.state)
    .filter(([, { dtype, tensor }]) => dtype === 'f32' && dependsOn([B], [tensor]))
    .map(([name]) => name);
}
