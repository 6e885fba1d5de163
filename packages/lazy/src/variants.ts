/**
 * @file What the teacher may be: the candidates L1 to L6 of the reconstruction. u = Φ(w_0, λ; D_1) is one inner step from the start, s_j the
 * student's weights, v = ∇V(φ^T); A and B are taken at the point named.
 *
 *      value of φ^T                     A and B at      v ∂φ^T/∂w_0         v ∂φ^T/∂λ in the steps
 *  L1  w_0 + β(s_k − w_0)               w_0, step 1     v − μ + μA          μB,  μ = c·v, c = α_eff/α
 *  L2  as L1                            w_0, step 1     v − μ + μA          μB,  μ = c·v, c = ⟨φ^T − w_0, u − w_0⟩/‖u − w_0‖²
 *  L3  as L1                            w_0, step 1     v − μ + μA          μB,  μ = v ⊙ (φ^T − w_0)(u − w_0)/((u − w_0)² + ε)
 *  L4  (1 − β)w_0 + βΦ(s_{k−1})         s_{k−1}         (1 − β)v + βvA      βvB   (cut: (1 − β)v)
 *  L5  Φ(w_0 + β(s_k − w_0))            the leap's end  vA                  vB
 *  L6  m·s_k + (1 − m)u                 w_0, step 1     (1 − m)vA           (1 − m)vB
 *
 * For gradient descent u − w_0 = −α∇L(w_0), so c is α_eff/α, and L3's μ is v ⊙ Λ/α; written with displacements they hold for any optimiser.
 * With k = 1 and β = 1 (L6: m = 0) all but L5 are greedy MAML.
 */
import type { Carry } from '@longhorizon/bilevel';
import type { Inner, Variable } from '@longhorizon/bilevel/authoring';
import {
  add,
  broadcastTo,
  constant,
  divide,
  equal,
  multiply,
  onesLike,
  reshape,
  select,
  square,
  stepIndex,
  subtract,
  sum,
  type Tensor,
  zerosLike,
} from '@longhorizon/tensor';
import { leapTo } from './leap.ts';
import type { LazySettings, LazyVariant } from './options.ts';

/** A teacher: a value, and the one step whose derivative it has. */
export interface LeapGraph {
  /** φ^T */
  readonly value: Tensor;
  /** Where A and B are taken, and the number of the step whose data they see. */
  readonly at: Carry<Tensor>;
  readonly step: Tensor;
  /** How many steps the outer loss is told were done. */
  readonly number: Tensor;
  /** Inner steps that the computation takes beside the leap, and what they put in the carry. */
  readonly studentSteps: 0 | 1;
  readonly updates: readonly (readonly [Variable, Tensor])[];
  cotangents(v: Tensor): Cotangents;
}

export interface Cotangents {
  /** μ: what the product through the step is taken with. */
  readonly mu: Tensor;
  /** What reaches w_0 beside that product; undefined for nothing. */
  readonly rest: Tensor | undefined;
  /** μA reaches w_0, too. */
  readonly reachesStart: boolean;
}

type Make = (inner: Inner, settings: LazySettings) => LeapGraph;

export const leapGraphs: Readonly<Record<LazyVariant, Make>> = {
  L1: (inner, settings) => {
    if (settings.alphaEff === 'secant') return leapGraphs.L2(inner, settings);
    const c = settings.alphaEff === 'inner' ? 1 : inner.horizon;
    return fromStart(inner, leapTo(inner, inner.carry.w.tensor, settings.beta), (v) =>
      c === 1 ? { mu: v, rest: undefined, reachesStart: true } : around(v, multiply(c, v)),
    );
  },
  L2: (inner, { beta }) => {
    const value = leapTo(inner, inner.carry.w.tensor, beta);
    const one = displacement(inner);
    const axis = value.shape.length - 1;
    const along = sum(multiply(subtract(value, inner.startingPoint), one), axis);
    const c = quotient(along, sum(square(one), axis), onesLike(along));
    const spread = broadcastTo(reshape(c, [...c.shape, 1]), value.shape);
    return fromStart(inner, value, (v) => around(v, multiply(spread, v)));
  },
  L3: (inner, { beta, epsilon }) => {
    const value = leapTo(inner, inner.carry.w.tensor, beta);
    const one = displacement(inner);
    const leap = multiply(subtract(value, inner.startingPoint), one);
    const share = quotient(leap, add(square(one), epsilon), zerosLike(one));
    return fromStart(inner, value, (v) => around(v, multiply(share, v)));
  },
  L4: (inner, { beta, lastStep }) => {
    const at = inner.pointOf(inner.carry);
    const next = inner.phi(at);
    return {
      value: leapTo(inner, next.w, beta),
      at,
      step: stepIndex(),
      number: inner.afterThisStep,
      studentSteps: 1,
      updates: inner.updatesOf(inner.carry, next),
      cotangents: (v) => ({
        mu: beta === 1 ? v : multiply(beta, v),
        rest: beta === 1 ? undefined : multiply(1 - beta, v),
        reachesStart: lastStep === 'passThrough',
      }),
    };
  },
  L5: (inner, { beta }) => {
    const { state } = inner.pointOf(inner.carry);
    const at = { w: leapTo(inner, inner.carry.w.tensor, beta), state };
    return {
      value: inner.phi(at, { step: stepIndex() }).w,
      at,
      step: stepIndex(),
      number: stepIndex(),
      studentSteps: 0,
      updates: [],
      cotangents: (v) => ({ mu: v, rest: undefined, reachesStart: true }),
    };
  },
  L6: (inner, { mix }) => {
    const first = inner.phi(startOf(inner), { step: firstStep });
    const value = add(multiply(mix, inner.carry.w.tensor), multiply(1 - mix, first.w));
    return fromStart(inner, value, (v) => ({
      mu: multiply(1 - mix, v),
      rest: undefined,
      reachesStart: true,
    }));
  },
};

/** The data of the student's first step. */
const firstStep = constant(0, 'u32');

/** Where the student began, its optimiser's state being zero. */
function startOf(inner: Inner): Carry<Tensor> {
  const { state } = inner.pointOf(inner.carry);
  return {
    w: inner.startingPoint,
    state: Object.fromEntries(Object.entries(state).map(([name, tensor]) => [name, zerosLike(tensor)])),
  };
}

/** A teacher that is linear where the student began. */
function fromStart(inner: Inner, value: Tensor, cotangents: LeapGraph['cotangents']): LeapGraph {
  return {
    value,
    at: startOf(inner),
    step: firstStep,
    number: stepIndex(),
    studentSteps: 0,
    updates: [],
    cotangents,
  };
}

/** Of w_0 + c(u − w_0), with μ = c·v: the start is reached by v − μ beside μA. */
const around = (v: Tensor, mu: Tensor): Cotangents => ({ mu, rest: subtract(v, mu), reachesStart: true });

/** u − w_0, what one inner step from the start does. */
function displacement(inner: Inner): Tensor {
  const at = startOf(inner);
  return subtract(inner.phi(at, { step: firstStep }).w, at.w);
}

/** a/b, or something else where b = 0. */
function quotient(a: Tensor, b: Tensor, otherwise: Tensor): Tensor {
  const isZero = equal(b, 0);
  return select(isZero, otherwise, divide(a, select(isZero, onesLike(b), b)));
}
