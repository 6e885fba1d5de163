import { readdirSync, readFileSync } from 'node:fs';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import type { Method } from '../hyper/method.ts';
import { evoGrad } from '../hyper/methods/evograd.ts';
import * as bilevel from '../index.ts';
import type { InitialisationMethod } from '../init/method.ts';
import { trackingOfSize } from '../problems/tracking.ts';
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

type Any = Method | InitialisationMethod;

/** What a constructor may have to be given; each takes what it knows. */
const needed = { steps: 5, terms: 5, window: 3, groups: 3, rank: 5, rate: 0.1 };
const hyperOptions = (d: number): object => ({ ...needed, rate: parityRate(d) });
const initOptions = (): object => ({ rate: 0.1, proximal: 0.5 });

/** What the root exports, and what its namespaces do. */
const everything: readonly (readonly [string, unknown])[] = [bilevel, bilevel.hyper, bilevel.init].flatMap(
  (module) => Object.entries(module),
);

/** The methods of a folder's files: what the package exports of them as a method, or as a constructor with one parameter at most. */
async function methodsIn(
  folder: string,
  options: (d: number) => object,
): Promise<Readonly<Record<string, (d: number) => readonly Any[]>>> {
  const exported = new Set<unknown>(everything.map(([, value]) => value));
  const files = readdirSync(new URL(folder, import.meta.url)).filter((file) => !file.includes('.test.'));
  const found = files.map(async (file) => {
    const path = new URL(`${folder}/${file}`, import.meta.url).href;
    const values = Object.values((await import(/* @vite-ignore */ path)) as object);
    const ways = values
      .filter((value) => exported.has(value))
      .flatMap((value) => {
        if (isMethod(value)) return [() => value];
        return typeof value === 'function' && value.length <= 1
          ? [(d: number) => value(options(d)) as Any]
          : [];
      });
    return [file.replace('.ts', ''), (d: number) => ways.map((make) => make(d))] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}

const [hyperFiles, initFiles] = await Promise.all([
  methodsIn('../hyper/methods', hyperOptions),
  methodsIn('../init/methods', initOptions),
]);
const withMethods = (files: typeof hyperFiles) =>
  Object.entries(files).filter(([, make]) => make(paritySizes[0]!).length > 0);

describe('no method is forgotten', () => {
  it.each([
    ['../hyper/methods', hyperFiles],
    ['../init/methods', initFiles],
  ] as const)(
    'a file of %s has a method that the package exports, or is a part that its neighbours use',
    (folder, files) => {
      const texts = Object.keys(files).map((file) =>
        readFileSync(new URL(`${folder}/${file}.ts`, import.meta.url), 'utf8'),
      );
      for (const [file, make] of Object.entries(files)) {
        const isPart = texts.some((text) => text.includes(`'./${file}.ts'`));
        expect(make(paritySizes[0]!).length > 0 || isPart, file).toBe(true);
      }
    },
  );

  it('what a constructor makes is a method, and every exported method is found', () => {
    const found = [...Object.values(hyperFiles), ...Object.values(initFiles)].flatMap((make) => make(12));
    expect(found.filter((one) => !isMethod(one))).toEqual([]);
    const missing = everything.filter(([, value]) => isMethod(value) && !found.includes(value as Any));
    expect(missing.map(([name]) => name)).toEqual([]);
  });
});

describe('a device agrees with float64', () => {
  for (const [file, methods] of withMethods(hyperFiles)) {
    const tolerance = ['evograd', 'sama', 'evolution-strategies'].includes(file)
      ? differenceTolerance
      : parityTolerance;
    it(`${file}, to ${tolerance} of the norm`, async () => {
      for (const d of paritySizes)
        for (const method of methods(d) as readonly Method[]) {
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

  it('evograd too where one λ belongs to 83 weights, whose common part cancels between the copies', async () => {
    const difference = await parity(device(), evoGrad(), trackingOfSize(1000, 12, 0.1), 12);
    expect(difference).toBeLessThan(differenceTolerance);
  });

  for (const [file, methods] of withMethods(initFiles))
    it(`initialisation: ${file}`, async () => {
      for (const d of paritySizes)
        for (const method of methods(d) as readonly InitialisationMethod[]) {
          const difference = await initialisationParity(device(), method, parityTaskSet(d));
          expect(difference, `${method.title}, d = ${d}`).toBeLessThan(parityTolerance);
        }
    });
});
