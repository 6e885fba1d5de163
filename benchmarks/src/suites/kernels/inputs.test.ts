/** @file The numbers that every library is given, in every process alike: literal values, worked out apart from the code. */
import { expect, it } from 'vitest';
import { inputsOf } from './inputs.ts';
import { elementsOf, networks, parameterCount } from './networks.ts';
import { operationsOf, type Work } from './work.ts';

it('the first numbers of the generator are these, on every machine', () => {
  const [a, b] = inputsOf({ kind: 'matmul', batch: 1, rows: 1, inner: 3, columns: 1 });
  expect([...a!.values]).toEqual([0.6210081577301025, -0.4076049327850342, -0.9966124296188354]);
  expect(b!.values[0]).not.toBe(a!.values[0]);
  const [, curvature] = inputsOf({ kind: 'horizon', steps: 1 });
  expect([...curvature!.values.subarray(0, 3)]).toEqual([
    0.7091675996780396, 1.0672433376312256, 0.5583873987197876,
  ]);
});

it('a batch axis is there where there is more than one product', () => {
  const shapes = (batch: number) =>
    inputsOf({ kind: 'matmul', batch, rows: 2, inner: 3, columns: 4 }).map(({ shape }) => shape);
  expect(shapes(1)).toEqual([
    [2, 3],
    [3, 4],
  ]);
  expect(shapes(5)).toEqual([
    [5, 2, 3],
    [5, 3, 4],
  ]);
});

it('a pass of a convolution is given the two arrays that its result is not', () => {
  const given = (pass: 'forward' | 'input-gradient' | 'filter-gradient') =>
    inputsOf({ kind: 'convolution', pass, images: 2, size: 4, inChannels: 3, outChannels: 5 });
  const names = (pass: Parameters<typeof given>[0]) => given(pass).map(({ name }) => name);
  expect(names('forward')).toEqual(['x', 'filter']);
  expect(names('input-gradient')).toEqual(['y', 'filter']);
  expect(names('filter-gradient')).toEqual(['x', 'y']);
  // The same array in every pass, so that a convolution and its gradients belong together.
  expect(given('forward')[1]).toEqual(given('input-gradient')[1]);
  expect(given('forward')[0]).toEqual(given('filter-gradient')[0]);
});

it('a network begins with weights of variance 2/fan-in, scales of 1, and shifts of 0', () => {
  const parameters = inputsOf({ kind: 'descent-step', network: 'convolutional' }).slice(0, -2);
  expect(parameters.map(({ name }) => name)).toEqual(
    networks.convolutional.parameters.map(({ name }) => name),
  );
  expect(parameters.reduce((sum, { values }) => sum + values.length, 0)).toBe(
    parameterCount('convolutional'),
  );
  const named = (name: string) => parameters.find((one) => one.name === name)!.values;
  expect(new Set(named('scale2'))).toEqual(new Set([1]));
  expect(new Set([...named('shift2'), ...named('bias')])).toEqual(new Set([0]));
  const filter = named('filter2');
  const variance = filter.reduce((sum, value) => sum + value * value, 0) / filter.length;
  expect(variance * (9 * 32)).toBeCloseTo(2, 0);
  expect(Math.max(...filter)).toBeLessThanOrEqual(Math.sqrt(6 / (9 * 32)));
});

it('a batch holds numbers in [0, 1) and one-hot labels that go round; support and query differ', () => {
  const arrays = inputsOf({ kind: 'maml-gradient', network: 'convolutional', steps: 5 }).slice(-4);
  const [x, labels, queryX, queryLabels] = arrays;
  expect(arrays.map(({ name }) => name)).toEqual([
    'support inputs',
    'support labels',
    'query inputs',
    'query labels',
  ]);
  expect(Math.min(...x!.values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...x!.values)).toBeLessThan(1);
  expect(queryX!.values).not.toEqual(x!.values);
  expect(labels!.shape).toEqual([25, 5]);
  expect([...labels!.values.subarray(0, 15)]).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0]);
  expect(labels!.values.reduce((sum, one) => sum + one, 0)).toBe(25);
  expect(queryLabels!.values).toEqual(labels!.values);
});

it('every array is as long as its shape says', () => {
  const works: readonly Work[] = [
    { kind: 'pointwise', expression: 'add', elements: 7 },
    { kind: 'pointwise', expression: 'fused', elements: 7 },
    { kind: 'reduction', over: 'rows', rows: 3, columns: 5 },
    { kind: 'copy', elements: 9 },
    { kind: 'descent-step', network: 'mlp' },
  ];
  expect(works.map((work) => inputsOf(work).length)).toEqual([2, 3, 1, 1, 8]);
  for (const work of works)
    for (const { shape, values } of inputsOf(work)) expect(values.length).toBe(elementsOf(shape));
  // Sums are of numbers of one sign.
  expect(Math.min(...inputsOf(works[2]!)[0]!.values)).toBeGreaterThanOrEqual(0);
  expect(works.map(operationsOf).every((count) => count === undefined)).toBe(true);
});
