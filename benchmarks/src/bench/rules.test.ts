/** @file What the rules of suites choose from the registry, as cells of their profiles. */
import { listCells } from '@longhorizon/harness';
import { expect, it } from 'vitest';
import { hyperMethods, initMethods } from '../methods/registry.ts';
import { suites } from '../suites/index.ts';

interface Wanted {
  readonly suite: string;
  readonly problem: string;
  readonly pass: string;
  readonly profile: string;
}

/** The methods of a problem's cells, each with its horizons. */
function horizonsOf({ suite, problem, pass, profile }: Wanted): Record<string, number[]> {
  const { cells } = listCells(
    suites.map((one) => one.suite),
    { profile, suites: [suite], problems: [problem], passes: [pass] },
  );
  const found: Record<string, number[]> = {};
  for (const { config } of cells) {
    found[config.method] ??= [];
    if (!found[config.method]!.includes(config.horizon)) found[config.method]!.push(config.horizon);
  }
  return found;
}
const methodsOf = (wanted: Wanted): readonly string[] => Object.keys(horizonsOf(wanted)).sort();

it('attack: families in standard, each with its steps; what was released and the methods in quick', () => {
  const own = { suite: 'attack', problem: 'generated' };
  expect(horizonsOf({ ...own, pass: 'training', profile: 'standard' })).toEqual({
    'zeroth-order': [1],
    'random-attacker': [1],
    'maml-attacker': [5],
    'fomaml-attacker': [5],
    'greedy-attacker': [1],
    'reptile-attacker': [5],
    'lazy-attacker': [15],
  });
  expect(methodsOf({ ...own, pass: 'training', profile: 'quick' })).toEqual([
    'lazy-attacker',
    'random-attacker',
    'reptile-attacker',
    'zeroth-order',
  ]);
  // Bytes against k of those that take k steps; those that nobody trains have none.
  const [steps, memory] = [[1, 5, 10, 15, 20], horizonsOf({ ...own, pass: 'memory', profile: 'standard' })];
  expect(memory).toEqual({
    'maml-attacker': steps,
    'fomaml-attacker': steps,
    'greedy-attacker': [1],
    'reptile-attacker': steps,
    'lazy-attacker': steps,
  });
});

it('long-tailed: every rule with one step and with a teacher, which alone looks k steps ahead', () => {
  const own = { suite: 'long-tailed', problem: 'generated-100', pass: 'memory' };
  const ahead = [5, 10, 15, 20];
  expect(horizonsOf({ ...own, profile: 'standard' })).toEqual({
    'cross-entropy': [1],
    'class-balanced': [1],
    'class-balanced-deferred': [1],
    l2rw: [1],
    'lazy-l2rw': ahead,
    'weight-net': [1],
    'lazy-weight-net': ahead,
    'two-component': [1],
    'lazy-two-component': ahead,
  });
  expect(horizonsOf({ ...own, profile: 'quick' })).toEqual({
    'cross-entropy': [1],
    'class-balanced': [1],
    l2rw: [1],
    'lazy-l2rw': [15],
  });
});

it('few-shot, quick: one first-order method, and where a start is learned what was made for it beside the reference', () => {
  const own = { suite: 'few-shot', pass: 'gradient', profile: 'quick' };
  expect(methodsOf({ ...own, problem: 'maml-glyphs-20w1s' })).toEqual([
    'exact-reverse',
    'fomaml',
    'greedy-maml',
    'imaml',
    'lazy',
    'reptile',
  ]);
  expect(methodsOf({ ...own, problem: 'anil-glyphs' })).toEqual([
    'drmad',
    'exact-reverse',
    'hyperdistill',
    'neumann',
    'one-step',
  ]);
});

it('hypergradient, standard: what carries a tangent for each hyperparameter is left out where there are 100,000', () => {
  const own = { suite: 'hypergradient', problem: 'tracking-wide', pass: 'memory', profile: 'standard' };
  const known = hyperMethods.filter(({ starts }) => starts === 'fixed' || starts === 'any');
  const names = known.map(({ name }) => name).filter((name) => name !== 'forward');
  expect(methodsOf(own)).toEqual(names.sort());
});

it('large-scale: all methods that are compared, the cheap ones on pictures in quick, iMAML there at one K in standard', () => {
  const compared = initMethods.filter(({ only }) => only !== 'files').map(({ name }) => name);
  const own = { suite: 'large-scale', pass: 'training' };
  expect(methodsOf({ ...own, problem: 'quadratics', profile: 'quick' })).toEqual(compared.sort());
  expect(methodsOf({ ...own, problem: 'images', profile: 'quick' })).toEqual([
    'reptile',
    'scratch',
    'trajectory-shifting',
  ]);
  const { imaml, fomaml } = horizonsOf({ ...own, problem: 'images', profile: 'standard' });
  expect([imaml, fomaml]).toEqual([[100], [10, 100, 1000]]);
});
