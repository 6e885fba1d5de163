/** @file Every loss, metric, optimiser, schedule and clip at its default options, with its derivative, on a device against float64. */
import { readdirSync } from 'node:fs';
import {
  constant,
  evaluate,
  evaluateOnDevice,
  input,
  onesLike,
  sum,
  type Tensor,
  vjp,
} from '@longhorizon/tensor';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { expect, it } from 'vitest';
import * as nn from './index.ts';

const device = useDevice();

/** Examples of a loss, weights of an optimiser. */
const sizes = [12, 100, 1000];
const classes = 5;
const tolerance = 1e-5;

interface Case {
  /** What is compared, from float inputs x and y of some shape and labels. */
  of(x: Tensor, y: Tensor, labels: Tensor): Tensor;
  /** Of x and y, for a size. */
  readonly shape: (size: number) => readonly number[];
  /** It is piecewise constant. */
  readonly flat?: true;
}

const rows = (size: number) => [size, classes];
const vector = (size: number) => [size];
const loss = (of: Case['of']): Case => ({ of, shape: rows });
const metric = (of: Case['of']): Case => ({ of, shape: rows, flat: true });
const onVectors = (of: Case['of']): Case => ({ of, shape: vector });
const isOf = (make: () => nn.Schedule): Case => ({
  of: (x) => nn.sgd({ rate: make() }).update(x, x, {}, constant(3, 'u32')).w,
  shape: vector,
});
/** Four steps on ½‖w − y‖², so that the state is in use. */
const steps = <Name extends string>(make: () => nn.Optimiser<Name>): Case =>
  onVectors((x, y) => {
    const optimiser = make();
    let [w, state] = [x, nn.startOf(optimiser, x.shape)];
    for (let t = 0; t < 4; t++) {
      const [gradient] = vjp([nn.meanSquaredError(w, y)], [w], [constant(1)]);
      ({ w, state } = optimiser.update(w, gradient!, state, constant(t, 'u32')));
    }
    return w;
  });

const cases: Readonly<Record<string, Case>> = {
  accuracy: metric((x, _, labels) => nn.accuracy(x, labels)),
  correctPerExample: metric((x, _, labels) => nn.correctPerExample(x, labels)),
  expectedCalibrationError: metric((x, _, labels) => nn.expectedCalibrationError(x, labels)),
  crossEntropy: loss((x, _, labels) => nn.crossEntropy(x, labels)),
  crossEntropyPerExample: loss((x, _, labels) => nn.crossEntropyPerExample(x, labels)),
  nll: loss((x, _, labels) => nn.nll(x, labels)),
  nllPerExample: loss((x, _, labels) => nn.nllPerExample(x, labels)),
  meanSquaredError: loss((x, y) => nn.meanSquaredError(x, y)),
  squaredErrorPerExample: loss((x, y) => nn.squaredErrorPerExample(x, y)),
  weightedMean: onVectors((x, y) => nn.weightedMean(x, y)),
  clipNorm: onVectors((x) => nn.clipNorm(x, 0.5)),
  clipValue: onVectors((x) => nn.clipValue(x, 0.5)),
  withWeightDecay: onVectors((x, y) => nn.withWeightDecay(x, y, 0.1, constant(0, 'u32'))),
  linearSchedule: isOf(() => nn.linearSchedule(0.1, 0.01, 10)),
  cosineSchedule: isOf(() => nn.cosineSchedule(0.1, 0.01, 10)),
  stepSchedule: isOf(() => nn.stepSchedule(0.1, 0.5, [2, 5])),
  exponentialSchedule: isOf(() => nn.exponentialSchedule(0.1, 0.9)),
  warmUp: isOf(() => nn.warmUp(5, nn.exponentialSchedule(0.1, 0.9))),
  sgd: steps(() => nn.sgd({ rate: 0.1 })),
  momentum: steps(() => nn.momentum({ rate: 0.1, momentum: 0.9 })),
  adam: steps(() => nn.adam({ rate: 0.1 })),
};

/** What optimisers and losses are made of. */
const parts: ReadonlySet<string> = new Set([
  'checkHyperparameter',
  'checkLabels',
  'checkNames',
  'startOf',
  'stateLike',
  'valueAt',
]);

it('every loss, metric, optimiser, schedule and clip has an entry, and every entry is one', async () => {
  const found: string[] = [];
  for (const folder of ['losses', 'optimisers'])
    for (const file of readdirSync(new URL(folder, import.meta.url)))
      if (!file.includes('.test.')) {
        const exported: object = await import(new URL(`${folder}/${file}`, import.meta.url).href);
        for (const [name, value] of Object.entries(exported))
          if (typeof value === 'function' && !parts.has(name)) found.push(name);
      }
  expect(Object.keys(cases).sort()).toEqual(found.sort());
});

const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.hypot(...Array.from(a, (value, k) => value - b[k]!));
const norm = (a: ArrayLike<number>) => Math.hypot(...Array.from(a));

for (const [name, { of, shape, flat }] of Object.entries(cases))
  it(`${name} agrees with float64 on a device`, async () => {
    for (const size of sizes) {
      const x = input(shape(size), { name: 'x' });
      const y = input(shape(size), { name: 'y' });
      const labels = input([size], { dtype: 'u32', name: 'labels' });
      const value = of(x, y, labels);
      const total = sum(value);
      const gradients = flat
        ? []
        : vjp([total], [x, y], [onesLike(total)]).filter((one) => one !== undefined);
      const outputs = [value, ...gradients];
      const length = shape(size).reduce((product, axis) => product * axis, 1);
      const numbers = (shift: number) =>
        Float32Array.from({ length }, (_, k) => 1.5 * Math.sin(7.3 * k + shift));
      const feeds = new Map<Tensor, ArrayLike<number>>([
        [x, numbers(0.2)],
        [y, numbers(1.9)],
        [labels, Uint32Array.from({ length: size }, (_, k) => (3 * k + 1) % classes)],
      ]);
      const found = await evaluateOnDevice(device(), outputs, feeds);
      const arrays = [...feeds].map(
        ([tensor, data]) =>
          [tensor, { shape: tensor.shape, dtype: tensor.dtype, data: Float64Array.from(data) }] as const,
      );
      const expected = evaluate(outputs, new Map(arrays));
      for (const [k, { data }] of expected.entries())
        expect(distance(found[k]!, data), `output ${k}, size ${size}`).toBeLessThanOrEqual(
          tolerance * norm(data),
        );
    }
  });
