import {
  array,
  constant,
  grad,
  input,
  multiply,
  square,
  stepIndex,
  subtract,
  sum,
  type Tensor,
} from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { differenceAlong, distance, fed, onReference, valuesOf } from '../testing/support.ts';
import { adam } from './adam.ts';
import { clipNorm, clipValue } from './clip.ts';
import { type Hyperparameter, type Optimiser, startOf } from './optimiser.ts';
import { cosineSchedule, exponentialSchedule, linearSchedule, stepSchedule, warmUp } from './schedules.ts';
import { momentum, sgd } from './sgd.ts';

/** ½ Σ h (w − c)²: gradients h (w − c), different for each element; the last element has none at all. */
const curvature = [1, 0.25, 4, 0];
const target = [0.5, -1, 2, 7];
const start = [1, 2, -3, 5];
const STEPS = 6;

const gradientOf = (w: readonly number[]) => w.map((value, i) => curvature[i]! * (value - target[i]!));
const lossOf = (w: Tensor) =>
  multiply(0.5, sum(multiply(array(curvature), square(subtract(w, array(target))))));

/** w after some steps, as graph. */
function unrolled<Name extends string>(optimiser: Optimiser<Name>, w0: Tensor, steps = STEPS): Tensor {
  let w = w0;
  let state = startOf(optimiser, w0.shape);
  for (let t = 0; t < steps; t++)
    ({ w, state } = optimiser.update(w, grad(lossOf)(w), state, constant(t, 'u32')));
  return w;
}

/** A textbook's update, on plain numbers: changes its state and returns the next w. */
type Textbook = (w: number[], g: number[], t: number) => number[];

function inNumbers(update: Textbook): number[] {
  let w = [...start];
  for (let t = 0; t < STEPS; t++) w = update(w, gradientOf(w), t);
  return w;
}

const heavyBall = (rate: number, mu: number, decay: number, nesterov: boolean): Textbook => {
  const v = start.map(() => 0);
  return (w, g) =>
    w.map((value, i) => {
      const decayed = g[i]! + decay * value;
      v[i] = mu * v[i]! + decayed;
      return value - rate * (nesterov ? decayed + mu * v[i]! : v[i]!);
    });
};

const adamByHand = (
  rate: number,
  b1: number,
  b2: number,
  epsilon: number,
  decay: number,
  decoupled: boolean,
): Textbook => {
  const [m, v] = [start.map(() => 0), start.map(() => 0)];
  return (w, g, t) =>
    w.map((value, i) => {
      const used = g[i]! + (decoupled ? 0 : decay * value);
      m[i] = b1 * m[i]! + (1 - b1) * used;
      v[i] = b2 * v[i]! + (1 - b2) * used ** 2;
      const step = m[i]! / (1 - b1 ** (t + 1)) / (Math.sqrt(v[i]! / (1 - b2 ** (t + 1))) + epsilon);
      return value - rate * (step + (decoupled ? decay * value : 0));
    });
};

describe('updates', () => {
  const cases: readonly (readonly [string, Optimiser, Textbook])[] = [
    ['SGD', sgd({ rate: 0.1 }), (w, g) => w.map((value, i) => value - 0.1 * g[i]!)],
    [
      'SGD with weight decay',
      sgd({ rate: 0.1, weightDecay: 0.01 }),
      (w, g) => w.map((value, i) => value - 0.1 * (g[i]! + 0.01 * value)),
    ],
    ['momentum', momentum({ rate: 0.1, momentum: 0.9 }), heavyBall(0.1, 0.9, 0, false)],
    [
      'momentum with weight decay',
      momentum({ rate: 0.1, momentum: 0.9, weightDecay: 5e-4 }),
      heavyBall(0.1, 0.9, 5e-4, false),
    ],
    [
      'Nesterov',
      momentum({ rate: 0.1, momentum: 0.9, weightDecay: 0.02, nesterov: true }),
      heavyBall(0.1, 0.9, 0.02, true),
    ],
    ['Adam', adam({ rate: 0.1 }), adamByHand(0.1, 0.9, 0.999, 1e-8, 0, false)],
    [
      'Adam with weight decay',
      adam({ rate: 0.05, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.1 }),
      adamByHand(0.05, 0.8, 0.95, 1e-3, 0.1, false),
    ],
    [
      'AdamW',
      adam({ rate: 0.05, weightDecay: 0.1, decoupled: true }),
      adamByHand(0.05, 0.9, 0.999, 1e-8, 0.1, true),
    ],
    [
      'Adam without averages',
      adam({ rate: 0.05, beta1: 0, beta2: 0 }),
      adamByHand(0.05, 0, 0, 1e-8, 0, false),
    ],
  ];

  it.each(cases)('%s: six steps as the textbook has them', (_, optimiser, textbook) => {
    expect(distance(valuesOf(unrolled(optimiser, array(start))), inNumbers(textbook))).toBeLessThan(1e-7);
  });

  it('take numbers, tensors and schedules alike', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const rate = fed(feeds, [], [0.25]);
    const each = fed(feeds, [4], [0.25, 0.25, 0.25, 0.25]);
    const plain = valuesOf(unrolled(momentum({ rate: 0.25, momentum: 0.5 }), array(start)));
    for (const given of [rate, each, () => rate])
      expect(
        distance(valuesOf(unrolled(momentum({ rate: given, momentum: 0.5 }), array(start)), feeds), plain),
      ).toBeLessThan(1e-15);
    const falling = linearSchedule(0.3, 0, 3);
    const [scheduled] = onReference([unrolled(sgd({ rate: falling }), array(start))]);
    let w = [...start];
    for (const rateNow of [0.3, 0.2, 0.1, 0, 0, 0])
      w = w.map((value, i) => value - rateNow * gradientOf(w)[i]!);
    expect(distance(scheduled!, w)).toBeLessThan(1e-12);
  });

  it('refuse decay rates that are none', () => {
    expect(() => adam({ rate: 0.1, beta2: 1 })).toThrow(/a decay rate of 1/);
  });
});

