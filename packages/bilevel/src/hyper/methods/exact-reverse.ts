/** @file RMD: exact reverse mode through the whole horizon, the oracle that other methods are measured against. */
import {
  add,
  type Device,
  DeviceArray,
  type MemoryPolicy,
  mean,
  ReverseLoop,
  type ReverseRequest,
  type StateSpec,
  state as stateSpec,
  stepIndex,
  type Tensor,
} from '@longhorizon/tensor';
import { leavesOf, Sequencer } from '@longhorizon/tensor/compiler';
import { type Carry, type TakenGradient, tracingGradients } from '../../problem/problem.ts';
import { addCounts, noCounts } from '../../workspace/counts.ts';
import type { DeviceEngine } from '../../workspace/device-engine.ts';
import { type Computation, execute, type Variable } from '../../workspace/workspace.ts';
import { type Inner, mapRecord } from '../inner.ts';
import type { CustomHorizon, Method } from '../method.ts';
import { leavesOfCarry, reverseFromHistory } from './truncated.ts';

/** Options of exact reverse mode: what is kept of the trajectory. */
export interface ExactReverseOptions {
  /**
   * What is kept of the trajectory: `everything` that the backward pass reads; the `states` alone, each step being done again; or what
   * fits a budget, `{ memory: '64 MiB' }`. `states` when left out. The gradient is the same to the bit.
   */
  readonly policy?: MemoryPolicy;
}

/**
 * α ← ∂L^val/∂w_T; for t = T … 1: g ← g + αB_t, α ← αA_t; the result is g^FO + g. Unlike DrMAD's, its points are the true ones.
 * Of the 2T products that a sweep does, 2T − 1 are counted: the last, αA_1, gives dL^val/dw_0 and not λ's derivative. Where the weights
 * begin at a function of λ it does, g ← g + αA_1 ∂w_0/∂λ, and all 2T count: with λ the start itself this is MAML through T steps.
 *
 * @example
 * ```ts
 * import { exactReverse, prepare } from '@longhorizon/bilevel';
 * import { trackingOfSize } from '@longhorizon/bilevel/problems';
 *
 * const run = await prepare('float64', trackingOfSize(4, 2), exactReverse({ policy: 'everything' }), { horizon: 3 });
 * const { counts } = await run.compute();
 * console.assert(counts.vjps === 2 * 3 - 1);
 * run.destroy();
 * ```
 */
export function exactReverse({ policy = 'states' }: ExactReverseOptions = {}): Method {
  return {
    id: 'hyper/exact-reverse',
    name: 'exact-reverse',
    title: `Exact reverse mode (RMD, ${keptOf(policy)})`,
    source:
      'Franceschi et al., "Forward and reverse gradient-based hyperparameter optimization", ICML 2017, algorithm 1',
    complexity: { offline: '2T − 1', memory: memoryOf(policy) },
    form: 'offline',
    exact: true,
    followsStart: true,
    build: (inner) => {
      if (inner.kind === 'float64') return reverseFromHistory(inner, inner.horizon);
      void inner.restart;
      return {
        customHorizon: reverseHorizon(inner, policy, declareThroughStart(inner)),
        hypergradient: () => [],
      };
    },
  };
}

/** What takes the last adjoint, dL^val/dw_0, through the start of the weights. */
interface ThroughStart {
  readonly adjoint: Variable;
  readonly computation: Computation;
}

function declareThroughStart(inner: Inner): ThroughStart | undefined {
  const { workspace, carry, hypergradient, initial } = inner;
  if (initial !== undefined) return undefined;
  const adjoint = workspace.variable('dL^val/dw_0', carry.w.shape, { class: 'tangents' });
  const sum = add(hypergradient.tensor, inner.startProduct(adjoint.tensor));
  return { adjoint, computation: workspace.computation('αA ∂w_0/∂λ', [[hypergradient, sum]]) };
}

function keptOf(policy: MemoryPolicy): string {
  if (typeof policy === 'string') return policy;
  return 'arity' in policy ? `a ${policy.arity}-ary tree's path` : `at most ${policy.memory}`;
}

function memoryOf(policy: MemoryPolicy): string {
  if (policy === 'everything') return 'O(T(d + activations))';
  if (policy === 'states') return 'O(Td)';
  return 'arity' in policy ? 'O(k log_k T d)' : 'O(budget)';
}

interface Given {
  readonly lambda: DeviceArray;
  readonly data: Readonly<Record<string, DeviceArray>>;
}

