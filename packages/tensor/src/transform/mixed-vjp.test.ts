import { expect, it } from 'vitest';
import { add, constant, evaluate, exp, input, multiply, sin, square, subtract, sum, vjp } from '../index.ts';
import { mixedVjp } from './mixed-vjp.ts';

const names = ['w', 'λ', 'velocity', 'u', 'v'] as const;
const at = Object.fromEntries(names.map((name) => [name, input([3], { name })])) as Record<
  (typeof names)[number],
  ReturnType<typeof input>
>;
const numbers = new Map(
  names.map((name, k) => [
    at[name],
    { shape: [3], dtype: 'f32' as const, data: Float64Array.from([0.3, -0.7, 1.1], (x) => x + 0.2 * k) },
  ]),
);
const loss = sum(multiply(exp(multiply(at.λ, at.w)), sin(at.w)));
const gradient = vjp([loss], [at.w], [constant(1)])[0]!;
const valuesOf = (tensors: readonly ReturnType<typeof input>[]) =>
  evaluate(tensors, numbers).map(({ data }) => [...data]);

it('is vjp of a step along a gradient, whatever the step makes of it', () => {
  const velocity = add(multiply(0.9, at.velocity), multiply(at.λ, gradient));
  // The square of the gradient as well, as adaptive optimisers take it.
  const next = subtract(multiply(at.w, 0.99), add(velocity, multiply(0.1, square(gradient))));
  const inputs = [at.w, at.λ, at.velocity];
  const cotangents = [at.u, at.v];
  const [mixed, plain] = [
    mixedVjp([next, velocity], inputs, cotangents, { loss, w: at.w }),
    vjp([next, velocity], inputs, cotangents),
  ].map((found) => valuesOf(found.map((one) => one!)));
  plain!.flat().forEach((value, k) => {
    expect(Math.abs(mixed!.flat()[k]! - value)).toBeLessThan(1e-13 * (1 + Math.abs(value)));
  });
});

it('leaves out what nothing depends on, and refuses outputs that do not go along the gradient', () => {
  const next = subtract(at.w, gradient);
  expect(mixedVjp([next], [at.velocity], [at.u], { loss, w: at.w })).toEqual([undefined]);
  expect(() => mixedVjp([at.w], [at.w], [at.u], { loss, w: at.w })).toThrow(
    'mixedVjp: the outputs are not computed from the gradient of the loss',
  );
});
