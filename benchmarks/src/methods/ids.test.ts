/** @file Ids of methods: one a method over all packages, and the registry's own. */
import { hyper, type InitialisationMethod, init, type Method } from '@longhorizon/bilevel';
import { isMethod } from '@longhorizon/bilevel/testing';
import { discountedSum, hyperdistill } from '@longhorizon/hyperdistill';
import * as lazyMethods from '@longhorizon/lazy';
import * as shiftingMethods from '@longhorizon/trajectory-shifting';
import { expect, it } from 'vitest';
import { hyperMethods, initMethods } from './registry.ts';

type Any = Method | InitialisationMethod;

/** What a constructor may have to be given; each takes what it knows. */
const needed = { steps: 5, terms: 5, window: 3, groups: 3, proximal: 0.5, rate: 0.1, gamma: 0.9, rank: 5 };

/** Every export of a module that holds nothing but methods and constructors of methods. */
const methodsOf = (module: object): readonly unknown[] =>
  Object.values(module).map((value: unknown) => (typeof value === 'function' ? value(needed) : value));

const exported = [
  ...methodsOf(hyper),
  ...methodsOf(init),
  ...methodsOf(lazyMethods),
  ...methodsOf(shiftingMethods),
  // The package exports parts beside its methods; its own tests hold which.
  hyperdistill(needed),
  discountedSum(needed.gamma),
];

it('every exported method has an id that no other has: its family and its name', () => {
  expect(exported.filter((one) => !isMethod(one))).toEqual([]);
  const methods = exported as readonly Any[];
  const ids = methods.map(({ id }) => id);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  expect(methods.filter(({ id, name }) => id.split('/')[1] !== name)).toEqual([]);
  expect(ids).toEqual(
    expect.arrayContaining(['hyper/imaml', 'init/imaml', 'hyper/lazy', 'init/exact-shift']),
  );
});

/** Entries that are a method with options of their own, and the method's id. */
const variants: Readonly<Record<string, string>> = {
  'hyper/lazy-half': 'hyper/lazy',
  'hyper/mixflow': 'hyper/exact-reverse',
  'hyper/truncated-maml': 'hyper/truncated-reverse',
};

it('an entry of the registry has the id of the method that it makes, or is a variant of it', () => {
  const made = [
    ...hyperMethods.map(({ id, inSuites }) => [
      id,
      inSuites({ horizon: 100, dimension: 100, seed: 0, rate: 0.1 }).id,
    ]),
    ...initMethods.map(({ id, inSuites }) => [id, inSuites({ horizon: 100, beta: 0.1 }).id]),
  ];
  const others = made.filter(([entry, method]) => entry !== method);
  expect(Object.fromEntries(others)).toEqual(variants);
});
