/** @file How an entry of the registry makes its method: options of a file, options of suites, and what is neither. */
import { expect, it } from 'vitest';
import * as z from 'zod';
import { constantMemory, linearTime } from './card.ts';
import { type HyperContext, hyperMethod, isInCompleteAlone } from './hyper-method.ts';
import { initMethod } from './init-method.ts';
import { fields, whole } from './options.ts';
import { hyperMethods, initMethods, methodNamed } from './registry.ts';

const card = {
  idea: 'None.',
  equation: { text: 'g', place: 'nowhere' },
  theory: { memory: constantMemory, time: linearTime },
  code: '',
};
const context: HyperContext = { horizon: 7, dimension: 3, seed: 5, rate: 0.25 };
const oneStep = methodNamed(hyperMethods, 'one-step').inSuites(context);
const reptile = methodNamed(initMethods, 'reptile').inSuites({ horizon: 1, beta: 1 });

it('a method is told the options of a file, or those that suites set, over its defaults', () => {
  const told: unknown[] = [];
  const method = hyperMethod({
    name: 'own',
    family: 'one-step',
    options: fields({ steps: whole('steps').default(2), window: whole('window').optional() }),
    make: (options, where) => {
      told.push([{ ...options }, where]);
      return oneStep;
    },
    inSuites: ({ horizon }) => ({ window: horizon }),
    card,
  });
  told.length = 0;
  method.fromFile({}, context);
  method.fromFile({ steps: 9 }, context);
  method.inSuites(context);
  expect(told).toEqual([
    [{ steps: 2 }, context],
    [{ steps: 9 }, context],
    [{ steps: 2, window: 7 }, context],
  ]);
  expect(() => method.fromFile({ stepps: 1 }, context)).toThrow(
    "The options of 'own' cannot be used:\n  there is no 'stepps' here; the fields are steps, window.",
  );
});

it('an entry that says no more is a baseline from a fixed start, compared everywhere', () => {
  const method = hyperMethod({ name: 'own', family: 'one-step', make: () => oneStep, card });
  expect(method).toMatchObject({
    id: 'hyper/own',
    role: 'baseline',
    starts: 'fixed',
    compared: 'always',
    measureVersion: 0,
    title: oneStep.title,
    source: oneStep.source,
  });
  expect(method).not.toHaveProperty('horizon');
  expect(() => method.fromFile({ any: 1 }, context)).toThrow(/no fields are known/);
  expect(
    (['always', 'families', 'complete', 'further'] as const).filter((compared) =>
      isInCompleteAlone({ compared }),
    ),
  ).toEqual(['complete', 'further']);
});

it('β is the file’s where it gives one, and else that of the run', () => {
  const betas: number[] = [];
  const method = initMethod({
    name: 'own',
    title: 'Own',
    options: fields({ shape: z.enum(['one', 'two']).default('one') }),
    make: ({ beta, shape }) => {
      betas.push(shape === 'one' ? beta : -beta);
      return reptile;
    },
    card,
  });
  betas.length = 0;
  const where = { horizon: 10, beta: 0.5 };
  method.inSuites(where);
  method.fromFile({}, where);
  method.fromFile({ beta: 0.125, shape: 'two' }, where);
  expect(betas).toEqual([0.5, 0.5, -0.125]);
  expect(() => method.fromFile({ beta: '1' }, where)).toThrow(/beta: a finite number is needed/);
  expect(() => method.fromFile({ rate: 1 }, where)).toThrow(/there is no 'rate' here; the fields are shape/);
  expect(method).toMatchObject({ id: 'init/own', cost: 'light', role: 'baseline' });
  expect(method).not.toHaveProperty('rates');
});

it('a method that does not exist is answered with those that do', () => {
  expect(methodNamed(hyperMethods, 'hyper/imaml')).toBe(methodNamed(hyperMethods, 'imaml'));
  expect(methodNamed(initMethods, 'imaml').id).toBe('init/imaml');
  expect(() => methodNamed(initMethods, 'hyper/imaml')).toThrow(
    /There is no method 'hyper\/imaml'; choose from .*reptile/,
  );
});

it('tables begin with references and end with the methods that this is about', () => {
  const order = ['reference', 'baseline', 'method'];
  for (const methods of [hyperMethods, initMethods]) {
    const places = methods.map(({ role }) => order.indexOf(role));
    expect(places).toEqual([...places].sort());
    expect(new Set(places).size).toBeGreaterThan(1);
  }
});