/** The reverse loop of a problem, on given arrays. */
function requestOf(
  inner: Inner,
  policy: MemoryPolicy,
  arrayOf: (variable: Variable) => DeviceArray,
): ReverseRequest<Carry<StateSpec>, Given> {
  const { problem, horizon } = inner;
  const given: Given = { lambda: arrayOf(inner.lambda), data: mapRecord(inner.given, arrayOf) };
  const carry: Carry<StateSpec> = {
    w: stateSpec(inner.carry.w.shape, { class: 'weights' }),
    state: problem.state,
  };
  let along: TakenGradient | undefined;
  return {
    carry,
    given,
    step: (at, { lambda, data }, step) => {
      const batch = problem.trainBatch?.(data, step);
      const { result, gradients } = tracingGradients(() =>
        problem.update(at as Carry<Tensor>, lambda, data, batch, step),
      );
      [along] = gradients;
      return result;
    },
    loss: ({ w }, { lambda, data }) => {
      const batch = problem.validationBatch?.(data, stepIndex());
      const losses = problem.outerLoss(w, lambda, data, batch);
      return losses.shape.length === 0 ? losses : mean(losses);
    },
    ...(inner.isMixed ? { along: () => along! } : {}),
    parameters: [given.lambda],
    maxSteps: horizon,
    policy,
    label: 'exact reverse mode',
  };
}

function reverseHorizon(
  inner: Inner,
  policy: MemoryPolicy,
  throughStart: ThroughStart | undefined,
): CustomHorizon {
  return {
    bytes: (device) =>
      ReverseLoop.predict(
        device,
        requestOf(inner, policy, (variable) => unallocated(device, variable)),
      ),
    make: async (device, engine) => {
      const loop = await ReverseLoop.make(
        device,
        requestOf(inner, policy, (variable) => engine.array(variable)),
      );
      const sequencer = new Sequencer(device, false);
      let [runs, forwardSteps] = [0, 0];
      return {
        run: async () => {
          const done = await runLoop(inner, engine, loop, sequencer, throughStart);
          runs++;
          forwardSteps += done.forwardSteps;
          return done;
        },
        performed: () => [
          { plan: loop.plans.forward, runs: forwardSteps },
          { plan: loop.plans.terminal, runs },
          { plan: loop.plans.backward, runs: runs * inner.horizon },
        ],
        destroy: () => {
          loop.destroy();
          sequencer.destroy();
        },
      };
    },
  };
}

/** An array that has a shape and no memory: enough to work out bytes, which is what it is for. */
function unallocated(device: Device, { shape, dtype }: Variable): DeviceArray {
  return new DeviceArray(device, shape, { dtype, within: 'nowhere' });
}

async function runLoop(
  inner: Inner,
  engine: DeviceEngine,
  loop: ReverseLoop<Carry<StateSpec>>,
  sequencer: Sequencer,
  throughStart: ThroughStart | undefined,
): Promise<{ dispatches: number; wallMs: number; forwardSteps: number }> {
  const start = performance.now();
  const own = leavesOfCarry(loop.carry as Carry<DeviceArray>);
  const shared = leavesOfCarry(inner.carry).map((variable) => engine.array(variable));
  const copies = (from: readonly DeviceArray[], to: readonly DeviceArray[]) =>
    from.map((array, k) => copyBetween(array, to[k]!));
  await engine.perform([execute(inner.restart, 0)]);
  await sequencer.perform(copies(shared, own));
  const statistics = await loop.gradient(inner.horizon);
  await sequencer.perform([
    ...copies(own, shared),
    copyBetween(loop.gradients[0]!, engine.array(inner.hypergradient)),
    copyBetween(loop.loss, engine.array(inner.outerLoss)),
    ...(throughStart === undefined
      ? []
      : [copyBetween(adjointOfWeights(loop), engine.array(throughStart.adjoint))]),
  ]);
  if (throughStart !== undefined) await engine.perform([execute(throughStart.computation, 0)]);
  engine.counts = addCounts(engine.counts, {
    ...noCounts,
    gradients: statistics.forwardSteps + 1,
    vjps: 2 * inner.horizon - (throughStart === undefined ? 1 : 0),
  });
  const { dispatches, forwardSteps } = statistics;
  return { dispatches, forwardSteps, wallMs: performance.now() - start };
}

/** dL^val/dw_0 among the gradients of the carry, which are those of its f32 arrays in the order of a tree's leaves. */
function adjointOfWeights({ carry, carryGradients }: ReverseLoop<Carry<StateSpec>>): DeviceArray {
  const moving = leavesOf<DeviceArray>(carry as Carry<DeviceArray> as never).filter(
    ({ dtype }) => dtype === 'f32',
  );
  return carryGradients[moving.indexOf((carry as Carry<DeviceArray>).w)]!;
}

function copyBetween(from: DeviceArray, to: DeviceArray) {
  return {
    kind: 'copy' as const,
    from: from.buffer,
    fromOffset: from.offset,
    to: to.buffer,
    toOffset: to.offset,
    bytes: from.bytes,
  };
}