describe('derivatives of a trajectory by hyperparameters', () => {
  /** The optimisers with one hyperparameter left open. */
  const open: readonly (readonly [string, number, (h: Hyperparameter) => Optimiser])[] = [
    ['SGD by the learning rate', 0.1, (rate) => sgd({ rate })],
    ['SGD by weight decay', 0.02, (weightDecay) => sgd({ rate: 0.1, weightDecay })],
    ['momentum by the learning rate', 0.1, (rate) => momentum({ rate, momentum: 0.9 })],
    ['momentum by momentum', 0.9, (mu) => momentum({ rate: 0.1, momentum: mu })],
    ['Nesterov by momentum', 0.8, (mu) => momentum({ rate: 0.1, momentum: mu, nesterov: true })],
    [
      'Nesterov by weight decay',
      0.02,
      (weightDecay) => momentum({ rate: 0.1, momentum: 0.9, weightDecay, nesterov: true }),
    ],
    ['Adam by the learning rate', 0.1, (rate) => adam({ rate })],
    ['Adam by β₁', 0.9, (beta1) => adam({ rate: 0.1, beta1 })],
    ['Adam by β₂', 0.9, (beta2) => adam({ rate: 0.1, beta2 })],
    ['AdamW by weight decay', 0.1, (weightDecay) => adam({ rate: 0.1, weightDecay, decoupled: true })],
  ];

  it.each(open)('%s is what a difference says', (_, value, make) => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const hyper = fed(feeds, [], [value]);
    const final = (h: Tensor) => lossOf(unrolled(make(h), array(start)));
    const [slope] = valuesOf(grad(final)(hyper), feeds);
    const [expected] = differenceAlong(final(hyper), feeds, hyper, [1]);
    expect(Math.abs(slope! / expected! - 1)).toBeLessThan(1e-7);
  });

  it('SGD on a quadratic by the learning rate has its closed form', () => {
    // w_T = c + (1 − ηh)^T (w₀ − c), so dw_T/dη = −T h (1 − ηh)^{T−1} (w₀ − c).
    const eta = input([]);
    const feeds = new Map([[eta, [0.1]]]);
    const [derivative] = onReference(
      [grad((h: Tensor) => sum(unrolled(sgd({ rate: h }), array(start))))(eta)],
      feeds,
    );
    const expected = curvature.reduce(
      (total, h, i) => total - STEPS * h * (1 - 0.1 * h) ** (STEPS - 1) * (start[i]! - target[i]!),
      0,
    );
    expect(derivative![0]).toBeCloseTo(expected, 6);
  });

  it.each([
    ['Adam', adam({ rate: 0.1 })],
    ['Nesterov', momentum({ rate: 0.1, momentum: 0.9, nesterov: true })],
  ])(
    '%s by the start is what a difference says, finite where an element has no gradient',
    (_, optimiser: Optimiser) => {
      const feeds = new Map<Tensor, ArrayLike<number>>();
      const w0 = fed(feeds, [4], start);
      const final = (w: Tensor) => sum(multiply(unrolled(optimiser, w), array([1, -2, 0.5, 3])));
      const gradient = valuesOf(grad(final)(w0), feeds);
      expect(gradient[3]).toBe(3);
      for (let i = 0; i < 4; i++) {
        const unit = [0, 0, 0, 0].with(i, 1);
        expect(gradient[i]).toBeCloseTo(differenceAlong(final(w0), feeds, w0, unit)[0]!, 7);
      }
    },
  );
});

