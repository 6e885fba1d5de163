/** @file Which graphs count as equal to one that was compiled before. */
import { describe, expect, it } from 'vitest';
import { llvmpipe } from '../adapters/llvmpipe.ts';
import type { Tensor } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic/add.ts';
import { multiply } from '../ops/arithmetic/multiply.ts';
import { array, input } from '../ops/leaf/input.ts';
import { exp } from '../ops/transcendental/exp.ts';
import { tanh } from '../ops/transcendental/tanh.ts';
import { makeProgram } from './known-programs.ts';
import type { Target } from './target.ts';

const target = {
  profile: llvmpipe,
  limits: { maxComputeWorkgroupsPerDimension: 65535 },
  maxBindings: 8,
} as Target;

const programOf = (...outputs: readonly Tensor[]) => makeProgram({ outputs }, target);
/** Kernels are the same objects where a program was found again. */
const isFound = (a: readonly Tensor[], b: readonly Tensor[]): boolean =>
  programOf(...a).kernels[0] === programOf(...b).kernels[0];

describe('a program is found again', () => {
  it('for an equal graph of other inputs, and says which of them lie where', () => {
    const make = () => {
      const [x, y] = [input([8], { name: 'x' }), input([8], { name: 'y' })];
      return { x, y, output: add(multiply(x, 2), tanh(y)) };
    };
    const [first, second] = [make(), make()];
    const [a, b] = [programOf(first.output), programOf(second.output)];
    expect(b.kernels).toBe(a.kernels);
    expect([...b.inputs.keys()]).toEqual(
      [...a.inputs.keys()].map((one) => (one === first.x ? second.x : second.y)),
    );
    for (const name of ['x', 'y'] as const)
      expect(b.inputs.get(second[name])).toBe(a.inputs.get(first[name]));
  });

  it('with what replaces its inputs', () => {
    const make = () => {
      const w = input([8]);
      return { w, program: makeProgram({ outputs: [], updates: new Map([[w, multiply(w, 0.5)]]) }, target) };
    };
    const [a, b] = [make(), make()];
    expect(b.program.kernels).toBe(a.program.kernels);
    expect([...b.program.inputs.keys()]).toEqual([b.w]);
  });

  it.each([
    ['another shape', () => [tanh(input([8]))], () => [tanh(input([9]))]],
    ['another number', () => [add(input([8]), 1)], () => [add(input([8]), 2)]],
    ['another op', () => [tanh(input([8]))], () => [exp(input([8]))]],
    ['another element type', () => [add(input([8]), 1)], () => [add(input([8], { dtype: 'i32' }), 1)]],
    ['other constants', () => [add(input([2]), array([1, 2]))], () => [add(input([2]), array([1, 3]))]],
    ['a zero of the other sign', () => [add(input([1]), array([0]))], () => [add(input([1]), array([-0]))]],
  ])('but not with %s', (_, one, other) => {
    expect(isFound(one(), one())).toBe(true);
    expect(isFound(one(), other())).toBe(false);
  });

  it('not where nodes were made in another order, an input is read twice, or outputs change places', () => {
    const leaves = () => [input([8]), input([8])] as const;
    const [x, y] = leaves();
    const [v, u] = leaves();
    expect(isFound([tanh(x), tanh(y)], [tanh(u), tanh(v)])).toBe(false);
    expect(isFound([multiply(x, y)], [multiply(u, u)])).toBe(false);
    expect(isFound([tanh(x), exp(x)], [exp(u), tanh(u)])).toBe(false);
  });

  it('for constants of many elements only where they are the same', () => {
    const many = array(new Float64Array(65));
    const of = (constants: Tensor) => [add(input([65]), constants)];
    expect(isFound(of(many), of(many))).toBe(true);
    expect(isFound(of(many), of(array(new Float64Array(65))))).toBe(false);
  });

  it('not on another target, nor where variants are named', () => {
    const output = tanh(input([8]));
    const again = makeProgram({ outputs: [output] }, { ...target });
    expect(again.kernels[0]).not.toBe(programOf(output).kernels[0]);
    const named = makeProgram({ outputs: [output], variants: {} }, target);
    expect(named.kernels[0]).not.toBe(programOf(output).kernels[0]);
  });
});
