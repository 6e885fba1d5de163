import { readdirSync } from 'node:fs';
import { useDevice } from '@longhorizon/tensor/testing';
import { describe, expect, it } from 'vitest';
import type { Method } from '../hyper/method.ts';
import * as bilevel from '../index.ts';
import type { InitialisationMethod } from '../init/method.ts';
import {
  differenceTolerance,
  initialisationParity,
  isMethod,
  parity,
  parityProblems,
  parityRate,
  paritySizes,
  parityTaskSet,
  parityTolerance,
} from './parity.ts';

const device = useDevice();

/** The methods of each file in hyper/methods, at their default options where they have them. */
const hyper: Readonly<Record<string, (d: number) => readonly Method[]>> = {
  'conjugate-gradient': () => [bilevel.conjugateGradientIft({ steps: 5 })],
  drmad: () => [bilevel.drmad],
  evograd: () => [bilevel.evoGrad()],
  'exact-reverse': () => [bilevel.exactReverse()],
  'first-order': () => [bilevel.firstOrder],
  fomaml: () => [bilevel.fomamlGradient],
  forward: () => [bilevel.forwardMode()],
  'forward-shared': () => [bilevel.sharedForward({ groups: 3 })],
  'generalised-greedy': () => [bilevel.generalisedGreedy()],
  'greedy-maml': () => [bilevel.greedyMaml],
  imaml: (d) => [bilevel.imamlGradient({ rate: parityRate(d) })],
  leap: () => [bilevel.leapGradient],
  'multi-step-fomaml': () => [bilevel.multiStepFomamlGradient],
  neumann: () => [bilevel.neumannIft({ terms: 5 })],
  'one-step': () => [bilevel.oneStep],
  reptile: () => [bilevel.reptileGradient],
  truncated: () => [bilevel.truncatedReverse({ window: 3 })],
};

/** The same of init/methods. */
const init: Readonly<Record<string, () => readonly InitialisationMethod[]>> = {
  'fine-tuning': () => [bilevel.fineTuning()],
  fomaml: () => [bilevel.fomaml({ rate: 0.1 })],
  imaml: () => [bilevel.imaml({ rate: 0.1, proximal: 0.5 })],
  independent: () => [bilevel.independent],
  leap: () => [bilevel.leap({ rate: 0.1 })],
  'multi-step-fomaml': () => [bilevel.multiStepFomaml({ rate: 0.1 })],
  'multi-task': () => [bilevel.multiTask],
  reptile: () => [bilevel.reptile({ rate: 0.3 })],
  scratch: () => [bilevel.scratch],
};

/** Parts that methods share. */
const helpers: ReadonlySet<string> = new Set(['learned-start', 'meta-gradient']);

const filesIn = (folder: string): string[] =>
  readdirSync(new URL(folder, import.meta.url))
    .filter((file) => !file.includes('.test.'))
    .map((file) => file.replace('.ts', ''))
    .filter((file) => !helpers.has(file))
    .sort();

describe('no method is forgotten', () => {
  it('every file of methods has an entry here, and every entry a file', () => {
    expect(Object.keys(hyper).sort()).toEqual(filesIn('../hyper/methods'));
    expect(Object.keys(init).sort()).toEqual(filesIn('../init/methods'));
  });

  it('every method that the package exports as a value is an entry', () => {
    const entries = new Set<unknown>([
      ...Object.values(hyper).flatMap((make) => make(12)),
      ...Object.values(init).flatMap((make) => make()),
    ]);
    const missing = Object.entries(bilevel).filter(([, value]) => isMethod(value) && !entries.has(value));
    expect(missing.map(([name]) => name)).toEqual([]);
  });
});

describe('a device agrees with float64', () => {
  for (const [file, methods] of Object.entries(hyper)) {
    const tolerance = file === 'evograd' ? differenceTolerance : parityTolerance;
    it(`${file}, to ${tolerance} of the norm`, async () => {
      for (const d of paritySizes)
        for (const method of methods(d)) {
          const found: Record<string, number> = {};
          // Forward mode's Jacobian is d × p, so it is given the problem of few λ.
          for (const problem of parityProblems(d).slice(d > 12 && file === 'forward' ? 1 : 0)) {
            const difference = await parity(device(), method, problem);
            if (difference !== undefined) found[problem.name] = difference;
            // One problem shows what a size does; the smallest shows every problem.
            if (d > 12 && difference !== undefined) break;
          }
          expect(Object.keys(found).length, `${method.title} runs on a problem of d = ${d}`).toBeGreaterThan(
            0,
          );
          for (const [problem, difference] of Object.entries(found))
            expect(difference, `${method.title} on ${problem}, d = ${d}`).toBeLessThan(tolerance);
        }
    });
  }

  for (const [file, methods] of Object.entries(init))
    it(`initialisation: ${file}`, async () => {
      for (const d of paritySizes)
        for (const method of methods()) {
          const difference = await initialisationParity(device(), method, parityTaskSet(d));
          expect(difference, `${method.title}, d = ${d}`).toBeLessThan(parityTolerance);
        }
    });
});