describe('gaps of a flat vector', () => {
  it.each([
    ['SGD', sgd({ rate: 0.1, weightDecay: 0.1 }) as Optimiser],
    ['momentum', momentum({ rate: 0.1, momentum: 0.9, weightDecay: 0.1 })],
    ['AdamW', adam({ rate: 0.1, weightDecay: 0.1, decoupled: true })],
  ])('stay zero under %s', (_, optimiser) => {
    const w = array([1, 0, 2, 0]);
    let state = startOf(optimiser, [4]);
    let moved: Tensor = w;
    for (let t = 0; t < 3; t++)
      ({ w: moved, state } = optimiser.update(moved, array([0.5, 0, -0.5, 0]), state, constant(t, 'u32')));
    const values = valuesOf(moved);
    expect([values[1], values[3]]).toEqual([0, 0]);
    expect(values[0]).not.toBe(1);
  });
});

describe('clipping', () => {
  it('shortens what is too long, and leaves the rest alone', () => {
    expect(distance(valuesOf(clipNorm(array([3, 4]), 1)), [0.6, 0.8])).toBeLessThan(1e-14);
    expect(distance(valuesOf(clipNorm(array([3, 4]), constant(10))), [3, 4])).toBeLessThan(1e-14);
    expect(valuesOf(clipNorm(array([0, 0]), 1))).toEqual([0, 0]);
    expect(valuesOf(clipValue(array([-3, 0.5, 2]), 1))).toEqual([-1, 0.5, 1]);
    expect(() => clipNorm(array([1]), 0)).toThrow(/a limit of 0/);
    expect(() => clipValue(array([1]), -1)).toThrow(/a limit of -1/);
  });

  it('has the derivative that a difference has, also at zero', () => {
    for (const values of [
      [3, 4, -1],
      [0.1, 0.2, 0.3],
      [0, 0, 0],
    ]) {
      const feeds = new Map<Tensor, ArrayLike<number>>();
      const g = fed(feeds, [3], values);
      const f = (x: Tensor) => sum(multiply(clipNorm(x, 2), array([1, -2, 0.5])));
      const gradient = valuesOf(grad(f)(g), feeds);
      for (let i = 0; i < 3; i++)
        expect(gradient[i]).toBeCloseTo(differenceAlong(f(g), feeds, g, [0, 0, 0].with(i, 1))[0]!, 9);
    }
  });
});

describe('schedules', () => {
  const at = (schedule: (step: Tensor) => Tensor, step: number) =>
    onReference([schedule(stepIndex())], new Map(), step)[0]![0]!;
  const over = (schedule: (step: Tensor) => Tensor, steps: readonly number[]) =>
    steps.map((step) => at(schedule, step));

  it('follow their formulas', () => {
    expect(distance(over(linearSchedule(1, 0.2, 4), [0, 1, 2, 4, 9]), [1, 0.8, 0.6, 0.2, 0.2])).toBeLessThan(
      1e-12,
    );
    expect(
      distance(
        over(cosineSchedule(2, 0, 4), [0, 1, 2, 3, 4, 8]),
        [0, 1, 2, 3, 4, 4].map((t) => 1 + Math.cos((Math.PI * t) / 4)),
      ),
    ).toBeLessThan(1e-12);
    expect(
      distance(
        over(stepSchedule(1, 0.3, [40, 70, 90]), [0, 39, 40, 70, 89, 90, 99]),
        [1, 1, 0.3, 0.09, 0.09, 0.027, 0.027],
      ),
    ).toBeLessThan(1e-12);
    expect(distance(over(exponentialSchedule(2, 0.9), [0, 1, 10]), [2, 1.8, 2 * 0.9 ** 10])).toBeLessThan(
      1e-12,
    );
    expect(distance(over(warmUp(4, linearSchedule(1, 1, 1)), [0, 1, 3, 10]), [0.25, 0.5, 1, 1])).toBeLessThan(
      1e-12,
    );
    expect(at(stepSchedule(0.5, 0.1, []), 3)).toBe(0.5);
  });

  it('carry derivatives of their start', () => {
    const first = input([]);
    const feeds = new Map([[first, [0.4]]]);
    const slope = (make: (start: Tensor) => (step: Tensor) => Tensor) =>
      onReference([grad((s: Tensor) => make(s)(stepIndex()))(first)], feeds, 3)[0]![0]!;
    expect(slope((s) => linearSchedule(s, 0, 4))).toBeCloseTo(0.25, 12);
    expect(slope((s) => stepSchedule(s, 0.5, [1, 2, 5]))).toBeCloseTo(0.25, 12);
    expect(slope((s) => exponentialSchedule(s, 0.5))).toBeCloseTo(0.125, 12);
  });

  it('refuse horizons that are none', () => {
    expect(() => linearSchedule(1, 0, 0)).toThrow(/0 steps were asked for/);
    expect(() => warmUp(0.5, linearSchedule(1, 0, 1))).toThrow(/0.5 steps/);
    expect(() => exponentialSchedule(1, 0)).toThrow(/a rate of 0/);
  });
});
