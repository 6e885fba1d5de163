/** @file The problems and methods of the hypergradient rows, as this repository states them. */
import {
  exactReverse,
  type Method,
  neumannIft,
  oneStep,
  type Problem,
  prepare,
  type Run,
} from '@longhorizon/bilevel';
import { rates, tracking } from '@longhorizon/bilevel/problems';
import { owned } from '@longhorizon/harness';
import { hyperdistill } from '@longhorizon/hyperdistill';
import { adapt } from '../../measurements/adapt.ts';
import { inputsOf } from './inputs.ts';
import { sineWaves, withoutGaps } from './sine-waves.ts';
import type { HypergradientWork } from './work.ts';

/** Of the inner descent on `tracking`; λ is that of `rates`. */
const innerRate = Math.fround(0.1);

export function problemOf(work: HypergradientWork): Problem {
  if (work.problem === 'sine') return sineWaves(work);
  const arrays = inputsOf(work).map(({ values }) => values);
  if (work.problem === 'tracking') {
    const [G, w0, lambda, c] = arrays as [Float32Array, Float32Array, Float32Array, Float32Array];
    return tracking({
      G: Float64Array.from(G),
      w0,
      lambda,
      rate: innerRate,
      outer: { kind: 'quadratic', c },
    });
  }
  const [h, m, w0, lambda, c] = arrays as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  return rates({ h, m, w0, lambda, outer: { kind: 'quadratic', c } });
}

export function methodOf({ method, terms, gamma, theta }: HypergradientWork): Method {
  switch (method) {
    case 'inner-steps':
      return adapt;
    case 'exact-reverse':
      return exactReverse();
    case 'one-step':
      return oneStep;
    case 'neumann':
      return neumannIft({ terms });
    case 'hyperdistill':
      return hyperdistill({ gamma, size: theta });
  }
}

/** What a row comes to: the weights where nothing is differentiated. */
export async function resultOf(work: HypergradientWork, run: Run): Promise<Float64Array> {
  const what = work.method === 'inner-steps' ? 'weights' : 'hypergradient';
  const numbers = await run.read(what);
  return work.problem === 'sine' ? withoutGaps(work, what, numbers) : numbers;
}

/** The method itself in float64: what differs from it is arithmetic, not the method's own error. */
export async function expectedHypergradient(work: HypergradientWork): Promise<readonly Float64Array[]> {
  using run = owned(await prepare('float64', problemOf(work), methodOf(work), { horizon: work.steps }));
  await run.compute();
  return [await resultOf(work, run)];
}
